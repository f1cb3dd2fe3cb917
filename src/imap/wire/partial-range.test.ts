// Pages: how they are asked for, and what is on them.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { argumentsOf } from "../../../test/support/imap-arguments.ts";
import { pageOf, readPartialRange } from "./partial-range.ts";
import { readSearchReturns } from "./search-args.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const nzNumber = fc.integer({ min: 1, max: 12 });

test("a page has the results at its places, counted from either end, in their order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { maxLength: 10 }),
      nzNumber,
      nzNumber,
      fc.boolean(),
      (results, one, other, back) => {
        const text = back ? `-${one}:-${other}` : `${one}:${other}`;
        const range = readPartialRange(argumentsOf(text));
        const isOn = (place: number): boolean => place >= Math.min(one, other) && place <= Math.max(one, other);
        const expected = results.filter((_, at) => isOn(back ? results.length - at : at + 1));
        assert.deepEqual(pageOf(results, range), expected);
        assert.equal(range.text, text);
      },
    ),
  );
});

for (const text of ["", "5", "0:5", "1:0", "1:*", "*:1", "-1:5", "1:-5", "1:4294967296", '"1:5"', "1 :5", "--1:-2"]) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => {
      const args = argumentsOf(text);
      readPartialRange(args);
      args.end();
    }, SyntaxFault);
  });
}

test("a command has one PARTIAL or ALL", () => {
  assert.equal(readSearchReturns(argumentsOf("(MIN PARTIAL 1:5)")).partial?.most, 5);
  assert.equal(readSearchReturns(argumentsOf("(MIN)")).partial, null);
  for (const text of ["(PARTIAL 1:5 ALL)", "(ALL PARTIAL 1:5)", "(PARTIAL 1:5 PARTIAL 1:5)", "(PARTIAL)", "(PARTIAL )"])
    assert.throws(() => readSearchReturns(argumentsOf(text)), SyntaxFault);
});
