// SORT's arguments: keys, what turns them round, and what is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { argumentsOf } from "../../../test/support/imap-arguments.ts";
import { readCharsetAndKeys, readSortProgram } from "./sort-args.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const program = (text: string): string =>
  readSortProgram(argumentsOf(text))
    .map(({ key, order }) => (order === "descending" ? `-${key}` : key))
    .join(" ");

for (const [text, expected] of [
  ["(DATE) x", "DATE"],
  ["(reverse date subject) x", "-DATE SUBJECT"],
  [
    "(ARRIVAL CC DATE FROM SIZE SUBJECT TO DISPLAYFROM DISPLAYTO) x",
    "ARRIVAL CC DATE FROM SIZE SUBJECT TO DISPLAYFROM DISPLAYTO",
  ],
] as const) {
  test(`reads ${text}`, () => assert.equal(program(text), expected));
}

for (const text of [
  "",
  "DATE",
  "()",
  "(DATE)",
  "(DATE",
  "(REVERSE) x",
  "(REVERSE REVERSE DATE) x",
  "(X) x",
  "(DATE  TO) x",
]) {
  test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => program(text), SyntaxFault));
}

test("a charset must come before the keys", () => {
  assert.deepEqual(readCharsetAndKeys(argumentsOf("UTF-8 ALL")), { key: "ALL" });
  assert.throws(() => readCharsetAndKeys(argumentsOf("ALL")), SyntaxFault);
  assert.throws(() => readCharsetAndKeys(argumentsOf("UTF-8 ")), SyntaxFault);
});
