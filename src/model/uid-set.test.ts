// Sets of UIDs as ranges, against plain sets of numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatUidSet, hasUid, parseFormattedUidSet, uidSet, uidSetOfSorted, uidSetSize } from "./uid-set.ts";

const ranges = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 })), { maxLength: 8 });

function membersOf(list: readonly (readonly [number, number])[]): Set<number> {
  const members = new Set<number>();
  for (const [a, b] of list) for (let uid = Math.min(a, b); uid <= Math.max(a, b); uid++) members.add(uid);
  return members;
}

test("any ranges become sorted ones that neither touch nor overlap, with the same members", () => {
  fc.assert(
    fc.property(ranges, (list) => {
      const set = uidSet(list);
      const members = membersOf(list);
      for (let uid = 0; uid <= 62; uid++) assert.equal(hasUid(set, uid), members.has(uid));
      assert.equal(uidSetSize(set), members.size);
      for (const [at, [from, to]] of set.ranges.entries()) {
        assert.ok(from <= to);
        assert.ok(at === 0 || from > (set.ranges[at - 1]?.[1] ?? 0) + 1);
      }
    }),
  );
});

test("what is written down reads back the same, and sorted UIDs give the shortest ranges", () => {
  fc.assert(
    fc.property(ranges, (list) => {
      const set = uidSet(list);
      assert.deepEqual(parseFormattedUidSet(formatUidSet(set)), set);
      assert.deepEqual(uidSetOfSorted([...membersOf(list)].sort((a, b) => a - b)), set);
    }),
  );
});

test("a range over all numbers costs nothing", () => {
  const set = uidSet([[0xffff_ffff, 1]]);
  assert.equal(uidSetSize(set), 0xffff_ffff);
  assert.equal(formatUidSet(set), "1:4294967295");
});
