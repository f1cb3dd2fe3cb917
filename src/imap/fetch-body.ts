// FETCH BODY[...], BINARY[...] and BINARY.SIZE[...] (RFC 9051 6.4.5, 7.5.2; RFC 3516): sections of a message's octets, sent
// from where they are, decoded on the way where that is asked for.

import { latin1 } from "../base/bytes.ts";
import { imapCopiedOctetsMax } from "../base/limits.ts";
import type { StoredBody } from "../mailbox/open-mailbox.ts";
import { headerFields } from "../mime/header-fields.ts";
import { octetString } from "../mime/octets.ts";
import type { Part } from "../mime/part.ts";
import type { ByteRange } from "../mime/part-lookup.ts";
import { type TransferEncoding, transferDecoder, transferEncoding } from "../mime/transfer-encoding.ts";
import type { Progress } from "./command.ts";
import type { MessageOctets } from "./message-octets.ts";
import type { FetchItem } from "./wire/fetch-item.ts";
import { fetchLiteralHead, fetchNil, fetchNumber } from "./wire/fetch-response.ts";
import type { Partial, Section } from "./wire/section.ts";
import type { Writer } from "./wire/writer.ts";

type BodyItem = Extract<FetchItem, { readonly attribute: "BODY[]" | "BINARY" | "BINARY.SIZE" }>;
type BinaryItem = Extract<FetchItem, { readonly attribute: "BINARY" | "BINARY.SIZE" }>;

export function isBodyItem(item: FetchItem): item is BodyItem {
  return item.attribute === "BODY[]" || item.attribute === "BINARY" || item.attribute === "BINARY.SIZE";
}

/** "unknown-encoding": RFC 3516 4.3, the FETCH is to be answered NO with UNKNOWN-CTE. */
type BodyOutcome = "written" | "unknown-encoding";

export async function* writeBodyItem(
  octets: MessageOctets,
  item: BodyItem,
  to: Writer,
): AsyncGenerator<Progress, BodyOutcome> {
  if (item.attribute !== "BODY[]") return yield* writeBinary(octets, item, to);
  const range = await octets.range(item.section);
  if (range === null) fetchNil(to, item.label);
  else if (item.section.fields.length > 0) {
    const header = await (await octets.body()).slice(range.start, range.end);
    const fields = selectedFields(header, item.section);
    const { start, end } = within({ start: 0, end: fields.length }, item.partial);
    fetchLiteralHead(to, item.label, end - start, "literal");
    to.bytes(fields.subarray(start, end));
  } else {
    const { start, end } = within(range, item.partial);
    fetchLiteralHead(to, item.label, end - start, "literal");
    yield* send(await octets.body(), { start, end }, to);
  }
  return "written";
}

/** RFC 9051 6.4.5: what of the section the partial names; nothing when it begins behind its end. */
function within({ start, end }: ByteRange, partial: Partial | null): ByteRange {
  if (partial === null) return { start, end };
  const from = Math.min(start + partial.offset, end);
  return { start: from, end: Math.min(from + partial.length, end) };
}

async function* send(body: StoredBody, { start, end }: ByteRange, to: Writer): AsyncGenerator<Progress, void> {
  if (end - start <= imapCopiedOctetsMax) {
    if (end > start) to.bytes(await body.slice(start, end));
    return;
  }
  yield* body.chunks(start, end);
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

async function* writeBinary(
  octets: MessageOctets,
  item: BinaryItem,
  to: Writer,
): AsyncGenerator<Progress, BodyOutcome> {
  const part = await octets.part(item.part);
  if (part === null) {
    if (item.attribute === "BINARY") fetchNil(to, item.label);
    else fetchNumber(to, item.label, 0);
    return "written";
  }
  const source = sourceOf(await octets.body(), part, item.part.length === 0 ? "message" : "part");
  const content = await measure(source);
  if (content === "broken") {
    if (item.attribute === "BINARY") fetchNil(to, item.label);
    else fetchNumber(to, item.label, 0);
    return "unknown-encoding";
  }
  if (item.attribute === "BINARY.SIZE") fetchNumber(to, item.label, content.length);
  else {
    const { start, end } = within({ start: 0, end: content.length }, item.partial);
    // RFC 3516 4.2: a literal8 where the octets hold NUL.
    fetchLiteralHead(to, item.label, end - start, content.hasNul ? "literal8" : "literal");
    yield* cut(decoded(source), start, end);
  }
  return "written";
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
