// Response codes that carry data (RFC 9051 7.1, RFC 4315, RFC 7162, RFC 8474), as they stand between the brackets.

import { type FlagSet, flagNames } from "../../model/flags.ts";
import type { ModSeq, UidValidity } from "../../model/ids.ts";
import { formatUidSet, type UidSet } from "../../model/uid-set.ts";

/** RFC 4315 3; several messages as RFC 3502 has them: UIDs in the order in which they were appended. */
export function appendUid(uidValidity: UidValidity, uids: readonly number[]): string {
  return `APPENDUID ${uidValidity} ${formatNumbers(uids)}`;
}

/** RFC 4315 3: the nth UID of `from` became the nth of `to`. */
export function copyUid(uidValidity: UidValidity, from: readonly number[], to: readonly number[]): string {
  return `COPYUID ${uidValidity} ${formatNumbers(from)} ${formatNumbers(to)}`;
}

/** RFC 9051 7.1; `\*`: new keywords can be made. */
export function permanentFlags(flags: FlagSet, newKeywords: "possible" | "not-possible"): string {
  const names = newKeywords === "possible" ? [...flagNames(flags), "\\*"] : flagNames(flags);
  return `PERMANENTFLAGS (${names.join(" ")})`;
}

export function uidNext(value: number): string {
  return `UIDNEXT ${value}`;
}

export function uidValidity(value: UidValidity): string {
  return `UIDVALIDITY ${value}`;
}

/** RFC 5267 4.3.1. A tag holds neither quotes nor backslashes. */
export function noUpdate(tag: string): string {
  return `NOUPDATE "${tag}"`;
}

/** RFC 5465 3.1: the events that there are. */
export function badEvent(events: readonly string[]): string {
  return `BADEVENT (${events.join(" ")})`;
}

/** RFC 7162 3.1.2.1. */
export function highestModSeq(modSeq: ModSeq): string {
  return `HIGHESTMODSEQ ${modSeq}`;
}

/** RFC 7162 3.1.3: sequence numbers, or UIDs in a UID STORE, of what UNCHANGEDSINCE held back. */
export function modified(messages: UidSet): string {
  return `MODIFIED ${formatUidSet(messages)}`;
}

/** RFC 8474 4. */
export function mailboxIdCode(objectId: string): string {
  return `MAILBOXID (${objectId})`;
}

/** RFC 9738 3.1: how many messages a command works on, and the lowest UID that it has got to. */
export function messageLimit(most: number, lowest: number | null): string {
  return lowest === null ? `MESSAGELIMIT ${most}` : `MESSAGELIMIT ${most} ${lowest}`;
}

/** How far a command has got: so much of the goal, which is more; a goal of 0 is not known. */
export interface CommandProgress {
  readonly done: number;
  readonly goal: number;
}

/** RFC 9585 4: "If the tag ... contains the "]" character, it MUST be set to NIL." */
export function inProgress(tag: string, { done, goal }: CommandProgress): string {
  const numbers = goal > done ? `${done} ${goal}` : "NIL NIL";
  return `INPROGRESS (${tag.includes("]") ? "NIL" : `"${tag}"`} ${numbers})`;
}

/** RFC 9051 6.4.4: the charsets to use instead. */
export const badCharset = "BADCHARSET (UTF-8 US-ASCII)";

/** A uid-set in the given order, which is not to be lost: runs of ascending numbers become ranges. */
export function formatNumbers(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < numbers.length; ) {
    const from = numbers[at] ?? 0;
    let to = from;
    for (at++; numbers[at] === to + 1; at++) to++;
    parts.push(from === to ? `${from}` : `${from}:${to}`);
  }
  return parts.join(",");
}
