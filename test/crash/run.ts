// `npm run crash -- --rounds 500 --seed 1`: the server is killed so many times, and what its clients were promised is
// looked for each time. A folder lives through ten rounds; each has a seed of its own, which is told, so that one that
// failed can be lived again: `--seed THAT --rounds 10`. Milliseconds are never quite the same.

import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { liveThrough } from "./life.ts";

const roundsOfLife = 10;

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "100" }, seed: { type: "string" } },
});
const rounds = Number(values.rounds);
const firstSeed = values.seed === undefined ? randomInt(1_000_000) : Number(values.seed);
if (!Number.isInteger(rounds) || !Number.isInteger(firstSeed)) throw new Error("--rounds and --seed are whole numbers");

const ends = new Map<string, number>();
let acknowledged = 0;
let outbound = 0;
for (let done = 0, seed = firstSeed; done < rounds; done += roundsOfLife, seed++) {
  const folder = await mkdtemp(join(tmpdir(), "dakghar-crash-"));
  try {
    const wish = {
      seed,
      rounds: Math.min(roundsOfLife, rounds - done),
      pace: "usual" as const,
      folder,
      say: console.log,
    };
    const report = await liveThrough(wish);
    acknowledged += report.acknowledged;
    outbound += report.outbound;
    for (const [end, times] of report.ends) ends.set(end, (ends.get(end) ?? 0) + times);
  } catch (error) {
    console.error(`Seed ${seed} failed; its folder stays: ${folder}`);
    throw error;
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}
console.log(`${rounds} rounds from seed ${firstSeed}: nothing acknowledged was lost.`);
console.log(`${acknowledged} operations were acknowledged, ${outbound} of them mail for elsewhere.`);
for (const [end, times] of ends) console.log(`${times} times: ${end}`);
