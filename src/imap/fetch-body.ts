// FETCH BODY[...], BINARY[...] and BINARY.SIZE[...] (RFC 9051 6.4.5, 7.5.2; RFC 3516): sections of a message's octets, sent
// from where they are, decoded on the way where that is asked for. Everything that may fail is done before the first octet
// of a reply is written, but for reading on in a large file.

import { latin1 } from "../base/bytes.ts";
import { imapReplyPieceBytes } from "../base/limits.ts";
import type { StoredBody } from "../mailbox/open-mailbox.ts";
import { headerFields } from "../mime/header-fields.ts";
import { octetString } from "../mime/octets.ts";
import type { Part } from "../mime/part.ts";
import type { ByteRange } from "../mime/part-lookup.ts";
import { type TransferEncoding, transferDecoder, transferEncoding } from "../mime/transfer-encoding.ts";
import type { MessageOctets } from "./message-octets.ts";
import type { FetchItem } from "./wire/fetch-item.ts";
import type { Partial, Section } from "./wire/section.ts";

type BodyItem = Extract<FetchItem, { readonly attribute: "BODY[]" | "BINARY" | "BINARY.SIZE" }>;
type BinaryItem = Extract<FetchItem, { readonly attribute: "BINARY" | "BINARY.SIZE" }>;

export function isBodyItem(item: FetchItem): item is BodyItem {
  return item.attribute === "BODY[]" || item.attribute === "BINARY" || item.attribute === "BINARY.SIZE";
}

/** BODY[] and its kin without a section: all octets as they are. */
export function isWholeMessage(item: FetchItem): boolean {
  if (item.attribute !== "BODY[]" || item.partial !== null) return false;
  return item.section.part.length === 0 && item.section.text === null;
}

/** What is to stand behind an item's label. */
export type BodyValue =
  | { readonly kind: "nil" }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "octets"; readonly octets: Uint8Array; readonly form: "literal" | "literal8" }
  | {
      readonly kind: "pieces";
      readonly length: number;
      readonly form: "literal" | "literal8";
      readonly pieces: AsyncIterable<Uint8Array>;
    }
  /** RFC 3516 4.3: it cannot be decoded, and the FETCH is to be answered NO with UNKNOWN-CTE. */
  | { readonly kind: "unknown-encoding" };

export async function readBodyItem(message: MessageOctets, item: BodyItem): Promise<BodyValue> {
  if (item.attribute !== "BODY[]") return readBinary(message, item);
  const range = await message.range(item.section);
  if (range === null) return { kind: "nil" };
  const body = await message.body();
  if (item.section.fields.length > 0) {
    const fields = selectedFields(await body.slice(range.start, range.end), item.section);
    const { start, end } = within({ start: 0, end: fields.length }, item.partial);
    return { kind: "octets", octets: fields.subarray(start, end), form: "literal" };
  }
  return readRange(body, within(range, item.partial));
}

async function readRange(body: StoredBody, { start, end }: ByteRange): Promise<BodyValue> {
  const length = end - start;
  if (length <= imapReplyPieceBytes) {
    const octets = length === 0 ? nothing : await body.slice(start, end);
    return { kind: "octets", octets, form: "literal" };
  }
  return { kind: "pieces", length, form: "literal", pieces: body.chunks(start, end) };
}

const nothing = new Uint8Array(0);

/** RFC 9051 6.4.5: what of the section the partial names; nothing when it begins behind its end. */
function within({ start, end }: ByteRange, partial: Partial | null): ByteRange {
  if (partial === null) return { start, end };
  const from = Math.min(start + partial.offset, end);
  return { start: from, end: Math.min(from + partial.length, end) };
}

/** RFC 9051 6.4.5: HEADER.FIELDS and HEADER.FIELDS.NOT: the fields as they stand, and the blank line always. */
function selectedFields(header: Uint8Array, { text, fields }: Section): Uint8Array {
  const names = new Set(fields.map((name) => name.toLowerCase()));
  const block = octetString(header);
  let selected = "";
  for (const { name, start, end } of headerFields(block))
    if (names.has(name) === (text === "HEADER.FIELDS")) selected += block.slice(start, end);
  // The last field of a message without a body may lack its line end.
  if (selected !== "" && !selected.endsWith("\n")) selected += "\r\n";
  return latin1(`${selected}\r\n`);
}

async function readBinary(message: MessageOctets, item: BinaryItem): Promise<BodyValue> {
  const part = await message.part(item.part);
  if (part === null) return item.attribute === "BINARY" ? { kind: "nil" } : { kind: "number", value: 0 };
  const source = sourceOf(await message.body(), part, item.part.length === 0 ? "message" : "part");
  const content = await measure(source);
  if (content === "broken") return { kind: "unknown-encoding" };
  if (item.attribute === "BINARY.SIZE") return { kind: "number", value: content.length };
  const { start, end } = within({ start: 0, end: content.length }, item.partial);
  // RFC 3516 4.2: a literal8 where the octets hold NUL.
  const form = content.hasNul ? "literal8" : "literal";
  return { kind: "pieces", length: end - start, form, pieces: cut(decoded(source), start, end) };
}

interface Encoded {
  readonly body: StoredBody;
  readonly range: ByteRange;
  readonly encoding: TransferEncoding;
}

/** RFC 3516 4.2: of what holds other parts, the octets as they are. */
function sourceOf(body: StoredBody, part: Part, whole: "message" | "part"): Encoded {
  const range = { start: whole === "message" ? part.headerStart : part.bodyStart, end: part.bodyEnd };
  const isLeaf = part.kind === "leaf" && whole === "part";
  return { body, range, encoding: isLeaf ? transferEncoding(part.content.encoding) : "identity" };
}

/** Decodes once to know the length, which goes before the octets; a large part is never whole in memory. */
async function measure(source: Encoded): Promise<{ readonly length: number; readonly hasNul: boolean } | "broken"> {
  let length = 0;
  let hasNul = false;
  const outcome = decoded(source);
  for (;;) {
    const step = await outcome.next();
    if (step.done === true) return step.value === "broken" ? "broken" : { length, hasNul };
    length += step.value.length;
    hasNul ||= step.value.includes(0);
  }
}

async function* decoded({ body, range, encoding }: Encoded): AsyncGenerator<Uint8Array, "right" | "broken"> {
  const decoder = transferDecoder(encoding);
  for await (const chunk of body.chunks(range.start, range.end)) {
    const bytes = decoder.push(chunk);
    if (bytes.length > 0) yield bytes;
  }
  const rest = decoder.finish();
  if (rest.length > 0) yield rest;
  return decoder.broken ? "broken" : "right";
}

/** The octets `start` to `end` of a sequence of pieces. */
async function* cut(pieces: AsyncIterable<Uint8Array>, start: number, end: number): AsyncGenerator<Uint8Array, void> {
  let offset = 0;
  for await (const piece of pieces) {
    if (offset >= end) return;
    const wanted = piece.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
    offset += piece.length;
    if (wanted.length > 0) yield wanted;
  }
}
