// Who has seen a message, besides the owner of its mailbox, whose \Seen is a flag like others: the people with whom the mailbox
// is shared have a number each within the owner's account, and a message has the set of those who have seen it.

import type { Brand } from "../base/brand.ts";
import { type FlagSet, systemFlags } from "./flags.ts";

/** A person's number in the account of another: a positive integer that is never another person's. */
export type ReaderNumber = Brand<number, "ReaderNumber">;

/** Ascending numbers with spaces between them; empty, as nearly everywhere, when nobody has. */
export type SeenBy = string;

export const seenByNobody: SeenBy = "";

/** Which flags somebody may change; keywords are all or none. */
export interface FlagMask {
  readonly bits: number;
  readonly keywords: "may-change" | "may-not-change";
}

/** Somebody other than the owner, at work in the owner's account. */
export interface Reader {
  readonly number: ReaderNumber;
  readonly mayChange: FlagMask;
}

const seen = systemFlags["\\Seen"];

/** Throws RangeError unless a positive integer. */
export function asReaderNumber(value: number): ReaderNumber {
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`reader number out of range: ${value}`);
  // oxlint-disable-next-line no-unsafe-type-assertion -- the one place where this brand is made
  return value as ReaderNumber;
}

export function hasSeen(seenBy: SeenBy, reader: ReaderNumber): boolean {
  return seenBy !== "" && seenBy.split(" ").includes(String(reader));
}

export function withSeen(seenBy: SeenBy, reader: ReaderNumber, state: "seen" | "unseen"): SeenBy {
  const numbers = seenBy === "" ? [] : seenBy.split(" ").map(Number);
  const others = numbers.filter((number) => number !== reader);
  if (state === "seen") others.push(reader);
  return others.sort((a, b) => a - b).join(" ");
}

/** The flags of a message as a reader sees them: \Seen is his own, all others are everybody's. */
export function flagsFor(reader: ReaderNumber, flags: FlagSet, seenBy: SeenBy): FlagSet {
  const bits = (flags.bits & ~seen) | (hasSeen(seenBy, reader) ? seen : 0);
  return bits === flags.bits ? flags : { bits, keywords: flags.keywords };
}

/** What becomes of `before` when it is to become `after`, and only some flags may change. */
export function masked(before: FlagSet, after: FlagSet, { bits, keywords }: FlagMask): FlagSet {
  return {
    bits: (before.bits & ~bits) | (after.bits & bits),
    keywords: keywords === "may-change" ? after.keywords : before.keywords,
  };
}

/** The flags of a message that a reader puts in, as they are stored: his \Seen is not the owner's. */
export function storedFlags(reader: Reader, flags: FlagSet): { readonly flags: FlagSet; readonly seenBy: SeenBy } {
  const allowed = masked({ bits: 0, keywords: [] }, flags, reader.mayChange);
  return {
    flags: { bits: allowed.bits & ~seen, keywords: allowed.keywords },
    seenBy: (allowed.bits & seen) === 0 ? seenByNobody : String(reader.number),
  };
}
