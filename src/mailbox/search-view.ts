// The leaves of a search that the view in memory answers, over its columns: plain loops over typed arrays, in which
// nothing is made for a message.

import type { FlagSet } from "../model/flags.ts";
import type { UidSet } from "../model/uid-set.ts";
import type { OpenMailbox, ViewColumns } from "./open-mailbox.ts";
import type { RangedValue } from "./search-criterion.ts";
import { type Leaf, no, yes } from "./search-plan.ts";

export class ViewJudge {
  readonly #mailbox: OpenMailbox;
  /** For each leaf about flags its verdict on each combination of flags in the view. */
  readonly #flagTables = new Map<Leaf, Uint8Array>();
  readonly #flagIdsByKeyword = new Map<string, number[]>();
  /** How many combinations of flags are in that map. */
  #indexed = 0;

  constructor(mailbox: OpenMailbox) {
    this.#mailbox = mailbox;
  }

  readonly judge = (leaf: Leaf, columns: ViewColumns, from: number, to: Uint8Array): void => {
    const { criterion } = leaf;
    switch (criterion.kind) {
      case "all":
        to.fill(yes);
        return;
      case "uids":
        return judgeUids(criterion.uids, columns.uids, from, to);
      case "flag":
        return this.#judgeFlags(leaf, columns, from, to);
      case "keyword":
        return this.#judgeFlags(leaf, columns, from, to);
      case "recent":
        for (let row = 0; row < to.length; row++)
          to[row] = this.#mailbox.isRecent(columns.uids[from + row] ?? 0) ? yes : no;
        return;
      case "content":
        return judgeRange(columns.contents, [criterion.content, criterion.content + 1], from, to);
      case "range":
        return judgeRange(columnOf(criterion.of, columns), [criterion.from, criterion.below], from, to);
      case "thread":
      case "envelope":
      case "header":
      case "text":
      case "fuzzy":
        throw new Error(`the view knows nothing of ${criterion.kind}`);
    }
  };

  #judgeFlags(leaf: Leaf, { flagIds, flagSets }: ViewColumns, from: number, to: Uint8Array): void {
    let table = this.#flagTables.get(leaf);
    if (table === undefined || table.length < flagSets.length) {
      table = this.#flagTable(leaf, flagSets);
      this.#flagTables.set(leaf, table);
    }
    for (let row = 0; row < to.length; row++) to[row] = table[flagIds[from + row] ?? 0] ?? no;
  }

  #flagTable({ criterion }: Leaf, flagSets: readonly FlagSet[]): Uint8Array {
    const table = new Uint8Array(flagSets.length);
    if (criterion.kind === "flag") {
      for (let id = 0; id < table.length; id++) if (((flagSets[id]?.bits ?? 0) & criterion.bit) !== 0) table[id] = yes;
    } else if (criterion.kind === "keyword") {
      // RFC 9051 2.3.2: keywords are compared without regard to case.
      for (const id of this.#flagIdsWith(criterion.keyword.toLowerCase(), flagSets)) table[id] = yes;
    }
    return table;
  }

  /** Looks at each combination of flags once, however many keywords are asked for. */
  #flagIdsWith(keyword: string, flagSets: readonly FlagSet[]): readonly number[] {
    for (; this.#indexed < flagSets.length; this.#indexed++) {
      for (const name of flagSets[this.#indexed]?.keywords ?? []) {
        const ids = this.#flagIdsByKeyword.get(name.toLowerCase());
        if (ids === undefined) this.#flagIdsByKeyword.set(name.toLowerCase(), [this.#indexed]);
        else ids.push(this.#indexed);
      }
    }
    return this.#flagIdsByKeyword.get(keyword) ?? [];
  }
}

function columnOf(value: RangedValue, { sizes, modSeqs, internalDatesMs }: ViewColumns): Float64Array {
  switch (value) {
    case "size":
      return sizes;
    case "modSeq":
      return modSeqs;
    case "internalDateMs":
      return internalDatesMs;
    case "savedAtMs":
    case "sentLocalMs":
      throw new Error(`the view has no ${value}`);
  }
}

function judgeRange(
  column: Float64Array,
  [least, below]: readonly [number, number],
  from: number,
  to: Uint8Array,
): void {
  for (let row = 0; row < to.length; row++) {
    const value = column[from + row] ?? 0;
    to[row] = value >= least && value < below ? yes : no;
  }
}

/** Both are sorted, so one walk beside the other will do. */
function judgeUids({ ranges }: UidSet, uids: Uint32Array, from: number, to: Uint8Array): void {
  let at = firstRange(ranges, uids[from] ?? 0);
  for (let row = 0; row < to.length; row++) {
    const uid = uids[from + row] ?? 0;
    while (at < ranges.length && (ranges[at]?.[1] ?? 0) < uid) at++;
    const range = ranges[at];
    to[row] = range !== undefined && uid >= range[0] ? yes : no;
  }
}

/** The first range that ends at or after `uid`. */
function firstRange(ranges: UidSet["ranges"], uid: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.[1] ?? 0) < uid) low = middle + 1;
    else high = middle;
  }
  return low;
}
