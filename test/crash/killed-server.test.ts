// A short life of one data folder under load, with a dozen ends; `npm run crash` has longer ones.

import { test } from "node:test";
import { tempDir } from "../support/temp-dir.ts";
import { liveThrough } from "./life.ts";

test("however the server is killed or stopped under load, what it acknowledged is there and nothing is there by halves", async (t) => {
  await using folder = await tempDir();
  const said: string[] = [];
  try {
    await liveThrough({ seed: 4, rounds: 12, pace: "brisk", folder: folder.path, say: (text) => said.push(text) });
  } finally {
    t.diagnostic(said.join("\n"));
  }
});
