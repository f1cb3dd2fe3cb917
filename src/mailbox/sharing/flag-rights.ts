// Which flags the rights to a mailbox let a person change (RFC 4314 4): "t" \Deleted, "s" \Seen, "w" all others.

import { type FlagChange, type FlagSet, systemFlags } from "../../model/flags.ts";
import type { FlagMask } from "../../model/readers.ts";
import { hasAnyRight, hasRight, type Rights } from "../../model/rights.ts";

export function flagMask(rights: Rights): FlagMask {
  let bits = 0;
  if (hasRight(rights, "s")) bits |= systemFlags["\\Seen"];
  if (hasRight(rights, "t")) bits |= systemFlags["\\Deleted"];
  if (!hasRight(rights, "w")) return { bits, keywords: "may-not-change" };
  bits |= systemFlags["\\Answered"] | systemFlags["\\Flagged"] | systemFlags["\\Draft"];
  return { bits, keywords: "may-change" };
}

/** RFC 4314 4: STORE "SHOULD NOT fail if the user has rights to modify at least one flag specified". */
export function mayStore(rights: Rights, change: FlagChange, flags: FlagSet): boolean {
  if (flags.bits === 0 && flags.keywords.length === 0) return change !== "replace" || mayChangeFlags(rights);
  const mask = flagMask(rights);
  return (flags.bits & mask.bits) !== 0 || (flags.keywords.length > 0 && mask.keywords === "may-change");
}

export function mayChangeFlags(rights: Rights): boolean {
  return hasAnyRight(rights, ["s", "w", "t"]);
}

/**
 * Whether a mailbox is open for more than reading. RFC 4314 5.2 names "i", "e", "w" and "t", and lets later documents extend the
 * list: here "s" is on it, since a client that is told READ-ONLY would not store its user's own \Seen.
 */
export function mayWrite(rights: Rights): boolean {
  return hasAnyRight(rights, ["i", "e", "w", "s", "t"]);
}
