// One schedule after another: plays each, and tells of the first that has a finding, shrunk and as a dialogue.

import { type Played, type PlayOptions, play } from "./play.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";
import { shrink } from "./shrink.ts";

export interface Found {
  readonly seed: number;
  readonly finding: string;
  /** The shortest schedule that has a finding of the same kind. */
  readonly schedule: Schedule;
  /** How many schedules it took, this one included. */
  readonly played: number;
  /** For people: the finding, the dialogue, how to have it again. */
  readonly report: string;
}

export interface Search extends PlayOptions {
  readonly firstSeed: number;
  readonly schedules: number;
  /** Asked before each schedule. */
  readonly goesOn?: () => boolean;
}

/** Null when nothing was found. */
export async function simulate({
  firstSeed,
  schedules,
  goesOn = () => true,
  ...options
}: Search): Promise<Found | null> {
  for (let played = 0; played < schedules && goesOn(); played++) {
    const seed = firstSeed + played;
    const found = await play(scheduleOf(seed), options);
    if (found.finding !== null) return await explain(seed, found, { options, played: played + 1 });
  }
  return null;
}

async function explain(
  seed: number,
  found: Played,
  { options, played }: { readonly options: PlayOptions; readonly played: number },
): Promise<Found> {
  const whole = scheduleOf(seed);
  const schedule = await shrink(whole, found, options);
  const finding = found.finding ?? "";
  const shown = await play(schedule, { ...options, writes: "dialogue" });
  const report = [
    `Seed ${seed}: ${finding}`,
    `Shrunk from ${whole.steps.length} steps to ${schedule.steps.length}; lines begin with who speaks (A:) or hears (A<).`,
    "",
    ...shown.dialogue,
    "",
    shown.finding ?? "Played again it is not found: the schedule is not all that decides.",
    `Again: npm run simulate -- --seed ${seed} --schedules 1`,
  ].join("\n");
  return { seed, finding, schedule, played, report };
}
