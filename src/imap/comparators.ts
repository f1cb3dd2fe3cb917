// The comparators that a client can choose from (RFC 5255 4.7), by their names in the registry of RFC 4790.
//
// i;ascii-numeric is none of them: RFC 5255 4.4: "servers can only implement collations that offer the substring operation".
// Liberty: the default is not i;unicode-casemap, which RFC 5255 4.4 only recommends with level 2, but our own, under a name of
// its own (RFC 4790 3.1: "vnd-"): docs/protocols/search.md says why.

import type { SortCriterion, SortKey } from "../mailbox/sort-columns.ts";
import { type ComparatorName, otherComparators } from "../mime/comparator.ts";

export interface ActiveComparator {
  /** As it is told: perhaps with a direction before it. */
  readonly told: string;
  readonly comparator: ComparatorName;
  readonly direction: "as-it-is" | "turned-round";
}

/** In the order in which they are preferred where several match. */
const offered: readonly (readonly [id: string, name: ComparatorName])[] = [
  ["vnd-dakghar;nfkc-casefold", undefined],
  ...otherComparators.map((name) => [`i;${name}`, name] as const),
];

const [defaultId] = offered[0] ?? [""];
export const defaultComparator: ActiveComparator = {
  told: defaultId,
  comparator: undefined,
  direction: "as-it-is",
};

export interface ComparatorChoice {
  readonly active: ActiveComparator;
  /** All that match any of what was asked for. */
  readonly matching: readonly string[];
}

/** What the first that is there of `wanted` means (RFC 5255 4.7: "the first argument wins"); null when none is there. */
export function chooseComparator(wanted: readonly string[]): ComparatorChoice | null {
  let active: ActiveComparator | null = null;
  const matching = new Set<string>();
  for (const order of wanted) {
    // RFC 4790 3.3: a sign before it is a direction.
    const sign = /^[+-]/.exec(order)?.[0] ?? "";
    const pattern = order.slice(sign.length).toLowerCase();
    for (const [id, comparator] of offered) {
      // RFC 5255 4.7: "The argument "default" refers to the server's default comparator."
      if (pattern === "default" ? id !== defaultId : !matchesWildcard(id, pattern)) continue;
      matching.add(id);
      active ??= { told: sign + id, comparator, direction: sign === "-" ? "turned-round" : "as-it-is" };
    }
  }
  return active === null ? null : { active, matching: [...matching] };
}

/** RFC 4790 3.2: "*" stands for any characters, or none. */
function matchesWildcard(id: string, pattern: string): boolean {
  const pieces = pattern.split("*");
  const [first = "", ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return id === pattern;
  if (!id.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = id.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return id.length - last.length >= at && id.endsWith(last);
}

const textKeys: ReadonlySet<SortKey> = new Set(["cc", "from", "subject", "to", "displayFrom", "displayTo"]);

/** RFC 5255 4.2, RFC 5957 3: the active comparator applies to what is sorted by text, and to nothing else. */
export function compared({ key, order }: SortCriterion, { comparator, direction }: ActiveComparator): SortCriterion {
  if (!textKeys.has(key)) return { key, order, ...(comparator === undefined ? {} : { comparator }) };
  const turned = order === "ascending" ? "descending" : "ascending";
  return {
    key,
    order: direction === "turned-round" ? turned : order,
    ...(comparator === undefined ? {} : { comparator }),
  };
}
