// Flags and keywords (RFC 9051 2.3.2): system flags are bits, keywords are names.
// \Recent is not here: no message has it in the store; IMAP4rev1 sessions answer it (RFC 9051 2.3.2 drops it).

/** System flag -> its bit in `FlagSet.bits`. */
export const systemFlags = {
  "\\Seen": 1,
  "\\Answered": 2,
  "\\Flagged": 4,
  "\\Deleted": 8,
  "\\Draft": 16,
} as const;

export type SystemFlag = keyof typeof systemFlags;

/** What a message is marked with: system flags as bits, keywords sorted by their lower-case form, none twice. */
export interface FlagSet {
  readonly bits: number;
  readonly keywords: readonly string[];
}

export const noFlags: FlagSet = { bits: 0, keywords: [] };

const bitOfLowerCase = new Map<string, number>(
  Object.entries(systemFlags).map(([name, bit]) => [name.toLowerCase(), bit]),
);

/** The bit of a system flag in any letter case, or undefined for anything else. */
export function systemFlagBit(name: string): number | undefined {
  return bitOfLowerCase.get(name.toLowerCase());
}

/** RFC 9051 2.3.2: keywords are case-insensitive; the spelling first seen is kept, so `keywords` holds no two alike. */
export function flagSet(bits: number, keywords: Iterable<string>): FlagSet {
  const byFolded = new Map<string, string>();
  for (const keyword of keywords) {
    const folded = keyword.toLowerCase();
    if (!byFolded.has(folded)) byFolded.set(folded, keyword);
  }
  if (byFolded.size === 0) return bits === 0 ? noFlags : { bits, keywords: [] };
  const sorted = [...byFolded].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, keyword]) => keyword);
  return { bits, keywords: sorted };
}

export type FlagChange = "add" | "remove" | "replace";

/** What `flags` becomes when `change` is done with `operand` (RFC 9051 6.4.6). */
export function changeFlags(flags: FlagSet, change: FlagChange, operand: FlagSet): FlagSet {
  if (change === "replace") return operand;
  if (change === "add") {
    if (operand.keywords.length === 0) return { bits: flags.bits | operand.bits, keywords: flags.keywords };
    return flagSet(flags.bits | operand.bits, [...flags.keywords, ...operand.keywords]);
  }
  const gone = new Set(operand.keywords.map((keyword) => keyword.toLowerCase()));
  const keywords =
    gone.size === 0 ? flags.keywords : flags.keywords.filter((keyword) => !gone.has(keyword.toLowerCase()));
  return { bits: flags.bits & ~operand.bits, keywords };
}

/** True when both mark the same, keyword spelling included. */
export function sameFlags(one: FlagSet, other: FlagSet): boolean {
  if (one.bits !== other.bits || one.keywords.length !== other.keywords.length) return false;
  return one.keywords.every((keyword, at) => keyword === other.keywords[at]);
}

/** The flags as names, system flags first: `["\\Seen", "$Junk"]`. */
export function flagNames(flags: FlagSet): string[] {
  const names: string[] = [];
  for (const [name, bit] of Object.entries(systemFlags)) if ((flags.bits & bit) !== 0) names.push(name);
  names.push(...flags.keywords);
  return names;
}
