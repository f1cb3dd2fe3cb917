// SELECT with CONDSTORE and QRESYNC: the examples of RFC 7162, and what a client could make up.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { argumentsOf } from "../../../test/support/imap-arguments.ts";
import { formatUidSet, type UidSet } from "../../model/uid-set.ts";
import { readSelect } from "./select-args.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const text = (set: UidSet | null | undefined): string | null => (set ? formatUidSet(set) : null);

function read(input: string): unknown {
  const { mailbox, condstore, qresync } = readSelect(argumentsOf(input));
  if (qresync === null) return [mailbox, condstore];
  const { uidValidity, modSeq, knownUids, match } = qresync;
  return [mailbox, condstore, uidValidity, modSeq, text(knownUids), text(match?.seqNums), text(match?.uids)];
}

suite("SELECT", () => {
  for (const [input, expected] of [
    ["inbox", ["INBOX", false]],
    ["INBOX (CONDSTORE)", ["INBOX", true]],
    [
      "INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541))",
      ["INBOX", true, 67_890_007, Number.MAX_SAFE_INTEGER, "41,43:211,214:541", null, null],
    ],
    [
      "INBOX (QRESYNC (67890007 90060115194045000 41:211,214:541))",
      ["INBOX", true, 67_890_007, Number.MAX_SAFE_INTEGER, "41:211,214:541", null, null],
    ],
    ["INBOX (QRESYNC (1 5))", ["INBOX", true, 1, 5, null, null, null]],
    ["INBOX (QRESYNC (1 0))", ["INBOX", true, 1, 0, null, null, null]],
    ["INBOX (QRESYNC (1 5 (1,3,6,9 3,5,12,18)))", ["INBOX", true, 1, 5, null, "1,3,6,9", "3,5,12,18"]],
    [
      "INBOX (QRESYNC (1 5 1:29997 (5000,7500,9000,9990:9999 15000,22500,27000,29970,29973,29976,29979,29982,29985,29988,29991,29994,29997)))",
      null,
    ],
    ["INBOX (condstore qresync (1 5 1:10))", ["INBOX", true, 1, 5, "1:10", null, null]],
    ["INBOX ", ["INBOX", false]],
  ] as const) {
    test(`reads ${input}`, () => {
      const seen = read(input);
      assert.deepEqual(
        seen,
        expected ?? [
          "INBOX",
          true,
          1,
          5,
          "1:29997",
          "5000,7500,9000,9990:9999",
          "15000,22500,27000,29970,29973,29976,29979,29982,29985,29988,29991,29994,29997",
        ],
      );
    });
  }

  for (const input of [
    "",
    "INBOX x",
    "INBOX ()",
    "INBOX (FOO)",
    "INBOX (QRESYNC)",
    "INBOX (QRESYNC ())",
    "INBOX (QRESYNC (0 5))",
    "INBOX (QRESYNC (1))",
    "INBOX (QRESYNC (1 -5))",
    "INBOX (QRESYNC (1 9223372036854775808))",
    "INBOX (QRESYNC (4294967296 5))",
    "INBOX (QRESYNC (1 5 1:*))",
    "INBOX (QRESYNC (1 5 $))",
    "INBOX (QRESYNC (1 5 1:3 ))",
    "INBOX (QRESYNC (1 5 (1,2 3)))",
    "INBOX (QRESYNC (1 5 (1:* 3:*)))",
    "INBOX (QRESYNC (1 5 (1)))",
    "INBOX (QRESYNC (1 5) QRESYNC (1 5))",
    "INBOX (QRESYNC (1 5)",
  ]) {
    test(`refuses ${JSON.stringify(input)}`, () => assert.throws(() => read(input), SyntaxFault));
  }
});
