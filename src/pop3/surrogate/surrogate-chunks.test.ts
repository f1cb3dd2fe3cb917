// Surrogates of whole messages: which headers change, in pieces of any size, over made-up, real and hostile mail.

import assert from "node:assert/strict";
import { isAscii } from "node:buffer";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { rootDir } from "../../../test/support/source-tree.ts";
import type { Part } from "../../mime/part.ts";
import { parseStructure } from "../../mime/structure-parser.ts";
import type { MessageBody } from "../maildrop.ts";
import { surrogateChunks } from "./surrogate-chunks.ts";

/** A body that gives itself out in pieces of `pieceBytes`, and counts how often it is read from its beginning. */
function bodyOf(bytes: Uint8Array, pieceBytes: number): MessageBody & { reads: number } {
  return {
    size: bytes.length,
    reads: 0,
    async slice(from, to) {
      return bytes.subarray(from, to);
    },
    async *chunks(from, to) {
      this.reads++;
      for (let at = from; at < to; at += pieceBytes) yield bytes.subarray(at, Math.min(at + pieceBytes, to));
    },
  };
}

async function surrogate(bytes: Uint8Array, pieceBytes: number): Promise<Buffer> {
  const body = bodyOf(bytes, pieceBytes);
  const pieces: Uint8Array[] = [];
  for await (const piece of surrogateChunks(body.chunks(0, body.size), body)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const message = Buffer.from(
  [
    "From: é <e@example.org>",
    "Content-Type: multipart/mixed; boundary=b",
    "",
    "preamble é",
    "--b",
    'Content-Disposition: attachment; filename="é"',
    "",
    "é",
    "--b",
    "Content-Type: message/rfc822",
    "",
    "Subject: é",
    "",
    "é",
    "--b--",
    "",
  ].join("\r\n"),
);
const shown = message
  .toString()
  .replace("From: é <e@example.org>", "From: =?utf-8?B?w6k=?=\r\n <e@example.org>")
  .replace('filename="é"', "\r\n filename*=utf-8''%C3%A9")
  .replace("attachment; \r\n", "attachment;\r\n")
  .replace("Subject: é", "Subject: =?utf-8?B?w6k=?=");

test("headers of the message, its parts and the message within change; bodies and preamble do not", async () => {
  assert.equal((await surrogate(message, 1_000_000)).toString(), shown);
});

test("pieces of any size that holds a field give the same surrogate", async () => {
  for (let pieceBytes = 60; pieceBytes <= message.length; pieceBytes += 7) {
    assert.equal((await surrogate(message, pieceBytes)).toString(), shown, `pieces of ${pieceBytes} bytes`);
  }
});

test("a message in ASCII goes out in the very pieces it came in, and is read once", async () => {
  const body = bodyOf(Buffer.from(`Subject: plain\r\n\r\n${"text\r\n".repeat(100)}`), 100);
  const pieces: Uint8Array[] = [];
  for await (const piece of surrogateChunks(body.chunks(0, body.size), body)) pieces.push(piece);
  assert.equal(body.reads, 1);
  assert.ok(pieces.slice(0, -1).every((piece) => piece.length === 100));
});

test("a single part whose body is 8-bit far behind its header is not read again for it", async () => {
  const body = bodyOf(Buffer.from(`Subject: plain\r\n\r\n${"text\r\n".repeat(100)}é`), 100);
  let size = 0;
  for await (const piece of surrogateChunks(body.chunks(0, body.size), body)) size += piece.length;
  assert.deepEqual([size, body.reads], [body.size, 1]);
});

test("a field that begins more than a piece before its first letter beyond ASCII goes out as it came", async () => {
  const long = Buffer.from(`A: 1\r\nSubject: ${"x".repeat(300)}é\r\n\r\nbody\r\n`);
  assert.equal((await surrogate(long, 50)).toString(), long.toString());
  assert.ok(isAscii(await surrogate(long, 400)));
});

test("pieces of any size keep all octets outside of edited fields", async () => {
  const line = fc.constantFrom(
    "Subject: é\r\n",
    "X: é\r\n",
    "--b\r\n",
    "\r\n",
    "é\r\n",
    "Content-Type: text/plain\r\n",
    "plain\r\n",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 12 }),
      fc.integer({ min: 40, max: 200 }),
      async (lines, pieceBytes) => {
        const bytes = Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n${lines.join("")}`);
        assert.deepEqual(await surrogate(bytes, pieceBytes), await surrogate(bytes, bytes.length));
      },
    ),
    { numRuns: 300 },
  );
});

function headersOf(bytes: Uint8Array, part: Part): string[] {
  const own = Buffer.from(bytes.subarray(part.headerStart, part.bodyStart)).toString("latin1");
  return [own, ...part.children.flatMap((child) => headersOf(bytes, child))];
}

const isUtf8 = (octets: string): boolean => !Buffer.from(octets, "latin1").toString().includes("\ufffd");

test("of real and hostile mail, no header field in UTF-8 goes out as it is, and all mail in ASCII goes out untouched", async (t) => {
  const folder = join(rootDir, "../shared/corpus");
  const files = globSync("**/*.eml", { cwd: folder });
  if (files.length === 0) return t.skip("no corpus beside the checkout");
  let changed = 0;
  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    const sent = await surrogate(bytes, 64 * 1024);
    if (isAscii(bytes)) assert.deepEqual(sent, bytes, file);
    if (sent.equals(bytes)) continue;
    changed++;
    for (const header of headersOf(sent, parseStructure(sent))) {
      const fields = header.split(/\r?\n(?![ \t])/).filter((field) => /[\x80-\xff]/.test(field));
      assert.deepEqual(
        fields.filter((field) => isUtf8(field) && !/boundary/i.test(field)),
        [],
        file,
      );
    }
  }
  assert.ok(changed > 0);
});
