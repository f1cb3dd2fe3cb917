// A few seconds of what `npm run fuzz` does for as long as one likes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzz } from "./fuzzing.ts";

test("mutated dialogues in every state of a session find no bug and keep nobody waiting", async () => {
  const { dialogues, findings } = await fuzz({ seed: 1, seconds: 5, say: () => undefined });
  assert.deepEqual(findings, []);
  assert.ok(dialogues > 20);
});
