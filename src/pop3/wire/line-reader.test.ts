// Lines from the byte stream: their ends, their bounds, and that cuts make no difference.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pop3LineDiscardedBytesMax, saslLineBytesMax } from "../../base/limits.ts";
import { type LineKind, LineReader } from "./line-reader.ts";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

/** What the reader says of these chunks: lines as text, other answers in capitals. */
function read(chunks: readonly Uint8Array[], kind: LineKind = "command"): string[] {
  const reader = new LineReader();
  const found: string[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let line = reader.next(kind); line.kind !== "more"; line = reader.next(kind)) {
      found.push(line.kind === "line" ? Buffer.from(line.bytes).toString("latin1") : line.kind.toUpperCase());
      if (line.kind === "hopeless") return found;
    }
  }
  return found;
}

for (const [name, sent, lines] of [
  ["a line that ends in CRLF", "NOOP\r\n", ["NOOP"]],
  ["a line that ends in a bare LF", "NOOP\nSTAT\r\n", ["NOOP", "STAT"]],
  ["an empty line", "\r\n", [""]],
  ["a CR within a line, which ends nothing", "A\rB\r\n", ["A\rB"]],
  ["only the last of many CRs as part of the line end", "A\r\r\n", ["A\r"]],
  ["nothing of a line without an end", "NOOP", []],
  ["a command of 512 octets", `${"x".repeat(510)}\r\n`, ["x".repeat(510)]],
  [
    "a command of 513 octets as too long, and the next as it is",
    `${"x".repeat(511)}\r\nNOOP\r\n`,
    ["TOO-LONG", "NOOP"],
  ],
  [
    "an AUTH command of any case with a long initial response",
    `auth ${"x".repeat(600)}\r\n`,
    [`auth ${"x".repeat(600)}`],
  ],
  ["AUTHORS as a command like any other", `AUTHORS ${"x".repeat(600)}\r\n`, ["TOO-LONG"]],
  [
    "an AUTH command beyond the bound as too long",
    `AUTH ${"x".repeat(saslLineBytesMax)}\r\nNOOP\r\n`,
    ["TOO-LONG", "NOOP"],
  ],
] as const) {
  test(`reads ${name}`, () => {
    assert.deepEqual(read([bytes(sent)]), lines);
  });
}

test("a response in a SASL exchange may be as long as its bound", () => {
  const longest = "A".repeat(saslLineBytesMax - 2);
  assert.deepEqual(read([bytes(`${longest}\r\n${longest}A\r\n`)], "sasl"), [longest, "TOO-LONG"]);
});

test("a line without an end is given up once enough of it was thrown away", () => {
  const chunk = new Uint8Array(16 * 1024).fill(120);
  const chunks = Array.from({ length: 100 }, () => chunk);
  assert.deepEqual(read(chunks), ["HOPELESS"]);
  const reader = new LineReader();
  let sent = 0;
  do {
    reader.push(chunk);
    sent += chunk.length;
  } while (reader.next("command").kind === "more");
  assert.ok(sent <= pop3LineDiscardedBytesMax + 2 * chunk.length, `${sent} bytes`);
});

test("what was sent before TLS is forgotten, half lines and long ones too", () => {
  const reader = new LineReader();
  reader.push(bytes(`CAPA\r\n${"x".repeat(600)}`));
  reader.next("command");
  reader.next("command");
  reader.clear();
  reader.push(bytes("NOOP\r\n"));
  assert.deepEqual(reader.next("command"), { kind: "line", bytes: bytes("NOOP") });
});

test("however the input is cut, the lines are the same", () => {
  const piece = fc.oneof(
    fc.constantFrom("\r\n", "\n", "\r", "NOOP", "AUTH ", "auth PLAIN "),
    fc.integer({ min: 1, max: 700 }).map((length) => "x".repeat(length)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 6 }), (pieces, cuts) => {
      const sent = bytes(`${pieces.join("")}\r\n`);
      const places = [...new Set(cuts.map((cut) => cut % (sent.length + 1)))].sort((a, b) => a - b);
      const chunks = [0, ...places].map((from, at) => sent.subarray(from, places[at] ?? sent.length));
      assert.deepEqual(read(chunks), read([sent]));
    }),
    { numRuns: 300 },
  );
});
