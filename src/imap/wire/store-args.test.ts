// STORE: its items, its flags, UNCHANGEDSINCE.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { argumentsOf } from "../../../test/support/imap-arguments.ts";
import { flagNames } from "../../model/flags.ts";
import { readStore } from "./store-args.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const read = (text: string): unknown[] => {
  const { change, answer, flags, unchangedSince } = readStore(argumentsOf(text));
  return [change, answer, flagNames(flags).join(" "), unchangedSince];
};

suite("STORE", () => {
  for (const [text, expected] of [
    ["2:4 +FLAGS (\\Deleted)", ["add", "flags", "\\Deleted", null]],
    ["12 +flags \\deleted", ["add", "flags", "\\Deleted", null]],
    ["1 -FLAGS.SILENT (\\Seen $Junk)", ["remove", "silent", "\\Seen $Junk", null]],
    ["1 FLAGS ()", ["replace", "flags", "", null]],
    ["1 FLAGS.SILENT \\Seen \\Answered a", ["replace", "silent", "\\Seen \\Answered a", null]],
    ["* (UNCHANGEDSINCE 12121230045) +FLAGS.SILENT (\\Deleted)", ["add", "silent", "\\Deleted", 12_121_230_045]],
    ["1 (unchangedsince 0) +FLAGS (x X)", ["add", "flags", "x", 0]],
    ["1 (UNCHANGEDSINCE 9223372036854775807) FLAGS (x)", ["replace", "flags", "x", Number.MAX_SAFE_INTEGER]],
    ["1 FLAGS (\\Recent \\Seen)", ["replace", "flags", "\\Seen", null]],
    ["$ FLAGS \\Flagged", ["replace", "flags", "\\Flagged", null]],
  ] as const) {
    test(`reads ${text}`, () => assert.deepEqual(read(text), expected));
  }

  for (const text of [
    "",
    "1",
    "1 FLAGS",
    "1 FLAGS ",
    "1 +FLAGS(\\Seen)",
    "1 +FLAGS (\\Seen",
    "1 +FLAGS (\\*)",
    "1 +FLAGS (\\Unknown)",
    "1 +FLAGS (\\)",
    '1 +FLAGS ("x")',
    "1 +FLAGS (a]b)",
    "1 +FLAGS ((a))",
    "1 +FLAGS (a) b",
    "1 *FLAGS (a)",
    "1 FLAGS.LOUD (a)",
    "0 FLAGS (a)",
    "1 () FLAGS (a)",
    "1 (UNCHANGEDSINCE -1) FLAGS (a)",
    "1 (UNCHANGEDSINCE 9223372036854775808) FLAGS (a)",
    "1 (UNCHANGEDSINCE 1 UNCHANGEDSINCE 2) FLAGS (a)",
    "1 (CHANGEDSINCE 1) FLAGS (a)",
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => read(text), SyntaxFault));
  }

  test("a keyword beyond the bound is answered NO", () => {
    assert.throws(
      () => read(`1 +FLAGS ${"k".repeat(256)}`),
      (error) => error instanceof SyntaxFault && error.status === "NO" && error.code === "LIMIT",
    );
  });
});
