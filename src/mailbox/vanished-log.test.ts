// What a mailbox in memory remembers as vanished, held to the whole history.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { vanishedRangesMax } from "../base/limits.ts";
import { asModSeq } from "../model/ids.ts";
import { uidSet } from "../model/uid-set.ts";
import { type Vanished, VanishedLog } from "./vanished-log.ts";

const history = fc
  .array(
    fc.record({
      step: fc.integer({ min: 1, max: 4 }),
      uids: fc.uniqueArray(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }),
    }),
    {
      maxLength: 20,
    },
  )
  .map((changes): Vanished[] => {
    let modSeq = 0;
    return changes.map(({ step, uids }) => {
      modSeq += step;
      return { modSeq: asModSeq(modSeq), uids: uidSet(uids.map((uid) => [uid, uid])) };
    });
  });

const within = (all: readonly Vanished[], since: number, until: number) =>
  all.filter(({ modSeq }) => modSeq > since && modSeq <= until);

test("what is remembered is what the whole history says, however it was learned", () => {
  const moments = fc.array(fc.nat({ max: 90 }), { maxLength: 12 });
  fc.assert(
    fc.property(history, fc.nat({ max: 90 }), moments, (all, start, asked) => {
      const log = new VanishedLog(asModSeq(start));
      let now = start;
      for (const [at, since] of asked.entries()) {
        // Some time passes.
        log.add(within(all, now, now + at));
        now += at;
        const known = log.between(asModSeq(since), asModSeq(now));
        const expected = uidSet(within(all, since, now).flatMap(({ uids }) => uids.ranges));
        if (known !== undefined) assert.deepEqual(known, expected);
        else log.learn(within(all, since, now), asModSeq(since), asModSeq(now));
        assert.deepEqual(log.between(asModSeq(since), asModSeq(now)) ?? expected, expected);
        assert.ok(since > now || log.between(asModSeq(since), asModSeq(now)) !== undefined);
      }
    }),
  );
});

test("what arrived while the store was read is not forgotten", () => {
  const log = new VanishedLog(asModSeq(5));
  const entry = (modSeq: number): Vanished => ({ modSeq: asModSeq(modSeq), uids: uidSet([[modSeq, modSeq]]) });
  log.add([entry(6)]);
  log.learn([entry(2), entry(5)], asModSeq(1), asModSeq(5));
  assert.deepEqual(log.between(asModSeq(1), asModSeq(6))?.ranges, [
    [2, 2],
    [5, 6],
  ]);
});

test("only so much is remembered, the latest", () => {
  const log = new VanishedLog(asModSeq(1));
  for (let modSeq = 2; modSeq < vanishedRangesMax + 100; modSeq++)
    log.add([{ modSeq: asModSeq(modSeq), uids: uidSet([[2 * modSeq, 2 * modSeq]]) }]);
  const newest = asModSeq(vanishedRangesMax + 99);
  assert.equal(log.between(asModSeq(50), newest), undefined);
  assert.equal(log.between(asModSeq(vanishedRangesMax + 90), newest)?.ranges.length, 9);
});
