// A message without NUL in place of one with it. IMAP has no room for NUL in what it sends of a message as it is (RFC 9051 9:
// CHAR8), but takes it in APPEND with literal8; RFC 3516 4.4: "The server MAY modify the CTE of the appended data, however any
// such transformation MUST NOT result in a loss of data." So parts that hold NUL become base64; BINARY gives their octets back.
//
// What has no part with NUL stays byte for byte as it is, and so does all around those parts.

import { latin1 } from "../base/bytes.ts";
import { headerFields } from "./header-fields.ts";
import { octetString } from "./octets.ts";
import type { Part } from "./part.ts";
import { encodeBase64 } from "./transfer-encode.ts";
import { transferEncoding } from "./transfer-encoding.ts";

/** Where a message's octets are read from. */
export interface Octets {
  readonly size: number;
  slice(from: number, to: number): Promise<Uint8Array>;
  chunks(from: number, to: number): AsyncIterable<Uint8Array>;
}

interface EncodedPart {
  readonly part: Part;
  /** It is the body of a message, not a part of a multipart. */
  readonly isMessage: boolean;
}

/** null when NUL is where no encoding reaches it: in a header, around parts, or in a part that is encoded already. */
export async function encodeNul(root: Part, octets: Octets): Promise<AsyncIterable<Uint8Array> | null> {
  const parts: EncodedPart[] = [];
  let within = 0;
  for (const leaf of leavesOf(root, "message")) {
    const { bodyStart, bodyEnd, content } = leaf.part;
    const count = await countNul(octets, bodyStart, bodyEnd);
    if (count === 0) continue;
    if (transferEncoding(content.encoding) !== "identity") return null;
    within += count;
    parts.push(leaf);
  }
  return within === (await countNul(octets, 0, octets.size)) ? write(parts, octets) : null;
}

/** In the order of their octets. The parser bounds how deep parts nest. */
function* leavesOf(part: Part, within: "message" | "multipart"): Generator<EncodedPart> {
  // A multipart without parts is no leaf: RFC 2045 6.4 has no encoding for it.
  if (part.kind === "leaf") yield { part, isMessage: within === "message" };
  const kind = part.kind === "message" ? "message" : "multipart";
  for (const child of part.children) yield* leavesOf(child, kind);
}

async function countNul(octets: Octets, from: number, to: number): Promise<number> {
  let count = 0;
  for await (const chunk of octets.chunks(from, to))
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) count++;
  return count;
}

async function* write(parts: readonly EncodedPart[], octets: Octets): AsyncGenerator<Uint8Array, void> {
  let done = 0;
  for (const { part, isMessage } of parts) {
    yield* octets.chunks(done, part.headerStart);
    const header = octetString(await octets.slice(part.headerStart, part.bodyStart));
    yield latin1(withBase64(header, isMessage));
    // The line end before a boundary belongs to the boundary.
    yield* base64(octets.chunks(part.bodyStart, part.bodyEnd), part.bodyEnd < octets.size ? "open" : "ended");
    done = part.bodyEnd;
  }
  yield* octets.chunks(done, octets.size);
}

/** The header with that encoding in place of the one it has, or as its last field. */
function withBase64(header: string, isMessage: boolean): string {
  const encoding = "Content-Transfer-Encoding: base64\r\n";
  const blank = /(?:^|(?<=\n))\r?\n$/.exec(header)?.[0] ?? "";
  const fields = headerFields(header);
  let written = "";
  let said = false;
  let done = 0;
  for (const { name, start, end } of fields) {
    if (name !== "content-transfer-encoding") continue;
    written += header.slice(done, start) + (said ? "" : encoding);
    said = true;
    done = end;
  }
  written += header.slice(done, header.length - blank.length);
  if (!said) written += encoding;
  // RFC 2045 4: what has such fields says so.
  if (isMessage && !fields.some(({ name }) => name === "mime-version")) written += "MIME-Version: 1.0\r\n";
  return written + (blank === "" ? "\r\n" : blank);
}

/** Whole lines of base64. */
const lineOctets = 57;
const linesAtOnce = 1_024;

async function* base64(pieces: AsyncIterable<Uint8Array>, end: "open" | "ended"): AsyncGenerator<Uint8Array, void> {
  const held = new Uint8Array(lineOctets * linesAtOnce);
  let length = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      // What is held is written when more follows, so that the last line is known for it.
      if (length === held.length) {
        yield latin1(encodeBase64(held));
        length = 0;
      }
      const some = piece.subarray(at, at + held.length - length);
      held.set(some, length);
      length += some.length;
      at += some.length;
    }
  }
  const last = encodeBase64(held.subarray(0, length));
  yield latin1(end === "open" ? last.slice(0, -2) : last);
}
