// One message's octets and what they mean, read no further than what is asked for needs.

import type { StoredBody } from "../mailbox/open-mailbox.ts";
import type { PreviewReader } from "../mailbox/preview.ts";
import { formatBodyStructure } from "../mime/body-structure.ts";
import type { Part } from "../mime/part.ts";
import { type ByteRange, findPart, findSection } from "../mime/part-lookup.ts";
import type { ContentId } from "../model/ids.ts";
import type { Selected } from "./session.ts";
import type { Section } from "./wire/section.ts";

const lineFeed = 10;
const carriageReturn = 13;

/** Where messages are read from. */
type Source = Pick<Selected, "mailbox" | "structures">;

export class MessageOctets {
  readonly #session: Source;
  readonly #content: ContentId;
  #body: StoredBody | null = null;
  #headerEnd = -1;

  /** `body` where it has been read with others. */
  constructor(session: Source, content: ContentId, body: StoredBody | undefined) {
    this.#session = session;
    this.#content = content;
    this.#body = body ?? null;
  }

  async body(): Promise<StoredBody> {
    this.#body ??= await this.#session.mailbox.body(this.#content);
    return this.#body;
  }

  async structure(): Promise<Part> {
    return this.#session.structures.of(this.#content, await this.body());
  }

  /** Which octets a section means; those of the whole header for HEADER.FIELDS. null when there is no such section. */
  async range({ part, text }: Section): Promise<ByteRange | null> {
    const { size } = await this.body();
    if (part.length === 0) {
      if (text === null) return { start: 0, end: size };
      const headerEnd = await this.headerEnd();
      return text === "TEXT" ? { start: headerEnd, end: size } : { start: 0, end: headerEnd };
    }
    const wanted = text === "HEADER.FIELDS" || text === "HEADER.FIELDS.NOT" ? "HEADER" : text;
    return findSection(await this.structure(), part, wanted);
  }

  /** The part that numbers name; the whole message for none. */
  async part(numbers: readonly number[]): Promise<Part | null> {
    const root = await this.structure();
    return numbers.length === 0 ? root : findPart(root, numbers);
  }

  /** BODY: the structure without extension data. */
  async bodyWithoutExtensions(): Promise<Uint8Array> {
    return formatBodyStructure(await this.structure(), "BODY");
  }

  /** RFC 8970; null where a client in haste is not to wait for it. */
  async preview(previews: PreviewReader, haste: "lazy" | "none"): Promise<string | null> {
    const body = await this.body();
    // RFC 8970 4.1: "If this modifier is used, and the server is unable to return preview data without undue delay, the
    // server MUST return NIL as the preview response."
    if (haste === "lazy" && !previews.isQuick(body)) return null;
    return previews.read(body, await this.structure());
  }

  /** Where the header ends, its blank line included: most of what is asked for needs no more of the structure. */
  async headerEnd(): Promise<number> {
    if (this.#headerEnd < 0) this.#headerEnd = await findHeaderEnd(await this.body());
    return this.#headerEnd;
  }
}

async function findHeaderEnd(body: StoredBody): Promise<number> {
  // The blank line is a line feed that begins a line, or follows a CR that does.
  let beforeLast = lineFeed;
  let last = lineFeed;
  let offset = 0;
  for await (const chunk of body.chunks(0, body.size)) {
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) {
      const one = at > 0 ? chunk[at - 1] : last;
      const two = at > 1 ? chunk[at - 2] : at === 1 ? last : beforeLast;
      if (one === lineFeed || (one === carriageReturn && two === lineFeed)) return offset + at + 1;
    }
    beforeLast = chunk.length > 1 ? (chunk.at(-2) ?? 0) : last;
    last = chunk.at(-1) ?? last;
    offset += chunk.length;
  }
  return body.size;
}
