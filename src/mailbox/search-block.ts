// Some hundred neighbouring messages under a search: who they are, and the verdict of every leaf on each of them. The
// view's leaves are judged all at once, over its columns, so that a message is judged as it was at one moment.

import type { ContentId, ModSeq, Uid } from "../model/ids.ts";
import type { ViewColumns } from "./open-mailbox.ts";
import { type Formula, type Leaf, no, open, type SearchPlan, yes } from "./search-plan.ts";

/** Puts a leaf's verdicts on the rows of the columns from `from` on into `to`. */
export type JudgeColumns = (leaf: Leaf, columns: ViewColumns, from: number, to: Uint8Array) => void;

export class SearchBlock {
  readonly size: number;
  readonly #formula: Formula;
  readonly #uids: Uint32Array;
  readonly #modSeqs: Float64Array;
  readonly #contents: Float64Array;
  /** Leaf after leaf, for each a verdict on every row. */
  readonly #verdicts: Uint8Array;
  /** The formula's verdicts. */
  readonly #outcomes: Uint8Array;

  /** Of the rows `from` to `to` of the columns. */
  constructor(
    { formula, leaves, bySource }: SearchPlan,
    columns: ViewColumns,
    [from, to]: readonly [number, number],
    judge: JudgeColumns,
  ) {
    this.size = to - from;
    this.#formula = formula;
    this.#uids = columns.uids.slice(from, to);
    this.#modSeqs = columns.modSeqs.slice(from, to);
    this.#contents = columns.contents.slice(from, to);
    this.#verdicts = new Uint8Array(leaves.length * this.size).fill(open);
    for (const leaf of bySource.view) judge(leaf, columns, from, this.#verdictsOf(leaf.index));
    this.#outcomes = new Uint8Array(this.size);
    this.#judgeAll(formula, this.#outcomes);
  }

  uid(row: number): Uid {
    // oxlint-disable-next-line no-unsafe-type-assertion -- the column was filled from rows, whose UIDs are valid
    return (this.#uids[row] ?? 0) as Uid;
  }

  /** The modSeq of what was judged. */
  modSeq(row: number): ModSeq {
    // oxlint-disable-next-line no-unsafe-type-assertion -- the column was filled from rows
    return (this.#modSeqs[row] ?? 0) as ModSeq;
  }

  content(row: number): ContentId {
    // oxlint-disable-next-line no-unsafe-type-assertion -- the column was filled from rows
    return (this.#contents[row] ?? 0) as ContentId;
  }

  /** What is known of the message so far. */
  outcome(row: number): number {
    return this.#outcomes[row] ?? no;
  }

  /** Nothing in it matches, or can any more. */
  get isHopeless(): boolean {
    return !this.#outcomes.includes(yes) && !this.#outcomes.includes(open);
  }

  /** Rows on which there is no verdict yet. */
  openRows(): number[] {
    const rows: number[] = [];
    for (let row = 0; row < this.size; row++) if (this.#outcomes[row] === open) rows.push(row);
    return rows;
  }

  verdict(leaf: Leaf, row: number): number {
    return this.#verdicts[leaf.index * this.size + row] ?? no;
  }

  decide(leaf: Leaf, row: number, verdict: boolean): void {
    this.#verdicts[leaf.index * this.size + row] = verdict ? yes : no;
  }

  /** The outcome, once something more has been decided. */
  judge(row: number): number {
    const outcome = this.#judgeRow(this.#formula, row);
    this.#outcomes[row] = outcome;
    return outcome;
  }

  /** The message is gone: it is not found, whatever it was. */
  drop(row: number): void {
    this.#outcomes[row] = no;
  }

  #verdictsOf(leaf: number): Uint8Array {
    return this.#verdicts.subarray(leaf * this.size, (leaf + 1) * this.size);
  }

  #judgeRow(formula: Formula, row: number): number {
    switch (formula.op) {
      case "leaf":
        return this.#verdicts[formula.leaf * this.size + row] ?? no;
      case "not":
        return yes - this.#judgeRow(formula.of, row);
      case "and": {
        let least = yes;
        for (const one of formula.of) {
          least = Math.min(least, this.#judgeRow(one, row));
          if (least === no) break;
        }
        return least;
      }
      case "or": {
        let greatest = no;
        for (const one of formula.of) {
          greatest = Math.max(greatest, this.#judgeRow(one, row));
          if (greatest === yes) break;
        }
        return greatest;
      }
    }
  }

  #judgeAll(formula: Formula, to: Uint8Array): void {
    switch (formula.op) {
      case "leaf":
        to.set(this.#verdictsOf(formula.leaf));
        return;
      case "not":
        this.#judgeAll(formula.of, to);
        for (let row = 0; row < to.length; row++) to[row] = yes - (to[row] ?? no);
        return;
      case "and":
      case "or": {
        const all = formula.op === "and";
        to.fill(all ? yes : no);
        for (const one of formula.of) {
          const verdicts = this.#verdictsOn(one);
          for (let row = 0; row < to.length; row++) {
            const verdict = verdicts[row] ?? no;
            const before = to[row] ?? no;
            if (all ? verdict < before : verdict > before) to[row] = verdict;
          }
        }
      }
    }
  }

  #verdictsOn(formula: Formula): Uint8Array {
    if (formula.op === "leaf") return this.#verdictsOf(formula.leaf);
    const verdicts = new Uint8Array(this.size);
    this.#judgeAll(formula, verdicts);
    return verdicts;
  }
}
