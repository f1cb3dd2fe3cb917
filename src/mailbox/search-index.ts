// The leaves of a search that an index over text decides (store/text-index.ts): where a string cannot be and, mostly, where it
// is. Exact: what the index does not have, or cannot tell, stays open for those who read the messages themselves.

import { indexAskedMin, indexQuestionsMax, indexSliceContents } from "../base/limits.ts";
import { foldText } from "../mime/search-text.ts";
import { textPieceCharacters } from "../mime/text-pieces.ts";
import { containsNeedle, TextScanner } from "../mime/text-scanner.ts";
import {
  type AskedField,
  contentOfPlace,
  type IndexedField,
  type IndexedTexts,
  isAskable,
  isIndexable,
  lookedUpCharactersMax,
  type TextIndex,
} from "../store/text-index.ts";
import type { SearchBlock } from "./search-block.ts";
import type { LeafCriterion } from "./search-criterion.ts";
import { cost, type SearchPace } from "./search-pace.ts";
import { type Leaf, no, open, yes } from "./search-plan.ts";

/** A leaf about a string that the index may know. */
interface Hunt {
  readonly leaf: Leaf;
  readonly needle: string;
  /** The texts one of which must hold it. */
  readonly within: readonly IndexedField[];
  /** That a text holds it does not mean that the field does which is asked for. */
  readonly isAboutField: boolean;
  readonly isAskable: boolean;
}

interface Reading {
  readonly hunts: readonly Hunt[];
  readonly which: "fields" | "all";
}

/** What the index says of a string in all texts that are asked for, about the contents from `from` on. */
interface SliceAnswer {
  readonly from: number;
  indexedTo: number;
  readonly unread: number[];
  readonly certain: number[];
  readonly possible: number[];
  readonly places: number[];
}

interface Looking {
  readonly from: number;
  readonly places: readonly number[];
  readonly verdicts: Uint8Array;
  readonly found: number;
}

/** Messages whose texts are read in one go: a millisecond's worth. */
const messagesAtOnce = 64;
/** Places that are looked at in one go: as much. */
const placesAtOnce = 128;
/** Slices whose answers are kept: a search meets contents in about the order of their ids. */
const slicesKeptMax = 16;

/** "used" where that is cheaper than to look at the messages; "always" even for a single one. */
export type IndexUse = "used" | "always";

export class IndexJudge {
  readonly #index: TextIndex;
  readonly #pace: SearchPace;
  readonly #askedMin: number;
  readonly #asked: readonly Hunt[];
  /** Those about fields of the envelope, and those about all text. */
  readonly #shown: readonly Hunt[];
  readonly #long: readonly Hunt[];
  /** By slice of content ids, the verdicts of each asked hunt on its contents. */
  readonly #slices = new Map<number, readonly Uint8Array[]>();
  /** Rows whose texts were looked at last. */
  #readRows: { readonly block: SearchBlock; readonly rows: ReadonlySet<number> } | null = null;
  #isOpen: boolean | null = null;

  constructor(
    index: TextIndex,
    leaves: readonly Leaf[],
    { pace, use }: { readonly pace: SearchPace; readonly use: IndexUse },
  ) {
    this.#index = index;
    this.#pace = pace;
    this.#askedMin = use === "always" ? 1 : indexAskedMin;
    const hunts = leaves.map(huntOf).filter((hunt) => hunt !== undefined);
    this.#asked = hunts.filter((hunt) => hunt.isAskable).slice(0, indexQuestionsMax);
    this.#shown = hunts.filter(({ leaf }) => leaf.criterion.kind === "envelope");
    this.#long = hunts.filter(({ leaf }) => leaf.criterion.kind === "text");
  }

  /** Asks where the strings are among the messages that are open. */
  async ask(block: SearchBlock): Promise<void> {
    if (this.#asked.length === 0 || !(await this.#isReady())) return;
    const bySlice = Map.groupBy(block.openRows(), (row) => Math.floor(block.content(row) / indexSliceContents));
    for (const [slice, its] of bySlice) {
      const verdicts = this.#slices.get(slice) ?? (its.length < this.#askedMin ? null : await this.#askSlice(slice));
      if (verdicts === null) continue;
      for (const row of its) {
        const at = block.content(row) - slice * indexSliceContents;
        for (const [number, { leaf }] of this.#asked.entries()) {
          const verdict = verdicts[number]?.[at] ?? open;
          if (verdict !== open) block.decide(leaf, row, verdict === yes);
        }
        block.judge(row);
      }
    }
  }

  /** Looks at the fields of envelopes, where the index has them. */
  async readFields(block: SearchBlock): Promise<void> {
    if (this.#shown.length === 0) return;
    const rows = block.openRows();
    for (let from = 0; from < rows.length; from += messagesAtOnce)
      await this.#read(block, rows.slice(from, from + messagesAtOnce), { hunts: this.#shown, which: "fields" });
  }

  /** Looks at all texts, where the index has them, of the row and some of the next that way. */
  async readTexts(block: SearchBlock, row: number, step: 1 | -1): Promise<void> {
    if (this.#long.length === 0 || this.#hasRead(block, row)) return;
    const rows: number[] = [];
    for (let at = row; at >= 0 && at < block.size && rows.length < messagesAtOnce; at += step)
      if (block.outcome(at) === open) rows.push(at);
    await this.#read(block, rows, { hunts: this.#long, which: "all" });
    this.#readRows = { block, rows: new Set(rows) };
  }

  #hasRead(block: SearchBlock, row: number): boolean {
    return this.#readRows?.block === block && this.#readRows.rows.has(row);
  }

  async #isReady(): Promise<boolean> {
    this.#isOpen ??= await this.#index.open();
    return this.#isOpen;
  }

  async #askSlice(slice: number): Promise<readonly Uint8Array[] | null> {
    const verdicts: Uint8Array[] = [];
    for (const hunt of this.#asked) {
      const answer = await this.#askAll(hunt, slice * indexSliceContents);
      const mine = answer === null ? null : await this.#verdictsOf(hunt, answer);
      if (mine === null) {
        this.#isOpen = false;
        return null;
      }
      verdicts.push(mine);
    }
    for (const [kept] of this.#slices) if (this.#slices.size >= slicesKeptMax) this.#slices.delete(kept);
    this.#slices.set(slice, verdicts);
    return verdicts;
  }

  /** Asks about one text after another, with turns for others in between. */
  async #askAll({ needle, within, isAboutField }: Hunt, from: number): Promise<SliceAnswer | null> {
    const whole: SliceAnswer = {
      from,
      indexedTo: Number.MAX_SAFE_INTEGER,
      unread: [],
      certain: [],
      possible: [],
      places: [],
    };
    const fields: readonly AskedField[] = isAboutField ? [...within, "others"] : within;
    for (const field of fields) {
      const answer = this.#index.ask({ needle, within: field }, from, from + indexSliceContents);
      if (answer === null) return null;
      // What has been indexed between two questions is open.
      whole.indexedTo = Math.min(whole.indexedTo, answer.indexedTo);
      for (const part of ["unread", "certain", "possible"] as const)
        for (const one of answer[part]) whole[part].push(one);
      for (const place of answer.places) whole.places.push(place);
      const turn = this.#pace.spend(cost.questionNs + (answer.certain.length + answer.places.length) * cost.answerNs);
      if (turn !== undefined) await turn;
    }
    return whole;
  }

  async #verdictsOf({ needle, isAboutField }: Hunt, answer: SliceAnswer): Promise<Uint8Array | null> {
    const { from, places } = answer;
    const verdicts = new Uint8Array(indexSliceContents).fill(open);
    verdicts.fill(no, 0, Math.max(0, Math.min(indexSliceContents, answer.indexedTo + 1 - from)));
    for (const content of answer.possible) verdicts[content - from] = open;
    if (isAboutField) for (const place of places) verdicts[contentOfPlace(place) - from] = open;
    else {
      for (const content of answer.certain) verdicts[content - from] = yes;
      const found = needle.length <= lookedUpCharactersMax ? yes : open;
      if (!(await this.#look(needle, { from, places, verdicts, found }))) return null;
    }
    for (const content of answer.unread) verdicts[content - from] = open;
    return verdicts;
  }

  /** Gives contents that have no verdict but `no` the verdict `found` where the string stands in one of the places. */
  async #look(needle: string, { from, places, verdicts, found }: Looking): Promise<boolean> {
    let next = 0;
    let some: number[] = [];
    for (;;) {
      for (; next < places.length && some.length < placesAtOnce; next++) {
        const place = places[next] ?? 0;
        if (verdicts[contentOfPlace(place) - from] === no) some.push(place);
      }
      if (some.length === 0) return true;
      const look = this.#index.look(needle, some);
      if (look === null) return false;
      for (const content of look.found) verdicts[content - from] = found;
      some = some.slice(look.done);
      const turn = this.#pace.spend(look.done * cost.placeLookNs);
      if (turn !== undefined) await turn;
    }
  }

  async #read(block: SearchBlock, rows: readonly number[], { hunts, which }: Reading): Promise<void> {
    if (!(await this.#isReady())) return;
    const some = rows.filter((row) => hunts.some(({ leaf }) => block.verdict(leaf, row) === open));
    for (let done = 0; done < some.length; ) {
      const left = some.slice(done);
      const contents = left.map((row) => block.content(row));
      const texts = this.#index.texts(contents, which);
      if (texts === null) {
        this.#isOpen = false;
        return;
      }
      for (const [at, its] of texts.entries()) {
        const row = left[at];
        if (its === null || row === undefined) continue;
        for (const hunt of hunts)
          if (block.verdict(hunt.leaf, row) === open) await this.#lookThrough(block, row, { hunt, its });
        block.judge(row);
      }
      done += texts.length;
    }
  }

  async #lookThrough(
    block: SearchBlock,
    row: number,
    { hunt, its }: { readonly hunt: Hunt; readonly its: IndexedTexts },
  ): Promise<void> {
    let found = false;
    for (const field of hunt.within) {
      const text = its[field];
      if (text === null || found) continue;
      const turn = this.#pace.spend(cost.indexedTextNs + text.length * cost.lookNs);
      if (turn !== undefined) await turn;
      found = text.length <= shortTextMax ? containsNeedle(text, hunt.needle) : await this.#scan(text, hunt.needle);
    }
    block.decide(hunt.leaf, row, found);
  }

  /** A long text, with turns for others. */
  async #scan(text: string, needle: string): Promise<boolean> {
    const scanner = new TextScanner([needle]);
    for (let at = 0; at < text.length; at += textPieceCharacters) {
      if (scanner.push(text.slice(at, at + textPieceCharacters))) return true;
      const turn = this.#pace.spend(textPieceCharacters * cost.lookNs);
      if (turn !== undefined) await turn;
    }
    return false;
  }
}

/** What is looked through at once: a quarter of a millisecond at the worst (text-scanner.ts). */
const shortTextMax = 64 * 1024;

function huntOf(leaf: Leaf): Hunt | undefined {
  const { criterion } = leaf;
  const within = textsOf(criterion);
  if (within === undefined || !("text" in criterion)) return undefined;
  // The index is kept by the default comparator.
  if ("comparator" in criterion && criterion.comparator !== undefined) return undefined;
  const needle = foldText(criterion.text);
  if (!isIndexable(needle)) return undefined;
  return { leaf, needle, within, isAboutField: criterion.kind === "header", isAskable: isAskable(needle) };
}

function textsOf(criterion: LeafCriterion): readonly IndexedField[] | undefined {
  if (criterion.kind === "envelope") return [criterion.field];
  if (criterion.kind === "header") return ["head"];
  if (criterion.kind !== "text") return undefined;
  return criterion.within === "body" ? ["body"] : ["head", "body"];
}
