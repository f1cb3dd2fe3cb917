// LIST in its basic and extended forms: the examples of RFC 9051 and RFC 5258.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { argumentsOf, onTheWire } from "../../../test/support/imap-arguments.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import { type ListArgs, readList, readPattern } from "./list-args.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const usual: ListArgs = {
  form: "basic",
  select: new Set(),
  reference: "",
  patterns: ["*"],
  returns: new Set(),
  status: null,
  metadata: null,
};
const extended: ListArgs = { ...usual, form: "extended" };

suite("LIST", () => {
  const cases: readonly (readonly [string, ListArgs])[] = [
    ['"" "*"', usual],
    ['"" ""', { ...usual, patterns: [""] }],
    ["~/Mail/ %", { ...usual, reference: "~/Mail/", patterns: ["%"] }],
    ['(SUBSCRIBED) "" "*"', { ...extended, select: new Set(["SUBSCRIBED"]), returns: new Set(["SUBSCRIBED"]) }],
    ['() "" *', extended],
    ['"" "*" RETURN ()', extended],
    ['"" "*" RETURN (CHILDREN)', { ...extended, returns: new Set(["CHILDREN"]) }],
    [
      '(REMOTE) "" "*" return (subscribed children)',
      { ...extended, select: new Set(["REMOTE"]), returns: new Set(["SUBSCRIBED", "CHILDREN"]) },
    ],
    ['"" ("INBOX" "Drafts" Sent/%)', { ...extended, patterns: ["INBOX", "Drafts", "Sent/%"] }],
    [
      '(RECURSIVEMATCH SUBSCRIBED) "" "*2"',
      {
        ...extended,
        select: new Set(["RECURSIVEMATCH", "SUBSCRIBED"]),
        patterns: ["*2"],
        returns: new Set(["SUBSCRIBED"]),
      },
    ],
    ['(SPECIAL-USE) "" "*"', { ...extended, select: new Set(["SPECIAL-USE"]), returns: new Set(["SPECIAL-USE"]) }],
    ['"" % RETURN (STATUS (MESSAGES UNSEEN))', { ...extended, patterns: ["%"], status: ["MESSAGES", "UNSEEN"] }],
    [
      '"" % RETURN (CHILDREN STATUS (SIZE) SPECIAL-USE)',
      { ...extended, patterns: ["%"], returns: new Set(["CHILDREN", "SPECIAL-USE"]), status: ["SIZE"] },
    ],
    ['"" &BBI-*', { ...usual, patterns: ["В*"] }],
    [`"" "${onTheWire("В")}*"`, { ...usual, patterns: ["В*"] }],
    ["{0}\r\n {1}\r\n%", { ...usual, patterns: ["%"] }],
  ];
  for (const [input, expected] of cases) {
    test(`reads ${JSON.stringify(input)}`, () => assert.deepEqual(readList(argumentsOf(input)), expected));
  }

  for (const input of [
    "",
    '""',
    '"" ',
    '(RECURSIVEMATCH) "" *',
    '(REMOTE RECURSIVEMATCH) "" *',
    '(FOO) "" *',
    '(SUBSCRIBED "" *',
    '"" () ',
    '"" (* ',
    '"" * RETURN',
    '"" * RETURN CHILDREN',
    '"" * RETURN (FOO)',
    '"" * RETURN (STATUS)',
    '"" * RETURN (STATUS ())',
    '"" * RETURN (STATUS (FOO))',
    '"" * CHILDREN',
    '"" * *',
    '(a*) "" *',
  ]) {
    test(`refuses ${JSON.stringify(input)}`, () => assert.throws(() => readList(argumentsOf(input)), SyntaxFault));
  }

  test("a pattern that is no modified UTF-7 is answered NO", () => {
    assert.throws(() => readList(argumentsOf('"" &AGE-%')), ProblemRefusal);
  });

  test("a hundred patterns are enough", () => {
    const patterns = (count: number): string => `"" (${"x ".repeat(count - 1)}x)`;
    assert.equal(readList(argumentsOf(patterns(100))).patterns.length, 100);
    assert.throws(() => readList(argumentsOf(patterns(101))), /Too many patterns/);
  });

  test("LSUB has a reference and a pattern", () => {
    assert.deepEqual(readPattern(argumentsOf('"#news." "comp.mail.*"')), {
      reference: "#news.",
      pattern: "comp.mail.*",
    });
    assert.throws(() => readPattern(argumentsOf('"" * RETURN ()')), SyntaxFault);
  });
});
