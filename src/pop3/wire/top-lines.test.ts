// TOP: header, blank line and body lines, against the rule said line by line.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TopLines } from "./top-lines.ts";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

function top(chunks: readonly string[], lines: number): string {
  const wanted = new TopLines(lines);
  let shown = "";
  for (const chunk of chunks) {
    shown += Buffer.from(wanted.push(bytes(chunk))).toString("latin1");
    if (wanted.done) break;
  }
  return shown;
}

for (const [message, lines, shown] of [
  ["A: 1\r\n\r\none\r\ntwo\r\n", 0, "A: 1\r\n\r\n"],
  ["A: 1\r\n\r\none\r\ntwo\r\n", 1, "A: 1\r\n\r\none\r\n"],
  ["A: 1\r\n\r\none\r\ntwo", 2, "A: 1\r\n\r\none\r\ntwo"],
  ["A: 1\r\n\r\none\r\n", 1_000_000_000, "A: 1\r\n\r\none\r\n"],
  ["A: 1\n\none\ntwo\n", 1, "A: 1\n\none\n"],
  ["\r\nbody\r\n", 0, "\r\n"],
  ["A: 1\r\nno blank line", 0, "A: 1\r\nno blank line"],
  ["A: 1\r\n \r\nfolded\r\n\r\nx\r\n", 0, "A: 1\r\n \r\nfolded\r\n\r\n"],
  ["", 3, ""],
] as const) {
  test(`TOP ${lines} of ${JSON.stringify(message)}`, () => {
    assert.equal(top([message], lines), shown);
  });
}

/** Line by line, as the RFC says it. */
function oracle(message: string, lines: number): string {
  const all = message.split(/(?<=\n)/);
  const blank = all.findIndex((line) => line === "\r\n" || line === "\n");
  return blank === -1 ? message : all.slice(0, blank + 1 + lines).join("");
}

test("however a message is cut, TOP shows the same", () => {
  const piece = fc.constantFrom("\r", "\n", "\r\n", "a", "A: b\r\n", "");
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 5 }), { maxLength: 6 }), fc.nat(4), (chunks, lines) => {
      const cut = chunks.map((pieces) => pieces.join(""));
      assert.equal(top(cut, lines), oracle(cut.join(""), lines));
    }),
    { numRuns: 2_000 },
  );
});
