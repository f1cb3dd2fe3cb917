// A MIME part: where it lies in the message and what its header says of it (RFC 2045, RFC 2046). All strings are octet
// strings as they were written, unfolded; readers that show them to people decode them (encoded-word.ts).

/** One parameter; RFC 2231 continuations are joined, an extended one keeps its `*` and its percent signs. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

export interface Disposition {
  readonly type: string;
  readonly parameters: readonly Parameter[];
}

/** What the Content-* fields of one part say. `null`: the field is absent. */
export interface ContentFields {
  /** The media type as written; `null` when there is no Content-Type. */
  readonly type: string | null;
  readonly subtype: string | null;
  readonly parameters: readonly Parameter[];
  readonly id: string | null;
  readonly description: string | null;
  readonly encoding: string | null;
  readonly md5: string | null;
  readonly disposition: Disposition | null;
  readonly language: readonly string[] | null;
  readonly location: string | null;
}

/** How the body is read: as parts between boundaries, as a message, or not at all. */
export type PartKind = "multipart" | "message" | "leaf";

export interface Part {
  /** The first byte of the part's header. BODY[n.MIME] is headerStart..bodyStart. */
  readonly headerStart: number;
  /** The first byte after the header and its blank line. BODY[n] is bodyStart..bodyEnd. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** Line feeds between bodyStart and bodyEnd. */
  readonly bodyLines: number;
  readonly kind: PartKind;
  /** Type and subtype in lower case, with the default where the header names none. */
  readonly mediaType: string;
  readonly content: ContentFields;
  /** The parts of a multipart; the one embedded message of a message/rfc822. */
  readonly children: readonly Part[];
  /** ENVELOPE as wire bytes; only for the root of an embedded message, whose header is gone when someone asks. */
  readonly envelope: Uint8Array | null;
}

/** The first parameter of that name (lower case), as written. */
export function findParameter(parameters: readonly Parameter[], name: string): string | null {
  for (const parameter of parameters) {
    if (parameter.name.length === name.length && parameter.name.toLowerCase() === name) return parameter.value;
  }
  return null;
}

/** True for the media types (in lower case) whose bodies hold parts: multiparts and embedded messages. */
export function isComposite(mediaType: string): boolean {
  return mediaType.startsWith("multipart/") || isMessageType(mediaType);
}

/** RFC 2046 5.2.1, and RFC 6532 3.7 for messages with UTF-8 in their headers. */
export function isMessageType(mediaType: string): boolean {
  return mediaType === "message/rfc822" || mediaType === "message/global";
}
