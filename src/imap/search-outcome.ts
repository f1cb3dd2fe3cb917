// What SEARCH, SORT and THREAD have in common: finding all, what options of RETURN narrow down, and what "$" becomes.

import { type Match, search } from "../mailbox/search.ts";
import type { Criterion } from "../mailbox/search-criterion.ts";
import type { ModSeq } from "../model/ids.ts";
import type { Completion } from "./completion.ts";
import type { Selected } from "./session.ts";
import type { SearchReturn } from "./wire/search-args.ts";
import { SyntaxFault } from "./wire/syntax-fault.ts";

export type Returns = ReadonlySet<SearchReturn>;

/** By number, ascending. */
export async function findAll({ mailbox }: Selected, criterion: Criterion, signal: AbortSignal): Promise<Match[]> {
  const all: Match[] = [];
  for await (const matches of search(mailbox, criterion, { order: "oldest-first", signal }))
    for (const match of matches) all.push(match);
  return all;
}

/**
 * RFC 4731 3.2 and RFC 5182 2.4: with MIN or MAX and neither ALL nor COUNT, only those messages count: what is saved, and
 * what the mod-sequence is of.
 */
export function endsOnly(returns: Returns | null): returns is Returns {
  if (returns === null || returns.has("ALL") || returns.has("COUNT")) return false;
  return returns.has("MIN") || returns.has("MAX");
}

/** RFC 7162 3.1.5: "the highest mod-sequence for all messages being returned"; null when there are none. */
export function highestModSeq(matches: readonly Match[]): ModSeq | null {
  let highest: ModSeq | null = null;
  for (const { modSeq } of matches) if (highest === null || modSeq > highest) highest = modSeq;
  return highest;
}

/** Does what may be refused, and sees to what "$" is then. */
export async function savingWhatIsFound(
  { saved }: Selected,
  returns: Returns | null,
  run: () => Promise<Completion>,
): Promise<Completion> {
  try {
    return await run();
  } catch (error) {
    // RFC 5182 2.1: what is answered NO sets the result to the empty sequence, what is answered BAD does not change it.
    const isBad = error instanceof SyntaxFault && error.status === "BAD";
    if (returns?.has("SAVE") === true && !isBad) saved.uids = { ranges: [] };
    throw error;
  }
}
