// Finds new messages their places among sorted ones (RFC 5267 4.3: the results of a search "are maintained in the requested
// order"), whatever protocol asks. The sorted ones keep no keys in memory: for each new one about as many are read again as
// their number has binary digits.

import { searchSliceMessages } from "../base/limits.ts";
import type { Uid } from "../model/ids.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import type { Match } from "./search.ts";
import { cost, SearchPace } from "./search-pace.ts";
import { sortMatches } from "./sort.ts";
import { SortColumns, type SortCriterion } from "./sort-columns.ts";

/**
 * `sorted` as `sortMatches` left it once, with what of `added` (by UID, ascending) is there in between. Of `sorted` some may
 * have been expunged since: they stay, and nothing is compared with them.
 */
export async function mergeIntoSorted(
  mailbox: OpenMailbox,
  { sorted, added }: { readonly sorted: Uint32Array; readonly added: readonly Match[] },
  criteria: readonly SortCriterion[],
  signal: AbortSignal,
): Promise<Uint32Array> {
  const newcomers = (await sortMatches(mailbox, added, criteria, { signal })).map(({ uid }) => uid);
  if (newcomers.length === 0) return sorted;
  const places = await new PlaceFinder(mailbox, criteria, signal).find(sorted, newcomers);
  const merged = new Uint32Array(sorted.length + newcomers.length);
  let from = 0;
  for (const [at, uid] of newcomers.entries()) {
    const place = places[at] ?? sorted.length;
    merged.set(sorted.subarray(from, place), from + at);
    merged[place + at] = uid;
    from = place;
  }
  merged.set(sorted.subarray(from), from + newcomers.length);
  return merged;
}

class PlaceFinder {
  readonly #mailbox: OpenMailbox;
  readonly #pace: SearchPace;
  readonly #columns: SortColumns;
  /** Rows of the columns by UID. */
  readonly #rows = new Map<number, number>();
  /** What could not be read any more. */
  readonly #gone = new Set<number>();

  constructor(mailbox: OpenMailbox, criteria: readonly SortCriterion[], signal: AbortSignal) {
    this.#mailbox = mailbox;
    this.#pace = new SearchPace(signal);
    this.#columns = new SortColumns(mailbox, criteria);
  }

  /** Before which of `sorted` each of the newcomers belongs, which are in order themselves. */
  async find(sorted: Uint32Array, newcomers: readonly Uid[]): Promise<readonly number[]> {
    await this.#read(newcomers);
    const compare = this.#columns.compare();
    for (;;) {
      const readable = await this.#readable(sorted);
      const least = newcomers.map(() => 0);
      const below = newcomers.map(() => readable.length);
      const goneBefore = this.#gone.size;
      for (;;) {
        const probes = newcomers.map((_, at) => probe(least[at] ?? 0, below[at] ?? 0));
        const uidAt = (place: number | null): number => (place === null ? 0 : (sorted[readable[place] ?? 0] ?? 0));
        await this.#read(probes.flatMap((place) => (place === null ? [] : [uidAt(place)])));
        if (this.#gone.size > goneBefore) break;
        if (probes.every((place) => place === null)) return least.map((place) => readable[place] ?? sorted.length);
        for (const [at, place] of probes.entries()) {
          if (place === null) continue;
          const difference = compare(this.#rows.get(newcomers[at] ?? 0) ?? 0, this.#rows.get(uidAt(place)) ?? 0);
          if (difference < 0) below[at] = place;
          else least[at] = place + 1;
        }
        const turn = this.#pace.spend(newcomers.length * cost.compareNs);
        if (turn !== undefined) await turn;
      }
      // One was expunged just now: what was read already is not read again.
    }
  }

  /** Where in `sorted` there is something to compare with. */
  async #readable(sorted: Uint32Array): Promise<Uint32Array> {
    const places = new Uint32Array(sorted.length);
    let length = 0;
    for (let from = 0; from < sorted.length; from += searchSliceMessages) {
      const to = Math.min(sorted.length, from + searchSliceMessages);
      for (let at = from; at < to; at++) {
        const uid = sorted[at] ?? 0;
        if (this.#gone.has(uid)) continue;
        if (this.#rows.has(uid) || this.#mailbox.indexOf(uid) >= 0) places[length++] = at;
      }
      const turn = this.#pace.spend((to - from) * cost.linkNs);
      if (turn !== undefined) await turn;
    }
    return places.subarray(0, length);
  }

  async #read(uids: readonly number[]): Promise<void> {
    const unread = [...new Set(uids)].filter((uid) => !this.#rows.has(uid));
    for (let from = 0; from < unread.length; from += searchSliceMessages) {
      const slice: Match[] = [];
      for (const uid of unread.slice(from, from + searchSliceMessages)) {
        const facts = this.#mailbox.facts(uid);
        if (facts === undefined) this.#gone.add(uid);
        else slice.push({ uid: facts.uid, modSeq: facts.modSeq });
      }
      for (const [at, { uid }] of slice.entries()) this.#rows.set(uid, this.#columns.matches.length + at);
      const turn = this.#pace.spend(await this.#columns.read(slice));
      if (turn !== undefined) await turn;
    }
  }
}

/** In the middle; null where nothing is left to find out. */
function probe(least: number, below: number): number | null {
  return least < below ? Math.floor((least + below) / 2) : null;
}
