// The simulator finds what it is there to find: each server that is broken on purpose is found out within some schedules,
// and the schedule that does it is shrunk to a few steps.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { mutants } from "./mutants.ts";
import { simulate } from "./simulate.ts";

const schedulesMax = 1_000;
/** Enough for several clients to come, to change something, and to be told. */
const stepsMax = 25;

suite("a broken server is found out", () => {
  for (const [name, mutation] of Object.entries(mutants))
    test(name, async (t) => {
      const found = await simulate({ firstSeed: 1, schedules: schedulesMax, mutation });
      assert.ok(found !== null, `not found within ${schedulesMax} schedules`);
      t.diagnostic(`${found.played} schedules, ${found.schedule.steps.length} steps: ${found.finding}`);
      assert.ok(found.schedule.steps.length <= stepsMax, found.report);
    });
});
