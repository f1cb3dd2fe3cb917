// The keys by which messages are sorted, a column a key: what the view in memory does not hold is read in slices from what
// was stored at delivery.

import { comparator, type OtherComparator } from "../mime/comparator.ts";
import type { ContentId } from "../model/ids.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import type { Compare } from "./paced-sort.ts";
import type { Match } from "./search.ts";
import { cost } from "./search-pace.ts";
import { type AddressKey, addressKeys, isAddressKey } from "./sort-address.ts";

export type SortKey =
  | "arrival"
  | "date"
  | "size"
  | "subject"
  /** RFC 6203 6: what is most relevant comes first. Of matches that were found with their scores. */
  | "relevancy"
  | AddressKey;

export interface SortCriterion {
  readonly key: SortKey;
  readonly order: "ascending" | "descending";
  /** By which text is compared; the default if left out. */
  readonly comparator?: OtherComparator;
}

export class SortColumns {
  /** What has been read and was there. */
  readonly matches: Match[] = [];
  readonly #mailbox: OpenMailbox;
  readonly #program = new Map<SortKey, SortCriterion["order"]>();
  readonly #keyOf: (text: string) => string;
  readonly #numbers = new Map<SortKey, number[]>();
  readonly #texts = new Map<SortKey, string[]>();
  readonly #addresses: readonly AddressKey[];

  constructor(mailbox: OpenMailbox, criteria: readonly SortCriterion[]) {
    this.#mailbox = mailbox;
    this.#keyOf = comparator(criteria[0]?.comparator).key;
    // A key that stands again says nothing new.
    for (const { key, order } of criteria) if (!this.#program.has(key)) this.#program.set(key, order);
    for (const key of this.#program.keys()) {
      if (key === "arrival" || key === "size" || key === "date" || key === "relevancy") this.#numbers.set(key, []);
      else this.#texts.set(key, []);
    }
    this.#addresses = [...this.#program.keys()].filter(isAddressKey);
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
      this.#numbers.get("relevancy")?.push(-(match.relevancy ?? 0));
    }
    let spentNs = contents.length * cost.factsNs;
    const dates = this.#numbers.get("date");
    const subjects = this.#texts.get("subject");
    if (dates !== undefined || subjects !== undefined) {
      for (const [at, { sentAtMs, baseSubject }] of (await this.#mailbox.order(contents)).entries()) {
        // RFC 5256 2.2: "If the sent date cannot be determined (a Date: header is missing or cannot be parsed), the
        // INTERNALDATE for that message is used as the sent date."
        dates?.push(sentAtMs ?? arrivals[at] ?? 0);
        subjects?.push(this.#keyOf(baseSubject));
        spentNs += cost.orderNs + baseSubject.length * cost.characterNs;
      }
    }
    if (this.#addresses.length > 0) {
      for (const facts of await this.#mailbox.contents(contents)) {
        for (const [at, key] of addressKeys(facts, this.#addresses, this.#keyOf).entries())
          this.#texts.get(this.#addresses[at] ?? "from")?.push(key);
        spentNs += cost.rowNs + facts.envelope.length * cost.structureByteNs;
      }
    }
    return spentNs;
  }

  /**
   * Compares rows. RFC 5256 3: messages that "exactly match according to the sorting criteria" stay in the order of their
   * numbers.
   */
  compare(): Compare {
    const compares = Array.from(this.#program, ([key, order]) => this.#compareBy(key, order));
    const uid = (row: number): number => this.matches[row]?.uid ?? 0;
    return (a, b) => {
      for (const compare of compares) {
        const difference = compare(a, b);
        if (difference !== 0) return difference;
      }
      return uid(a) - uid(b);
    };
  }

  #compareBy(key: SortKey, order: SortCriterion["order"]): Compare {
    const column: readonly (number | string)[] = this.#numbers.get(key) ?? this.#texts.get(key) ?? [];
    const less = order === "ascending" ? -1 : 1;
    return (a, b) => {
      const one = column[a] ?? 0;
      const other = column[b] ?? 0;
      return one < other ? less : one > other ? -less : 0;
    };
  }
}
