// Sorts messages (RFC 5256 3, RFC 5957 3), whatever protocol asks; others have their turn every few milliseconds.

import { searchSliceMessages } from "../base/limits.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import { pacedSort } from "./paced-sort.ts";
import type { Match } from "./search.ts";
import { SearchPace } from "./search-pace.ts";
import { SortColumns, type SortCriterion } from "./sort-columns.ts";
import type { LongWork } from "./work-progress.ts";

/**
 * What of `matches` (by UID, ascending) has not been expunged, by the first criterion, among equals by the next, and so
 * on.
 */
export async function sortMatches(
  mailbox: OpenMailbox,
  matches: readonly Match[],
  criteria: readonly SortCriterion[],
  { signal, progress }: LongWork,
): Promise<Match[]> {
  const pace = new SearchPace(signal);
  const columns = new SortColumns(mailbox, criteria);
  for (let from = 0; from < matches.length; from += searchSliceMessages) {
    progress?.(from, matches.length);
    const turn = pace.spend(await columns.read(matches.slice(from, from + searchSliceMessages)));
    if (turn !== undefined) await turn;
  }
  const order = await pacedSort(columns.matches.length, columns.compare(), pace);
  const sorted: Match[] = [];
  for (const at of order) {
    const match = columns.matches[at];
    if (match !== undefined) sorted.push(match);
  }
  return sorted;
}
