// Which messages a set names, in a mailbox with gaps between its UIDs, by number and by UID.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import { asUid, type Uid } from "../model/ids.ts";
import { hasUid, type UidSet, uidSet } from "../model/uid-set.ts";
import { seqRangesOfUids } from "./message-set.ts";

/** Of an open mailbox only the numbers. */
const numbered = (uids: readonly number[]): Pick<OpenMailbox, "exists" | "uidAt" | "seqOf"> => ({
  exists: uids.length,
  uidAt: (seq: number): Uid | undefined => {
    const uid = uids[seq - 1];
    return uid === undefined ? undefined : asUid(uid);
  },
  seqOf: (uid) => uids.indexOf(uid) + 1,
});

const uids = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 30 }).map((all) => all.sort((a, b) => a - b));
const sets = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 })), { maxLength: 6 })
  .map((ranges): UidSet => uidSet(ranges));

test("UIDs become the numbers of just the messages that have them", () => {
  fc.assert(
    fc.property(uids, sets, (present, set) => {
      const named = seqRangesOfUids(numbered(present), set).flatMap(([from, to]) =>
        Array.from({ length: to - from + 1 }, (_, at) => from + at),
      );
      const expected = present.flatMap((uid, at) => (hasUid(set, uid) ? [at + 1] : []));
      assert.deepEqual(named, expected);
    }),
  );
});

test("a set of all UIDs there can be costs no more than the messages there are", () => {
  let asked = 0;
  const mailbox = { exists: 1_000_000, uidAt: (seq: number) => (asked++, asUid(seq * 2)), seqOf: () => 0 };
  assert.deepEqual(seqRangesOfUids(mailbox, { ranges: [[1, 0xffff_ffff]] }), [[1, 1_000_000]]);
  assert.ok(asked < 100, `${asked} look-ups`);
});
