// Messages with NUL anywhere, against what must hold: no NUL is left, and every part says what it said.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concatBytes, latin1 } from "../base/bytes.ts";
import { encodeNul, type Octets } from "./encode-nul.ts";
import { octetString } from "./octets.ts";
import type { Part } from "./part.ts";
import { parseStructure } from "./structure-parser.ts";
import { decodeTransfer } from "./transfer-encoding.ts";

function octetsOf(bytes: Uint8Array, chunkBytes: number): Octets {
  return {
    size: bytes.length,
    slice: async (from, to) => bytes.subarray(from, to),
    async *chunks(from, to) {
      for (let at = from; at < to; at += chunkBytes) yield bytes.subarray(at, Math.min(at + chunkBytes, to));
    },
  };
}

async function encoded(bytes: Uint8Array, chunkBytes = 7): Promise<Uint8Array | null> {
  const pieces = await encodeNul(parseStructure(bytes), octetsOf(bytes, chunkBytes));
  return pieces === null ? null : concatBytes(await Array.fromAsync(pieces));
}

/** Every leaf's media type and decoded octets. */
function meaning(bytes: Uint8Array, part: Part = parseStructure(bytes)): readonly string[] {
  if (part.kind !== "leaf") return [part.mediaType, ...part.children.flatMap((child) => meaning(bytes, child))];
  const body = bytes.subarray(part.bodyStart, part.bodyEnd);
  return [part.mediaType, octetString(decodeTransfer(body, part.content.encoding))];
}

const text = async (message: string): Promise<string | null> => {
  const bytes = await encoded(latin1(message.replaceAll("\n", "\r\n")));
  return bytes === null ? null : octetString(bytes).replaceAll("\r\n", "\n");
};

test("a part with NUL becomes base64, and all else stays as it is", async () => {
  const head =
    'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\npreamble\n--b\nX: y\n\nas it is\n--b\n';
  assert.equal(
    await text(`${head}Content-Type: image/x\nContent-transfer-encoding:\n binary\nX: z\n\n\0\x01\n\xff\n--b--\nend\n`),
    `${head}Content-Type: image/x\nContent-Transfer-Encoding: base64\nX: z\n\nAAENCv8=\n--b--\nend\n`,
  );
});

test("a message that says nothing of MIME says it then", async () => {
  assert.equal(
    await text("Subject: x\n\na\0b"),
    "Subject: x\nContent-Transfer-Encoding: base64\nMIME-Version: 1.0\n\nYQBi\n",
  );
  assert.equal(await text("\n\0"), "Content-Transfer-Encoding: base64\nMIME-Version: 1.0\n\nAA==\n");
});

test("a part within a message within a message is reached", async () => {
  const message = "Content-Type: message/rfc822\n\nSubject: inner\nContent-Transfer-Encoding: 8bit\n\n\0\n";
  assert.equal(
    await text(message),
    "Content-Type: message/rfc822\n\nSubject: inner\nContent-Transfer-Encoding: base64\nMIME-Version: 1.0\n\nAA0K\n",
  );
});

for (const [where, message] of [
  ["in a header", "Subject: a\0b\n\nx\n"],
  ["before the first part", "Content-Type: multipart/mixed; boundary=b\n\n\0\n--b\n\nx\n--b--\n"],
  ["in a part that is encoded", "MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\nAA\0=\n"],
  ["in a part of an encoding that nobody knows", "MIME-Version: 1.0\nContent-Transfer-Encoding: x-own\n\n\0\n"],
  ["in a multipart without parts", "Content-Type: multipart/mixed; boundary=b\n\n\0\n"],
] as const)
  test(`NUL ${where} is beyond it`, async () => assert.equal(await text(message), null));

test("no NUL is left, and every part means what it meant", async () => {
  const piece = fc.constantFrom(
    "\r\n",
    "\r\n\r\n",
    "\n",
    "--b\r\n",
    "--b--\r\n",
    "Content-Type: multipart/mixed; boundary=b\r\n",
    "Content-Type: message/rfc822\r\n",
    "Content-Transfer-Encoding: binary\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "\0",
    "a\0\xff",
    "text ",
    "x".repeat(60),
  );
  const message = fc.array(piece, { maxLength: 24 }).map((some) => latin1(some.join("")));
  await fc.assert(
    fc.asyncProperty(message, fc.integer({ min: 1, max: 50 }), async (bytes, chunkBytes) => {
      const after = await encoded(bytes, chunkBytes);
      if (after === null) return;
      assert.ok(!after.includes(0));
      assert.deepEqual(meaning(after), meaning(bytes));
      if (!bytes.includes(0)) assert.deepEqual(after, bytes);
    }),
    { numRuns: 500 },
  );
});

test("a large part is encoded in lines that fit together", async () => {
  const body = new Uint8Array(57 * 1_024 * 2 + 1).map((_, at) => at % 251);
  const bytes = concatBytes([latin1("Subject: x\r\n\r\n"), body]);
  const after = await encoded(bytes, 1_000);
  assert.ok(after !== null);
  assert.deepEqual(meaning(after), ["text/plain", octetString(body)]);
  assert.ok(
    octetString(after)
      .split("\r\n")
      .every((line) => line.length <= 76),
  );
});
