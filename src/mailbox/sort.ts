// Sorts messages (RFC 5256 3, RFC 5957 3), whatever protocol asks. What the view in memory does not hold is read in slices
// from what was stored at delivery, and others have their turn every few milliseconds.

import { searchSliceMessages } from "../base/limits.ts";
import { collationKey } from "../mime/collation-key.ts";
import type { ContentId } from "../model/ids.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import { type Compare, pacedSort } from "./paced-sort.ts";
import type { Match } from "./search.ts";
import { cost, SearchPace } from "./search-pace.ts";
import { type AddressKey, addressKeys, isAddressKey } from "./sort-address.ts";

export type SortKey = "arrival" | "date" | "size" | "subject" | AddressKey;

export interface SortCriterion {
  readonly key: SortKey;
  readonly order: "ascending" | "descending";
}

/**
 * What of `matches` (by UID, ascending) has not been expunged, by the first criterion, among equals by the next, and so
 * on. RFC 5256 3: messages that "exactly match according to the sorting criteria" stay in the order of their numbers.
 */
export async function sortMatches(
  mailbox: OpenMailbox,
  matches: readonly Match[],
  criteria: readonly SortCriterion[],
  signal: AbortSignal,
): Promise<Match[]> {
  const pace = new SearchPace(signal);
  // A key that stands again says nothing new.
  const program = new Map<SortKey, SortCriterion["order"]>();
  for (const { key, order } of criteria) if (!program.has(key)) program.set(key, order);
  const columns = new KeyColumns(mailbox, [...program.keys()]);
  for (let from = 0; from < matches.length; from += searchSliceMessages) {
    const turn = pace.spend(await columns.read(matches.slice(from, from + searchSliceMessages)));
    if (turn !== undefined) await turn;
  }
  const compares = Array.from(program, ([key, order]) => columns.compare(key, order));
  const order = await pacedSort(columns.matches.length, inTurn(compares), pace);
  const sorted: Match[] = [];
  for (const at of order) {
    const match = columns.matches[at];
    if (match !== undefined) sorted.push(match);
  }
  return sorted;
}

function inTurn(compares: readonly Compare[]): Compare {
  return (a, b) => {
    for (const compare of compares) {
      const difference = compare(a, b);
      if (difference !== 0) return difference;
    }
    return a - b;
  };
}

/** The keys of all messages, a column a key. */
class KeyColumns {
  readonly matches: Match[] = [];
  readonly #mailbox: OpenMailbox;
  readonly #numbers = new Map<SortKey, number[]>();
  readonly #texts = new Map<SortKey, string[]>();
  readonly #addresses: readonly AddressKey[];

  constructor(mailbox: OpenMailbox, keys: readonly SortKey[]) {
    this.#mailbox = mailbox;
    for (const key of keys) {
      if (key === "arrival" || key === "size" || key === "date") this.#numbers.set(key, []);
      else this.#texts.set(key, []);
    }
    this.#addresses = keys.filter(isAddressKey);
  }

  /** Reads the keys of some messages more; tells about how long it took, in nanoseconds. */
  async read(slice: readonly Match[]): Promise<number> {
    const contents: ContentId[] = [];
    const arrivals: number[] = [];
    for (const match of slice) {
      const facts = this.#mailbox.facts(match.uid);
      if (facts === undefined) continue;
      this.matches.push(match);
      contents.push(facts.content);
      arrivals.push(facts.internalDateMs);
      this.#numbers.get("arrival")?.push(facts.internalDateMs);
      this.#numbers.get("size")?.push(facts.size);
    }
    let spentNs = contents.length * cost.factsNs;
    const dates = this.#numbers.get("date");
    const subjects = this.#texts.get("subject");
    if (dates !== undefined || subjects !== undefined) {
      for (const [at, { sentAtMs, baseSubject }] of (await this.#mailbox.order(contents)).entries()) {
        // RFC 5256 2.2: "If the sent date cannot be determined (a Date: header is missing or cannot be parsed), the
        // INTERNALDATE for that message is used as the sent date."
        dates?.push(sentAtMs ?? arrivals[at] ?? 0);
        subjects?.push(collationKey(baseSubject));
        spentNs += cost.orderNs + baseSubject.length * cost.characterNs;
      }
    }
    if (this.#addresses.length > 0) {
      for (const facts of await this.#mailbox.contents(contents)) {
        for (const [at, key] of addressKeys(facts, this.#addresses).entries())
          this.#texts.get(this.#addresses[at] ?? "from")?.push(key);
        spentNs += cost.rowNs + facts.envelope.length * cost.structureByteNs;
      }
    }
    return spentNs;
  }

  compare(key: SortKey, order: SortCriterion["order"]): Compare {
    const column: readonly (number | string)[] = this.#numbers.get(key) ?? this.#texts.get(key) ?? [];
    const less = order === "ascending" ? -1 : 1;
    return (a, b) => {
      const one = column[a] ?? 0;
      const other = column[b] ?? 0;
      return one < other ? less : one > other ? -less : 0;
    };
  }
}
