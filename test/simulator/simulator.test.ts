// Thousands of schedules of several clients on one account; `npm run simulate` plays as many as one likes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { play } from "./play.ts";
import { scheduleOf } from "./schedule.ts";
import { simulate } from "./simulate.ts";

test("whatever several clients do at once, each is told what the RFCs promise, and all come to the same mailbox", async () => {
  const found = await simulate({ firstSeed: 1, schedules: 600 });
  if (found !== null) assert.fail(found.report);
});

test("a seed plays the same dialogue each time", async () => {
  for (const seed of [3, 14, 159]) {
    const once = await play(scheduleOf(seed), { writes: "dialogue" });
    const again = await play(scheduleOf(seed), { writes: "dialogue" });
    assert.ok(once.dialogue.length > 10);
    assert.deepEqual(again.dialogue, once.dialogue);
  }
});
