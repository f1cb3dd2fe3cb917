// Durations as people write them: "30 days", "10 minutes", "90 s".

const secondMs = 1_000;
const names: readonly (readonly [ms: number, ...names: string[]])[] = [
  [86_400 * secondMs, "day", "days", "d"],
  [3_600 * secondMs, "hour", "hours", "h"],
  [60 * secondMs, "minute", "minutes", "min", "m"],
  [secondMs, "second", "seconds", "s"],
];
const msOfUnit = new Map(names.flatMap(([ms, ...spellings]) => spellings.map((spelling) => [spelling, ms] as const)));

/** Milliseconds, or undefined for what is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = ""] = /^\s*(\d+)\s*([A-Za-z]+)\s*$/.exec(text) ?? [];
  const unitMs = msOfUnit.get(unit.toLowerCase());
  if (number === undefined || unitMs === undefined) return undefined;
  const ms = Number(number) * unitMs;
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** "30 days", "1 minute": the largest unit that divides it. */
export function formatDuration(ms: number): string {
  for (const [unitMs, one, many] of names) {
    if (ms >= unitMs && ms % unitMs === 0) return ms === unitMs ? `1 ${one}` : `${ms / unitMs} ${many}`;
  }
  return `${ms / secondMs} seconds`;
}
