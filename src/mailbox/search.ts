// Searches an open mailbox (RFC 9051 6.4.4), whatever protocol asks. Exact: each answer follows from the messages
// themselves. What the view in memory tells is looked at first, then the index over text, then what was stored at delivery,
// then headers, then text; nothing is read that does not decide. Others have their turn every few milliseconds.

import { searchBlockMessages } from "../base/limits.ts";
import type { ModSeq, Uid } from "../model/ids.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import { SearchBlock } from "./search-block.ts";
import type { Criterion } from "./search-criterion.ts";
import { FuzzyJudge, type Scores } from "./search-fuzzy.ts";
import { HeaderJudge } from "./search-header.ts";
import { IndexJudge, type IndexUse } from "./search-index.ts";
import { cost, SearchPace } from "./search-pace.ts";
import { type Leaf, open, planSearch, type SearchPlan, uidBounds, yes } from "./search-plan.ts";
import { judgeSaved, judgeStored } from "./search-stored.ts";
import { TextJudge } from "./search-text.ts";
import { ViewJudge } from "./search-view.ts";
import { lowerBound } from "./sorted-uids.ts";
import type { LongWork } from "./work-progress.ts";

export interface Match {
  readonly uid: Uid;
  /** As it was when the message was judged: flags may have changed since. */
  readonly modSeq: ModSeq;
  /** RFC 6203 4: 1 to 100, where scores were wanted. */
  readonly relevancy?: number;
}

export interface SearchOptions extends LongWork {
  readonly order: "oldest-first" | "newest-first";
  /** How relevant is what is found; not wanted if left out. */
  readonly scores?: Scores;
  /** "used", where that is cheaper, if left out; "unused": messages are read whatever the index over text would say. */
  readonly textIndex?: IndexUse | "unused";
}

/**
 * Finds what matches among the messages that the session knew when the search began, some at a time. Whoever has found
 * enough may stop. Throws ProblemRefusal.
 */
export async function* search(
  mailbox: OpenMailbox,
  criterion: Criterion,
  { order, signal, progress, scores = "not-wanted", textIndex = "used" }: SearchOptions,
): AsyncGenerator<readonly Match[], void> {
  const run = new SearchRun(mailbox, planSearch(criterion), { pace: new SearchPace(signal), scores, textIndex });
  signal.throwIfAborted();
  // Blocks are found by UID, since rows move when messages are expunged.
  let [least, below] = uidBounds(criterion);
  below = Math.min(below, (mailbox.uidAt(mailbox.exists) ?? 0) + 1);
  const rowOf = (uid: number): number => lowerBound(mailbox.columns.uids, mailbox.knownRows, uid);
  const all = rowOf(below) - rowOf(least);
  let judged = 0;
  for (;;) {
    let from = rowOf(least);
    let to = rowOf(below);
    if (from >= to) return;
    if (order === "oldest-first") to = Math.min(to, from + searchBlockMessages);
    else from = Math.max(from, to - searchBlockMessages);
    const block = run.begin([from, to]);
    if (order === "oldest-first") least = block.uid(block.size - 1) + 1;
    else below = block.uid(0);
    yield* run.finish(block, order, (rows) => progress?.(judged + rows, all));
    judged += block.size;
  }
}

class SearchRun {
  readonly #mailbox: OpenMailbox;
  readonly #plan: SearchPlan;
  readonly #pace: SearchPace;
  readonly #view: ViewJudge;
  readonly #index: IndexJudge;
  readonly #header: HeaderJudge;
  readonly #text: TextJudge;
  readonly #fuzzy: FuzzyJudge;
  readonly #scores: Scores;

  constructor(
    mailbox: OpenMailbox,
    plan: SearchPlan,
    { pace, scores, textIndex }: Required<Pick<SearchOptions, "scores" | "textIndex">> & { readonly pace: SearchPace },
  ) {
    this.#mailbox = mailbox;
    this.#plan = plan;
    this.#pace = pace;
    this.#view = new ViewJudge(mailbox);
    this.#index = new IndexJudge(mailbox.textIndex, textIndex === "unused" ? [] : plan.leaves, {
      pace,
      use: textIndex === "always" ? "always" : "used",
    });
    this.#header = new HeaderJudge(mailbox, plan.bySource.header, pace);
    this.#text = new TextJudge(mailbox, plan.bySource.text, pace);
    this.#fuzzy = new FuzzyJudge(mailbox, plan.bySource.fuzzy, { pace, scores });
    this.#scores = scores;
  }

  /** The messages in those rows of the columns, judged by what the view knows. */
  begin(rows: readonly [number, number]): SearchBlock {
    return new SearchBlock(this.#plan, this.#mailbox.columns, rows, this.#view.judge);
  }

  /** Decides what is open, and tells what matches; `judged` hears of how many messages it has. */
  async *finish(
    block: SearchBlock,
    order: SearchOptions["order"],
    judged: (rows: number) => void,
  ): AsyncGenerator<readonly Match[], void> {
    const turn = this.#pace.spend(block.size * (1 + this.#plan.leaves.length) * cost.verdictNs);
    if (turn !== undefined) await turn;
    if (block.isHopeless) return;
    await this.#index.ask(block);
    await this.#index.readFields(block);
    await this.#readFacts(block);
    const mayHaveGone = this.#plan.leaves.length > this.#plan.bySource.view.length;
    let matches: Match[] = [];
    for (let at = 0; at < block.size; at++) {
      const row = order === "oldest-first" ? at : block.size - 1 - at;
      if (block.outcome(row) === open) {
        judged(at);
        if (matches.length > 0) yield matches;
        matches = [];
        await this.#index.readTexts(block, row, order === "oldest-first" ? 1 : -1);
        await this.#readMessage(block, row);
      }
      if (block.outcome(row) !== yes || (mayHaveGone && !this.#isThere(block, row))) continue;
      matches.push(this.#match(block, row));
    }
    if (matches.length > 0) yield matches;
  }

  #match(block: SearchBlock, row: number): Match {
    const match = { uid: block.uid(row), modSeq: block.modSeq(row) };
    if (this.#scores === "not-wanted") return match;
    return { ...match, relevancy: this.#fuzzy.relevancy(this.#plan, block, row) };
  }

  /** Reads what was stored of all messages that are open. */
  async #readFacts(block: SearchBlock): Promise<void> {
    for (const [source, judge] of [
      ["stored", judgeStored],
      ["saved", judgeSaved],
    ] as const) {
      const leaves = this.#plan.bySource[source];
      if (leaves.length === 0) continue;
      const rows = block.openRows().filter((row) => isOpenTo(block, row, leaves) && this.#isThere(block, row));
      await judge(this.#mailbox, block, { leaves, rows }, this.#pace);
      for (const row of rows) block.judge(row);
    }
  }

  /** Reads a message as far as it takes. */
  async #readMessage(block: SearchBlock, row: number): Promise<void> {
    const { header, text, fuzzy } = this.#plan.bySource;
    if (block.outcome(row) !== open || !this.#isThere(block, row)) return;
    try {
      if (isOpenTo(block, row, header)) {
        await this.#header.judge(block, row);
        if (block.judge(row) !== open) return;
      }
      if (isOpenTo(block, row, text)) {
        await this.#text.judge(block, row);
        if (block.judge(row) !== open) return;
      }
      if (fuzzy.length > 0) await this.#fuzzy.judge(block, row);
    } catch (error) {
      if (this.#isThere(block, row)) throw error;
    }
  }

  /** A message that others have expunged meanwhile matches nothing (RFC 2180 4.3), and may not be read any more. */
  #isThere(block: SearchBlock, row: number): boolean {
    const isThere = this.#mailbox.indexOf(block.uid(row)) >= 0;
    if (!isThere) block.drop(row);
    return isThere;
  }
}

/** Whether one of them has no verdict on the row yet. */
function isOpenTo(block: SearchBlock, row: number, leaves: readonly Leaf[]): boolean {
  return leaves.some((leaf) => block.verdict(leaf, row) === open);
}
