// `npm run fuzz -- --seconds 300 --seed 1`: mutated dialogues for so long. Ends with 1 when something was found, and tells
// what was said; the same seed begins with the same dialogues.

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { fuzz } from "./fuzzing.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } },
});
const seconds = Number(values.seconds);
const seed = values.seed === undefined ? randomInt(1_000_000) : Number(values.seed);
if (!Number.isInteger(seconds) || !Number.isInteger(seed)) throw new Error("--seconds and --seed are whole numbers");

const { dialogues, findings } = await fuzz({ seed, seconds, say: console.log });
for (const finding of findings) console.error(`\n${finding}`);
console.log(`Seed ${seed}: ${dialogues} dialogues, ${findings.length} findings.`);
process.exitCode = findings.length === 0 ? 0 : 1;
