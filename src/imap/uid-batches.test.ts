// Batches against a recount: whatever is missing among the UIDs, each has as many messages as were asked for.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { uidBatches } from "./uid-batches.ts";
import type { UidBatchesArgs } from "./wire/uid-batches.ts";

function batchesOf(uids: readonly number[], args: UidBatchesArgs): readonly (readonly [number, number])[] {
  return [...uidBatches({ exists: uids.length, uidAt: (seq) => uids[seq - 1] ?? Number.NaN }, args)];
}

const mailbox = fc.uniqueArray(fc.integer({ min: 1, max: 400 })).map((uids) => uids.sort((a, b) => a - b));

test("batches have as many messages each, but for the last, and no UID lies between them", () => {
  fc.assert(
    fc.property(mailbox, fc.integer({ min: 1, max: 60 }), (uids, size) => {
      const batches = batchesOf(uids, { size, batches: null });
      assert.equal(batches.length, Math.ceil(uids.length / size));
      let left = uids.length;
      let expected = uids.at(-1);
      for (const [highest, lowest] of batches) {
        assert.equal(highest, expected);
        assert.equal(uids.filter((uid) => uid >= lowest && uid <= highest).length, Math.min(size, left));
        left -= size;
        expected = lowest - 1;
      }
      assert.equal(batches.at(-1)?.[1], uids.length === 0 ? undefined : 1);
    }),
  );
});

test("some batches are those among all batches", () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 12 }));
  fc.assert(
    fc.property(mailbox, fc.integer({ min: 1, max: 60 }), range, (uids, size, [first, more]) => {
      const all = batchesOf(uids, { size, batches: null });
      assert.deepEqual(batchesOf(uids, { size, batches: [first, first + more] }), all.slice(first - 1, first + more));
    }),
  );
});
