// The structure of a message (RFC 2045, 2046; sections as in RFC 9051 6.4.5) from its bytes, as they arrive. Keeps
// header bytes up to their limit and never a body; works through each byte once; any way of cutting the input gives the
// same tree. CRLF, bare LF and mixtures of both end lines; a bare CR does not.

import { concatBytes } from "../base/bytes.ts";
import { headerBytesMax, mimeDepthMax, mimePartsMax } from "../base/limits.ts";
import { Boundaries, type BoundaryMatch, delimiterBytesMax } from "./boundaries.ts";
import { noContentFields, readContentFields } from "./content-fields.ts";
import { formatEnvelope } from "./envelope.ts";
import { type HeaderField, headerFields } from "./header-fields.ts";
import { octetString } from "./octets.ts";
import { type ContentFields, findParameter, isMessageType, type Part, type PartKind } from "./part.ts";

/** A part that is still being read; it turns into a `Part` where it stands. */
interface OpenPart {
  readonly headerStart: number;
  bodyStart: number;
  bodyEnd: number;
  /** Line feeds before bodyStart while the part is open, those in the body once it is closed. */
  bodyLines: number;
  kind: PartKind;
  mediaType: string;
  content: ContentFields;
  readonly children: OpenPart[];
  envelope: Uint8Array | null;
}

const lineFeed = 10;
const carriageReturn = 13;
const hyphen = 45;
const noBytes = new Uint8Array(0);

/** The structure of a whole message. */
export function parseStructure(message: Uint8Array): Part {
  const parser = new StructureParser();
  parser.push(message);
  return parser.finish();
}

export class StructureParser {
  /** The part being read and all that it lies in, outermost first. */
  readonly #open: OpenPart[] = [openPart(0)];
  readonly #boundaries = new Boundaries();
  /** What is being read of the innermost part; `opening` and `closing` are delimiter lines up to their line feed. */
  #reading: "header" | "body" | "opening" | "closing" = "header";
  #parts = 1;
  /** The offset of the next byte to come, and the line feeds before it. */
  #offset = 0;
  #lineFeeds = 0;
  /** The current line was judged and only its end is awaited. */
  #midLine = false;
  #lastWasCr = false;
  /** The bytes of the line end before the current line. */
  #lineEndBytes = 0;
  /** The beginning of a line that a chunk's end cut off before it could be judged. */
  #cut: Uint8Array = noBytes;
  #header: Uint8Array[] = [];
  #headerBytes = 0;
  /** Where the header bytes begin, in what is being read, that are not put away yet. */
  #headerFrom = 0;
  #rootHeader = "";

  /** The header of the message as an octet string, as far as it is parsed; complete after `finish`. */
  get header(): string {
    return this.#rootHeader;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    while (this.#cut.length > 0 && from < chunk.length) {
      const cutBytes = this.#cut.length;
      const joined = concatBytes([this.#cut, chunk.subarray(from, from + delimiterBytesMax)]);
      const read = this.#read(joined, "more");
      if (read === 0) {
        // Still too short to judge, so the chunk was shorter than a delimiter.
        this.#cut = joined;
        return;
      }
      this.#cut = noBytes;
      from += read - cutBytes;
    }
    if (from < chunk.length) {
      const rest = from === 0 ? chunk : chunk.subarray(from);
      const read = this.#read(rest, "more");
      if (read < rest.length) this.#cut = rest.slice(read);
    }
  }

  finish(): Part {
    const cut = this.#cut;
    this.#cut = noBytes;
    if (cut.length > 0) this.#read(cut, "last");
    while (this.#reading === "header") this.#endHeader(this.#offset, this.#lineFeeds);
    for (const part of this.#open) closePart(part, this.#offset, this.#lineFeeds);
    const root = this.#open[0];
    if (root === undefined) throw new Error("the root part stays open until the end");
    return root;
  }

  /** Reads as far as lines can be judged and says how far that is. */
  #read(bytes: Uint8Array, coming: "more" | "last"): number {
    let at = 0;
    this.#headerFrom = 0;
    while (at < bytes.length) {
      const judged = this.#midLine ? at : this.#judgeLine(bytes, at, coming);
      if (judged === -1) break;
      at = this.#midLine ? this.#skipLine(bytes, judged) : judged;
    }
    if (this.#reading === "header") this.#keepHeader(bytes, at, "copy");
    this.#offset += at;
    return at;
  }

  /**
   * Looks at the line that begins at `at`. Answers how far it read: past a blank line that ends a header, past the
   * boundary of a delimiter, or `at` itself when the line is of no interest; -1 when it needs more bytes.
   */
  #judgeLine(bytes: Uint8Array, at: number, coming: "more" | "last"): number {
    const first = bytes[at];
    if (this.#reading === "header") {
      const lineEnd = first === carriageReturn ? at + 1 : at;
      if (lineEnd === bytes.length && coming === "more") return -1;
      if (bytes[lineEnd] === lineFeed) return this.#blankLine(bytes, lineEnd + 1);
    }
    this.#midLine = true;
    if (first !== hyphen || this.#boundaries.size === 0) return at;
    if (at + 1 < bytes.length && bytes[at + 1] !== hyphen) return at;
    const end = delimiterEnd(bytes, at);
    if (end === bytes.length && end - at < delimiterBytesMax && coming === "more") {
      this.#midLine = false;
      return -1;
    }
    if (end - at < 2) return at;
    const match = this.#boundaries.match(bytes, at, end);
    if (match !== null) this.#delimiter(bytes, at, match);
    return at;
  }

  #blankLine(bytes: Uint8Array, end: number): number {
    this.#lineFeeds++;
    this.#lineEndBytes = end >= 2 && bytes[end - 2] === carriageReturn ? 2 : 1;
    this.#lastWasCr = false;
    this.#keepHeader(bytes, end, "view");
    this.#endHeader(this.#offset + end, this.#lineFeeds);
    this.#headerFrom = end;
    return end;
  }

  /** A delimiter line at `at`: what lies deeper than its multipart has ended before it. */
  #delimiter(bytes: Uint8Array, at: number, { depth, closing }: BoundaryMatch): void {
    // RFC 2046 5.1.1: "The CRLF preceding the boundary delimiter line is conceptually attached to the boundary".
    let end = this.#offset + at - this.#lineEndBytes;
    let lineFeeds = this.#lineEndBytes > 0 ? this.#lineFeeds - 1 : this.#lineFeeds;
    if (this.#reading === "header") {
      this.#keepHeader(bytes, at, "view");
      while (this.#reading === "header") this.#endHeader(end, lineFeeds);
    }
    for (let part = this.#open.length - 1; part > depth; part--) {
      const closed = this.#open.pop();
      if (closed === undefined) break;
      closePart(closed, end, lineFeeds);
      if (closed.bodyEnd === end) continue;
      // That line end was the blank line of an empty part: it stays in the header, and in all that the part lies in.
      end = closed.bodyEnd;
      lineFeeds = this.#lineFeeds;
    }
    this.#boundaries.close(closing ? depth : depth + 1);
    this.#reading = closing ? "closing" : "opening";
    // A header that this line cut short has begun a body: the line itself is judged already, and only its end awaited.
    this.#midLine = true;
  }

  /** Reads to the end of the line, and of those after it as long as nothing in them matters. */
  #skipLine(bytes: Uint8Array, from: number): number {
    const { length } = bytes;
    if (this.#reading === "body" && this.#boundaries.size === 0) {
      this.#lineFeeds += countLineFeeds(bytes, from);
      return length;
    }
    let end = nextLineFeed(bytes, from);
    if (this.#reading === "body") {
      while (end !== -1 && end + 1 < length && bytes[end + 1] !== hyphen) {
        this.#lineFeeds++;
        end = nextLineFeed(bytes, end + 1);
      }
    }
    if (end === -1) {
      this.#lastWasCr = bytes[length - 1] === carriageReturn;
      return length;
    }
    this.#lineFeeds++;
    const afterCr = end > 0 ? bytes[end - 1] === carriageReturn : this.#lastWasCr;
    this.#lineEndBytes = afterCr ? 2 : 1;
    this.#lastWasCr = false;
    this.#midLine = false;
    if (this.#reading === "closing") this.#reading = "body";
    else if (this.#reading === "opening") this.#openPart(this.#offset + end + 1);
    return end + 1;
  }

  #openPart(at: number): void {
    const part = openPart(at);
    this.#open.at(-1)?.children.push(part);
    this.#open.push(part);
    this.#reading = "header";
    this.#headerFrom = at - this.#offset;
    // Whoever sends more parts than this gets them as one: no delimiter is known any more.
    if (++this.#parts >= mimePartsMax) this.#boundaries.close(0);
  }

  /** Puts away the header bytes of this chunk up to `to`; a copy when the chunk's owner may use it again first. */
  #keepHeader(bytes: Uint8Array, to: number, how: "view" | "copy"): void {
    const room = headerBytesMax - this.#headerBytes;
    const end = Math.min(to, this.#headerFrom + room);
    if (end <= this.#headerFrom) return;
    const slice = bytes.subarray(this.#headerFrom, end);
    this.#header.push(how === "copy" ? slice.slice() : slice);
    this.#headerBytes += slice.length;
  }

  /** The header of the innermost part ends at `bodyStart`; what it says decides how its body is read. */
  #endHeader(bodyStart: number, lineFeeds: number): void {
    const part = this.#open.at(-1);
    if (part === undefined) throw new Error("a header belongs to a part");
    const parent = this.#open.at(-2);
    const header = this.#takeHeader(bodyStart - part.headerStart);
    const fields = headerFields(header);
    if (parent === undefined) this.#rootHeader = header;
    part.bodyStart = Math.max(part.headerStart, bodyStart);
    part.bodyLines = lineFeeds;
    part.content = isMime(fields, parent) ? readContentFields(header, fields) : noContentFields;
    part.mediaType = mediaTypeOf(part.content, parent);
    if (parent?.kind === "message") part.envelope = formatEnvelope(header, fields);
    this.#reading = "body";
    this.#midLine = false;
    this.#enterBody(part);
  }

  #enterBody(part: OpenPart): void {
    // Deeper or more than this stays opaque: the answer is shorter, not broken.
    if (this.#open.length >= mimeDepthMax || this.#parts >= mimePartsMax) return;
    if (part.mediaType.startsWith("multipart/")) {
      part.kind = "multipart";
      const boundary = findParameter(part.content.parameters, "boundary");
      if (boundary !== null) this.#boundaries.open(boundary, this.#open.length - 1);
    } else if (isMessageType(part.mediaType)) {
      part.kind = "message";
      this.#openPart(part.bodyStart);
    }
  }

  #takeHeader(length: number): string {
    const only = this.#header[0];
    const whole = this.#header.length === 1 && only !== undefined ? only : concatBytes(this.#header);
    this.#header = [];
    this.#headerBytes = 0;
    return octetString(whole, 0, Math.max(0, Math.min(whole.length, length)));
  }
}

/** As `indexOf`, which costs more to call than a line of mail takes to walk. */
function nextLineFeed(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) if (bytes[at] === lineFeed) return at;
  return -1;
}

function countLineFeeds(bytes: Uint8Array, from: number): number {
  let count = 0;
  for (let at = from; at < bytes.length; at++) if (bytes[at] === lineFeed) count++;
  return count;
}

function openPart(headerStart: number): OpenPart {
  return {
    headerStart,
    bodyStart: headerStart,
    bodyEnd: headerStart,
    bodyLines: 0,
    kind: "leaf",
    mediaType: "text/plain",
    content: noContentFields,
    children: [],
    envelope: null,
  };
}

function closePart(part: OpenPart, end: number, lineFeeds: number): void {
  part.bodyEnd = Math.max(part.bodyStart, end);
  part.bodyLines = Math.max(0, lineFeeds - part.bodyLines);
}

/**
 * RFC 2045 4: without MIME-Version a reader "may optionally choose to interpret the body ... according to local
 * conventions". Ours, as Dovecot's: a message is MIME when it has either MIME-Version or Content-Type.
 */
function isMime(fields: readonly HeaderField[], parent: OpenPart | undefined): boolean {
  if (parent?.kind === "multipart") return true;
  return fields.some(({ name }) => name === "content-type" || name === "mime-version");
}

function mediaTypeOf({ type, subtype }: ContentFields, parent: OpenPart | undefined): string {
  if (type !== null) return `${type}/${subtype ?? ""}`.toLowerCase();
  // RFC 2046 5.1.5: in a digest "the default Content-Type value for a body part is changed from text/plain to
  // message/rfc822".
  return parent?.mediaType === "multipart/digest" ? "message/rfc822" : "text/plain";
}

/** Where the line at `at` ends, without its line end, or where it has been read far enough to be judged. */
function delimiterEnd(bytes: Uint8Array, at: number): number {
  const limit = Math.min(bytes.length, at + delimiterBytesMax);
  let end = at;
  while (end < limit && bytes[end] !== lineFeed) end++;
  return end < limit && bytes[end - 1] === carriageReturn ? end - 1 : end;
}
