// Where a header ends, for those who look at all of it and for those who get it in pieces.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { latin1 } from "../base/bytes.ts";
import { HeaderCollector, readLetterHeader } from "./letter.ts";

suite("a letter's header", () => {
  for (const [text, names, end] of [
    ["A: 1\r\nB: 2\r\n\r\nC: 3\r\n", ["a", "b"], 12],
    ["A: 1\nB: 2\n\nC: 3\n", ["a", "b"], 10],
    ["\r\nA: 1\r\n", [], 0],
    ["A: 1\r\n folded\r\nB: 2", ["a", "b"], 19],
    ["no field\r\nA: 1\r\n\r\n", [], 0],
    [" leading: x\r\nA: 1\r\n\r\n", [], 0],
    ["A: 1\r\nB \x01: 2\r\nC: 3\r\n\r\n", ["a"], 6],
  ] as const) {
    test(`of ${JSON.stringify(text)} has ${names.length} fields`, () => {
      const header = readLetterHeader(latin1(text));
      assert.deepEqual(
        header.fields.map(({ name }) => name),
        names,
      );
      assert.equal(header.end, end);
    });
  }

  test("is the same when the message comes in pieces", () => {
    const octets = fc.array(fc.constantFrom("\r", "\n", "\r\n", "A: b", ":", " ", "\r\n\r\n", "x"), { maxLength: 20 });
    fc.assert(
      fc.property(octets, fc.integer({ min: 1, max: 7 }), (parts, step) => {
        const bytes = latin1(parts.join(""));
        const collector = new HeaderCollector();
        for (let at = 0; at < bytes.length; at += step) collector.push(bytes.subarray(at, at + step));
        assert.deepEqual(collector.finish(), readLetterHeader(bytes));
      }),
      { numRuns: 5_000 },
    );
  });
});
