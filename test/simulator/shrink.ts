// Makes a schedule that has a finding as short as it gets: steps are left out, in large pieces first, as long as what is
// left still has a finding of the same kind.

import { type Played, type PlayOptions, play } from "./play.ts";
import type { Schedule } from "./schedule.ts";

/** Findings are of a kind when their sentences differ in numbers alone. */
export function kindOf(finding: string): string {
  return (
    finding
      .split("\n", 1)[0]
      ?.replaceAll(/[\d,:?. ]+/g, " ")
      .slice(0, 60) ?? ""
  );
}

export async function shrink(schedule: Schedule, found: Played, options: PlayOptions): Promise<Schedule> {
  const kind = kindOf(found.finding ?? "");
  const fails = async (candidate: Schedule): Promise<boolean> => {
    const played = await play(candidate, options);
    return played.finding !== null && kindOf(played.finding) === kind;
  };
  // What came after it cannot have mattered.
  let shortest = await simpler({ ...schedule, steps: schedule.steps.slice(0, found.taken) }, fails);
  for (let piece = Math.ceil(shortest.steps.length / 2); piece >= 1; ) {
    let gained = false;
    for (let at = 0; at < shortest.steps.length; ) {
      const candidate = { ...shortest, steps: shortest.steps.toSpliced(at, piece) };
      if (await fails(candidate)) {
        shortest = candidate;
        gained = true;
      } else at += piece;
    }
    if (piece > 1 || !gained) piece = Math.floor(piece / 2);
  }
  return await simpler(shortest, fails);
}

/** What makes a dialogue easier to read: everything arrives, is read and is written at once, and few messages are there. */
async function simpler(schedule: Schedule, fails: (candidate: Schedule) => Promise<boolean>): Promise<Schedule> {
  let simplest = schedule;
  const consider = async (candidate: Schedule): Promise<void> => {
    if (await fails(candidate)) simplest = candidate;
  };
  await consider({ ...simplest, store: "at-once" });
  await consider({ ...simplest, reading: "at-once" });
  for (const at of schedule.clients.keys()) {
    const clients = simplest.clients.map((plan, other) =>
      other === at ? { ...plan, wire: "at-once" as const, windowBytes: 1_000_000 } : plan,
    );
    await consider({ ...simplest, clients });
  }
  for (let letters = 0; letters < simplest.letters; letters++) await consider({ ...simplest, letters });
  return simplest;
}
