// Sizes as people write them: "50 MiB". Units by 1,024 (IEC 80000-13), or by 1,000 when written MB.

const units: Readonly<Record<string, number>> = {
  B: 1,
  KIB: 1_024,
  MIB: 1_024 ** 2,
  GIB: 1_024 ** 3,
  KB: 1_000,
  MB: 1_000 ** 2,
  GB: 1_000 ** 3,
};

/** Whole bytes, or undefined for what is no size. */
export function parseSize(text: string): number | undefined {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*$/.exec(text) ?? [];
  const factor = units[unit.toUpperCase()];
  if (number === undefined || factor === undefined) return undefined;
  const bytes = Number(number) * factor;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** "50 MiB", "1,000 B" as "1000 B": the largest unit that divides it. */
export function formatSize(bytes: number): string {
  for (const unit of ["GiB", "MiB", "KiB"] as const) {
    const factor = units[unit.toUpperCase()] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor} ${unit}`;
  }
  return `${bytes} B`;
}
