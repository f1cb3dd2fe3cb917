// When mail is tried again, and when no more.

import assert from "node:assert/strict";
import { test } from "node:test";
import { queueAttemptsMin, queueLifetimeMs, queueRetryDelayMsMax, queueRetryDelayMsMin } from "../base/limits.ts";
import { hasExpired, latestAttemptMs, nextAttemptMs } from "./retry-schedule.ts";

test("the pause doubles up to its longest, a quarter up or down", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((attempts) => nextAttemptMs(0, attempts, 0.5) / queueRetryDelayMsMin),
    [1, 2, 4, 8, 16],
  );
  for (let attempts = 1; attempts < 200; attempts++) {
    const [early, late] = [nextAttemptMs(1_000, attempts, 0), nextAttemptMs(1_000, attempts, 1)];
    assert.ok(early >= 1_000 + 0.75 * queueRetryDelayMsMin && early < late);
    assert.ok(late <= latestAttemptMs(1_000));
    assert.ok(late <= 1_000 + 1.25 * queueRetryDelayMsMax);
  }
});

test("five days have room for far more than the attempts that a message may not expire before", () => {
  let nowMs = 0;
  let attempts = 1;
  while (!hasExpired(nowMs, 0, attempts)) nowMs = nextAttemptMs(nowMs, attempts++, 0.5);
  assert.ok(nowMs >= queueLifetimeMs && nowMs < queueLifetimeMs + queueRetryDelayMsMax * 1.25);
  assert.ok(attempts > 3 * queueAttemptsMin);
});

test("a clock that jumps ahead expires nothing that has hardly been tried", () => {
  const tenYears = 10 * 365 * 24 * 60 * 60_000;
  assert.equal(hasExpired(tenYears, 0, queueAttemptsMin - 1), false);
  assert.equal(hasExpired(tenYears, 0, queueAttemptsMin), true);
  assert.equal(hasExpired(-tenYears, 0, 100), false);
});
