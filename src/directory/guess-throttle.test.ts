// How guessing slows down, and that the owner gets in all the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { TestClock } from "../../test/support/stored-directory.ts";
import { guessDelayMsMax, guessesKeptMs } from "../base/limits.ts";
import { type Attempt, GuessThrottle } from "./guess-throttle.ts";

function throttle() {
  const clock = new TestClock();
  const guesses = new GuessThrottle(clock);
  const admitted = (network: string, account: string): Attempt => {
    const admission = guesses.admit(network, account);
    assert.ok("waitMs" in admission, "told to come back later");
    return admission;
  };
  /** Tries once, waiting as long as it is told to; returns how long that was. */
  const attempt = (network: string, account: string, outcome: "right" | "wrong"): number => {
    const { waitMs, [outcome]: settle } = admitted(network, account);
    clock.ms += waitMs;
    settle();
    return waitMs;
  };
  return { clock, guesses, admitted, attempt };
}

test("wrong passwords are waited for longer and longer: 2 s growing to 15 s", () => {
  const { attempt } = throttle();
  const waits = Array.from({ length: 8 }, () => attempt("192.0.2.1", "asha", "wrong"));
  assert.deepEqual(waits, [0, 0, 0, 2_000, 4_000, 8_000, 15_000, 15_000]);
});

test("a network that guesses at many accounts is slowed down as a whole", () => {
  const { attempt } = throttle();
  for (let at = 0; at < 10; at++) attempt("192.0.2.1", `account ${at}`, "wrong");
  assert.equal(attempt("192.0.2.1", "another account", "wrong"), 15_000);
});

test("an account at which many networks guess is slowed down for all of them", () => {
  const { attempt } = throttle();
  for (let at = 0; at < 10; at++) attempt(`192.0.2.${at}`, "asha", "wrong");
  assert.equal(attempt("198.51.100.1", "asha", "wrong"), 15_000);
});

test("guessing in parallel gains nothing: few wait in line, the others are told to come back", () => {
  const { guesses } = throttle();
  const admissions = Array.from({ length: 1_000 }, () => guesses.admit("192.0.2.1", "asha"));
  const waits = admissions.flatMap((admission) => ("waitMs" in admission ? [admission.waitMs] : []));
  assert.deepEqual(waits, [0, 0, 0, 0, 2_000, 6_000, 14_000]);
});

test("a network that has failed stands in one line, whatever accounts it tries", () => {
  const { attempt, guesses } = throttle();
  for (let at = 0; at < 10; at++) attempt("192.0.2.1", `account ${at}`, "wrong");
  const admissions = Array.from({ length: 100 }, (_, at) => guesses.admit("192.0.2.1", `other ${at}`));
  assert.equal(admissions.filter((admission) => "waitMs" in admission).length, 1);
});

test("the right password from a place where it was right before is not slowed down by guesses from elsewhere", () => {
  const { attempt } = throttle();
  attempt("198.51.100.1", "asha", "right");
  for (let at = 0; at < 50; at++) attempt(`192.0.2.${at}`, "asha", "wrong");
  assert.equal(attempt("198.51.100.1", "asha", "right"), 0);
});

test("the owner gets in from a new place while a thousand networks guess", () => {
  const { attempt, guesses } = throttle();
  for (let at = 0; at < 1_000; at++) attempt(`10.0.${at >> 8}.${at & 255}`, "asha", "wrong");
  for (let at = 0; at < 1_000; at++) guesses.admit(`10.0.${at >> 8}.${at & 255}`, "asha");
  assert.equal(attempt("198.51.100.1", "asha", "right"), guessDelayMsMax);
  assert.equal(attempt("198.51.100.1", "asha", "right"), 0);
});

test("success resets what was wrong before it", () => {
  const { attempt } = throttle();
  for (let at = 0; at < 6; at++) attempt("192.0.2.1", "asha", "wrong");
  assert.equal(attempt("192.0.2.1", "asha", "right"), 15_000);
  assert.equal(attempt("192.0.2.1", "asha", "wrong"), 0);
  assert.equal(attempt("192.0.2.1", "other", "right"), 0);
});

test("an account of one's own buys no guesses at others", () => {
  const { attempt } = throttle();
  for (let at = 0; at < 10; at++) attempt("192.0.2.1", `account ${at}`, "wrong");
  attempt("192.0.2.1", "own", "right");
  assert.equal(attempt("192.0.2.1", "asha", "wrong"), 15_000);
});

test("guesses from a place where the owner has been are slowed down too", () => {
  const { attempt } = throttle();
  attempt("192.0.2.1", "asha", "right");
  for (let at = 0; at < 6; at++) attempt("192.0.2.1", "asha", "wrong");
  assert.equal(attempt("192.0.2.1", "asha", "right"), 15_000);
});

test("many people log in from one network at once without waiting", () => {
  const { admitted } = throttle();
  const attempts = Array.from({ length: 500 }, (_, at) => admitted("192.0.2.1", `account ${at}`));
  assert.ok(attempts.every(({ waitMs }) => waitMs === 0));
});

test("wrong passwords are forgotten in time", () => {
  const { attempt, clock } = throttle();
  for (let at = 0; at < 8; at++) attempt("192.0.2.1", "asha", "wrong");
  clock.ms += guessesKeptMs + 1;
  assert.equal(attempt("192.0.2.1", "asha", "wrong"), 0);
});

test("an attempt that was never made leaves no trace", () => {
  const { admitted, attempt } = throttle();
  for (let at = 0; at < 100; at++) admitted("192.0.2.1", "asha").dropped();
  assert.equal(attempt("192.0.2.1", "asha", "wrong"), 0);
});
