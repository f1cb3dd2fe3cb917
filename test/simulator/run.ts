// `npm run simulate [-- --seed 1] [--schedules 1000000] [--minutes 60]`: plays schedules until one has a finding, which is
// shrunk and told as a dialogue, or until the number or the time is up. Ends with 1 when something was found.

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, schedules: { type: "string" }, minutes: { type: "string" } },
});
const firstSeed = values.seed === undefined ? randomInt(1_000_000_000) : Number(values.seed);
const schedules =
  values.schedules === undefined ? (values.minutes === undefined ? 100_000 : Infinity) : Number(values.schedules);
const minutes = values.minutes === undefined ? Infinity : Number(values.minutes);
if (!Number.isInteger(firstSeed) || !(schedules >= 1) || !(minutes > 0))
  throw new Error("--seed is a whole number, --schedules and --minutes are positive");

const began = performance.now();
const toldEveryMs = 60_000;
let told = began;
let played = 0;

const found = await simulate({
  firstSeed,
  schedules,
  goesOn: () => {
    const now = performance.now();
    if (now - told > toldEveryMs) {
      told = now;
      console.log(`${played} schedules from seed ${firstSeed}`);
    }
    if (now - began > minutes * 60_000) return false;
    played++;
    return true;
  },
});
if (found === null) console.log(`${played} schedules from seed ${firstSeed}: nothing was found.`);
else {
  console.error(found.report);
  process.exitCode = 1;
}
