// Rights in plain words: what an administrator says, and what is told of a list.

import { parseRights, type Rights, rightsOf } from "../model/rights.ts";
import { UsageFault } from "./verb.ts";

const levels = {
  /** See the mailbox, read in it, and keep what one has read. */
  read: rightsOf(["l", "r", "s"]),
  /** Put messages in, mark and delete them as well. */
  write: rightsOf(["l", "r", "s", "w", "i", "p", "t", "e"]),
  /** Make, rename and delete mailboxes, and give rights as well. */
  manage: rightsOf(["l", "r", "s", "w", "i", "p", "k", "x", "t", "e", "a"]),
} as const;

export const levelWords = Object.keys(levels).join("|");

/** Throws UsageFault. */
export function rightsNamed(level: string | undefined, letters: string | undefined): Rights {
  if (letters !== undefined) {
    if (level !== undefined) throw new UsageFault("--may and --rights are two ways to say the same: give one.");
    const rights = parseRights(letters);
    if (rights === undefined || rights === "") throw new UsageFault("--rights are letters of lrswipkxtea (RFC 4314).");
    return rights;
  }
  const found = Object.entries(levels).find(([word]) => word === (level ?? "read"));
  if (found === undefined) throw new UsageFault(`--may is ${levelWords.replaceAll("|", ", ")}.`);
  return found[1];
}

/** A word, or the letters where no word says just that. */
export function rightsInWords(rights: Rights): string {
  return Object.entries(levels).find(([, level]) => level === rights)?.[0] ?? rights;
}
