// LOGIN-DELAY: who has to wait, and how long.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asAccountId } from "../model/ids.ts";
import { LoginDelay } from "./login-delay.ts";

const one = asAccountId("0000000000000001");
const other = asAccountId("0000000000000002");

function delayOf(seconds: number) {
  const clock = { ms: 5_000_000, nowMs: () => 0, monotonicMs: () => clock.ms };
  return { delay: new LoginDelay(seconds, clock), clock };
}

test("a second login has to wait for what is left of the delay, and then the delay begins anew", () => {
  const { delay, clock } = delayOf(60);
  assert.equal(delay.enter(one), 0);
  assert.equal(delay.enter(one), 60);
  clock.ms += 20_500;
  assert.equal(delay.enter(one), 40);
  clock.ms += 39_500;
  assert.equal(delay.enter(one), 0);
  assert.equal(delay.enter(one), 60);
});

test("a login that was refused does not put off the next", () => {
  const { delay, clock } = delayOf(10);
  delay.enter(one);
  clock.ms += 9_000;
  assert.equal(delay.enter(one), 1);
  clock.ms += 1_000;
  assert.equal(delay.enter(one), 0);
});

test("accounts do not wait for each other", () => {
  const { delay } = delayOf(60);
  assert.equal(delay.enter(one), 0);
  assert.equal(delay.enter(other), 0);
});

test("without a delay nobody waits", () => {
  const { delay } = delayOf(0);
  assert.deepEqual([delay.enter(one), delay.enter(one)], [0, 0]);
});
