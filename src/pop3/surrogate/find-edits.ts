// Where a stored message has headers with UTF-8 in them: in the message's own header, and in those of its parts and of
// messages within it. Only the bytes of headers are kept; a message that is one part is not read beyond its header.

import { isAscii } from "node:buffer";
import { latin1 } from "../../base/bytes.ts";
import { readContentFields } from "../../mime/content-fields.ts";
import { headerFields } from "../../mime/header-fields.ts";
import { octetString } from "../../mime/octets.ts";
import type { Part } from "../../mime/part.ts";
import { StructureParser } from "../../mime/structure-parser.ts";
import { indexOfBytes } from "../../net/byte-search.ts";
import type { MessageBody } from "../maildrop.ts";
import { type Edit, headerEdits } from "./header-edits.ts";

const blankLines = [latin1("\n\r\n"), latin1("\n\n")];
const composite = /^(?:multipart|message)$/i;

/** All edits, in order. `beginning` is the first piece of the message. */
export async function findEdits(body: MessageBody, beginning: Uint8Array): Promise<readonly Edit[]> {
  const headerEnd = endOfHeader(beginning);
  if (headerEnd !== -1) {
    const header = octetString(beginning, 0, headerEnd);
    const { type } = readContentFields(header, headerFields(header));
    if (type === null || !composite.test(type)) return headerEdits(header, 0);
  }
  return await findEditsInParts(body);
}

function endOfHeader(beginning: Uint8Array): number {
  const ends = blankLines.map((blank) => indexOfBytes(beginning, blank, 0)).filter((at) => at !== -1);
  return ends.length === 0 ? -1 : Math.min(...ends) + 1;
}

async function findEditsInParts(body: MessageBody): Promise<readonly Edit[]> {
  const parser = new StructureParser();
  /** Stretches that hold 8-bit octets; headers outside them need no look. */
  const eightBit: [from: number, to: number][] = [];
  let offset = 0;
  for await (const chunk of body.chunks(0, body.size)) {
    if (!isAscii(chunk)) eightBit.push([offset, offset + chunk.length]);
    parser.push(chunk);
    offset += chunk.length;
  }
  const edits: Edit[] = [];
  for (const { headerStart, bodyStart } of allParts(parser.finish())) {
    if (!eightBit.some(([from, to]) => headerStart < to && bodyStart > from)) continue;
    edits.push(...headerEdits(octetString(await body.slice(headerStart, bodyStart)), headerStart));
  }
  return edits;
}

function* allParts(root: Part): Generator<Part> {
  yield root;
  for (const child of root.children) yield* allParts(child);
}
