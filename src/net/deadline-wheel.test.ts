// Deadlines: never early, at most two ticks late, cheap to put off, exact when brought forward.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DeadlineWheel, type Timed } from "./deadline-wheel.ts";

class Entry implements Timed {
  dueTick = Infinity;
  wheelSlot = -1;
  expired = 0;
  expire(): void {
    this.expired += 1;
    this.dueTick = Infinity;
  }
}

function turnsUntilExpired(wheel: DeadlineWheel, entry: Entry): number {
  for (let turns = 1; turns <= 10_000; turns++) {
    wheel.turn();
    if (entry.expired > 0) return turns;
  }
  return Infinity;
}

for (const seconds of [0, 1, 5, 63, 64, 65, 128, 1_800]) {
  test(`a deadline of ${seconds} s comes after it and within two ticks`, () => {
    for (let startTick = 0; startTick < 70; startTick++) {
      const wheel = new DeadlineWheel(1_000);
      const entry = new Entry();
      wheel.add(entry);
      for (let tick = 0; tick < startTick; tick++) wheel.turn();
      wheel.setDue(entry, wheel.tickAfter(seconds * 1_000));
      const turns = turnsUntilExpired(wheel, entry);
      assert.ok(turns > seconds && turns <= seconds + 2, `${turns} turns from tick ${startTick}`);
    }
  });
}

test("a deadline that is put off again and again does not come", () => {
  const wheel = new DeadlineWheel(1_000);
  const entry = new Entry();
  wheel.add(entry);
  for (let tick = 0; tick < 500; tick++) {
    wheel.setDue(entry, wheel.tickAfter(60_000));
    wheel.turn();
  }
  assert.equal(entry.expired, 0);
  const turns = turnsUntilExpired(wheel, entry);
  assert.ok(turns >= 60 && turns <= 62, `${turns}`);
});

test("a deadline that is brought forward comes at its new time", () => {
  const wheel = new DeadlineWheel(1_000);
  const entry = new Entry();
  wheel.add(entry);
  wheel.setDue(entry, wheel.tickAfter(1_800_000));
  wheel.turn();
  wheel.setDue(entry, wheel.tickAfter(5_000));
  assert.equal(turnsUntilExpired(wheel, entry), 6);
});

test("what has left the wheel does not expire", () => {
  const wheel = new DeadlineWheel(1_000);
  const [gone, stays] = [new Entry(), new Entry()];
  for (const entry of [gone, stays]) {
    wheel.add(entry);
    wheel.setDue(entry, wheel.tickAfter(1_000));
  }
  wheel.remove(gone);
  wheel.setDue(gone, wheel.tickAfter(1_000));
  for (let tick = 0; tick < 200; tick++) wheel.turn();
  assert.equal(gone.expired, 0);
  assert.equal(stays.expired, 1);
});

test("an entry may leave the wheel while it expires", () => {
  const wheel = new DeadlineWheel(1_000);
  const entry = new Entry();
  entry.expire = () => {
    entry.expired += 1;
    wheel.remove(entry);
  };
  wheel.add(entry);
  wheel.setDue(entry, wheel.tickAfter(0));
  for (let tick = 0; tick < 200; tick++) wheel.turn();
  assert.equal(entry.expired, 1);
});
