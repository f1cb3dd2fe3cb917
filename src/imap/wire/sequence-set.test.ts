// Sequence sets stay ranges, however large the numbers, and mean what RFC 9051 says at the mailbox they are resolved at.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { argumentsOf } from "../../../test/support/imap-arguments.ts";
import { formatUidSet, hasUid, type UidSet, uidSet } from "../../model/uid-set.ts";
import {
  largestInUse,
  matchSeqNums,
  readNumberSet,
  readSequenceSet,
  resolveSeqNums,
  resolveUids,
  type SequenceRange,
  type SequenceSet,
} from "./sequence-set.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const none: UidSet = { ranges: [] };

function read(text: string): SequenceSet {
  const args = argumentsOf(text);
  const set = readSequenceSet(args);
  args.end();
  return set;
}

function ranges(text: string): readonly SequenceRange[] {
  const set = read(text);
  assert.ok(set.kind === "ranges");
  return set.ranges;
}

suite("reading", () => {
  for (const [text, expected] of [
    ["1", [[1, 1]]],
    [
      "1:3,5",
      [
        [1, 3],
        [5, 5],
      ],
    ],
    ["4:2", [[4, 2]]],
    ["*", [[largestInUse, largestInUse]]],
    [
      "*:4,5:7",
      [
        [largestInUse, 4],
        [5, 7],
      ],
    ],
    ["1:4294967295", [[1, 4_294_967_295]]],
    ["01:010", [[1, 10]]],
  ] as const) {
    test(`reads ${text}`, () => assert.deepEqual(ranges(text), expected));
  }

  for (const text of [
    "",
    "0",
    "1:0",
    "0:*",
    "1,",
    ",1",
    "1:",
    ":1",
    "1::2",
    "1:2:3",
    "1,,2",
    "4294967296",
    "-1",
    "a",
    "$,1",
    "1,$",
    "1 :2",
    "**",
    "+1",
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => read(text), SyntaxFault));
  }

  test('"$" is what was saved', () => assert.deepEqual(read("$"), { kind: "saved" }));

  for (const text of ["1:*", "*", "$"]) {
    test(`a set of known numbers refuses ${text}`, () =>
      assert.throws(() => readNumberSet(argumentsOf(text)), SyntaxFault));
  }

  test("a set of known numbers is canonical", () =>
    assert.equal(formatUidSet(readNumberSet(argumentsOf("7,5:1,3"))), "1:5,7"));
});

suite("resolving", () => {
  const uids = (text: string, largest: number): string => formatUidSet(resolveUids(read(text), largest, none));
  const seqNums = (text: string, exists: number): string => formatUidSet(resolveSeqNums(ranges(text), exists));

  // RFC 9051 9: the examples at sequence-set.
  test("2,4:7,9,12:* of 15 messages", () => assert.equal(seqNums("2,4:7,9,12:*", 15), "2,4:7,9,12:15"));
  test("*:4,5:7 of 10 messages", () => assert.equal(seqNums("*:4,5:7", 10), "4:10"));
  test("4:2 is 2:4", () => assert.equal(seqNums("4:2", 10), "2:4"));
  test("3291:* has the last UID even if it is less", () => assert.equal(uids("3291:*", 100), "100:3291"));
  test("4294967295:* is no more than what there is of it", () => assert.equal(uids("4294967295:*", 7), "7:4294967295"));
  test("overlapping ranges count once", () => assert.equal(uids("1:10,5:7,5,11,3:2", 100), "1:11"));
  test('"$" stands for the saved UIDs', () => {
    assert.deepEqual(resolveUids(read("$"), 100, uidSet([[3, 5]])), { ranges: [[3, 5]] });
  });

  for (const text of ["11", "1:11", "11:*", "4294967295"]) {
    test(`a sequence number without a message is a fault: ${text} of 10`, () => {
      assert.throws(() => seqNums(text, 10), SyntaxFault);
    });
  }
  test("nothing is in an empty mailbox", () => {
    assert.throws(() => seqNums("*", 0), SyntaxFault);
    assert.throws(() => seqNums("1:*", 0), SyntaxFault);
  });

  test("SEARCH finds nothing where no message is", () => {
    assert.equal(formatUidSet(matchSeqNums(ranges("5:20,30"), 10)), "5:10");
    assert.equal(formatUidSet(matchSeqNums(ranges("*"), 0)), "");
  });

  test("a set of 60 KiB is resolved at once", () => {
    const wide = ranges(Array.from({ length: 20_000 }, (_, at) => `${((at * 7919) % 40_000) | 1}`).join(","));
    const started = performance.now();
    assert.ok(resolveUids({ kind: "ranges", ranges: wide }, 50_000, none).ranges.length <= 20_000);
    assert.ok(performance.now() - started < 500);
    assert.equal(uids("1,".repeat(30_000).slice(0, -1), 5), "1");
  });
});

suite("laws", () => {
  const number = fc.oneof({ arbitrary: fc.integer({ min: 1, max: 40 }), weight: 5 }, fc.constant(largestInUse));
  const anyRanges = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 8 });
  const written = (value: number): string => (value === largestInUse ? "*" : `${value}`);

  test("what is written is what is read", () => {
    fc.assert(
      fc.property(anyRanges, (given) => {
        assert.deepEqual(ranges(given.map(([from, to]) => `${written(from)}:${written(to)}`).join(",")), given);
      }),
    );
  });

  test("a number is in the resolved set just when a range has it", () => {
    fc.assert(
      fc.property(
        anyRanges,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 41 }),
        (given, largest, probe) => {
          const set = resolveUids({ kind: "ranges", ranges: given }, largest, none);
          const isIn = given.some(([from, to]) => {
            const ends = [from, to].map((end) => (end === largestInUse ? largest : end));
            return probe >= Math.min(...ends) && probe <= Math.max(...ends);
          });
          assert.equal(hasUid(set, probe), isIn);
        },
      ),
    );
  });
});
