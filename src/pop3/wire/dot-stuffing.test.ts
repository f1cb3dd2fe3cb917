// Byte-stuffing and the terminator, as a table and as a law for both kinds of client.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DotStuffer, stuffedWhole } from "./dot-stuffing.ts";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

function wire(chunks: readonly Uint8Array[]): string {
  const stuffer = new DotStuffer();
  return Buffer.concat([...chunks.map((chunk) => stuffer.push(chunk)), stuffer.end()]).toString("latin1");
}

for (const [message, sent] of [
  ["", ".\r\n"],
  ["a\r\n", "a\r\n.\r\n"],
  ["a", "a\r\n.\r\n"],
  ["a\n", "a\n\r\n.\r\n"],
  ["a\r", "a\r\r\n.\r\n"],
  [".", "..\r\n.\r\n"],
  [".\r\n", "..\r\n.\r\n"],
  ["..\r\n", "...\r\n.\r\n"],
  ["a\r\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n"],
  ["a\n.\nb\r\n", "a\n..\nb\r\n.\r\n"],
  ["a\r.\r\n", "a\r.\r\n.\r\n"],
  ["a.b\r\n.c.\r\n.d\r\n", "a.b\r\n..c.\r\n..d\r\n.\r\n"],
] as const) {
  test(`${JSON.stringify(message)} goes out as ${JSON.stringify(sent)}`, () => {
    assert.equal(wire([bytes(message)]), sent);
  });
}

test("a chunk in which no line begins with a dot goes out as it is, not copied", () => {
  const chunk = bytes("no dot at a line's start.\r\n");
  assert.equal(new DotStuffer().push(chunk), chunk);
});

/** What a client gets that ends lines at every LF, as most do. */
function lenientClient(sent: string): string {
  const lines = sent.split("\n");
  const end = lines.findIndex((line) => line === ".\r" || line === ".");
  assert.equal(end, lines.length - 2, "the answer ended early");
  return lines
    .slice(0, end)
    .map((line) => (line.startsWith(".") ? line.slice(1) : line))
    .join("\n");
}

/** What a client gets that knows CRLF only. */
function strictClient(sent: string): void {
  assert.equal(sent === ".\r\n" ? 0 : sent.indexOf("\r\n.\r\n") + 2, sent.length - 3, "the answer ended early");
}

test("however a message is cut, clients of both kinds find its end, and lenient ones its very octets", () => {
  const piece = fc.constantFrom(".", "\r", "\n", "\r\n", "\r\n.", "\n.", "a", "..");
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 5 }), (chunks) => {
      const message = chunks.flat().join("");
      const sent = wire(chunks.map((pieces) => bytes(pieces.join(""))));
      strictClient(sent);
      const whole = message === "" || message.endsWith("\r\n") ? message : `${message}\r\n`;
      assert.equal(lenientClient(sent), whole.slice(0, -1));
    }),
    { numRuns: 2_000 },
  );
});

test("a message stuffed whole is the one that is stuffed in pieces", () => {
  const piece = fc.constantFrom(".", "\r", "\n", "\r\n", "\r\n.", "\n.", "a", "..");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom(1, 1, 20), (pieces, times) => {
      const message = pieces.join("").repeat(times);
      assert.equal(Buffer.concat(stuffedWhole(bytes(message))).toString("latin1"), wire([bytes(message)]));
    }),
    { numRuns: 2_000 },
  );
});
