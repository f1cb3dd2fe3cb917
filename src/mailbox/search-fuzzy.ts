// The leaves of a search that are decided word by word (RFC 6203, FUZZY), one message at a time: what was stored of its
// envelope first, then its headers and its text; and how relevant it is.

import { decodeHeaderText } from "../mime/encoded-word.ts";
import { FuzzyScanner } from "../mime/fuzzy-scanner.ts";
import { foldFuzzy, fuzzyQuery } from "../mime/fuzzy-text.ts";
import { fieldValue, headerFields } from "../mime/header-fields.ts";
import { textCharset } from "../mime/message-summary.ts";
import { octetString } from "../mime/octets.ts";
import { foldablePieces } from "../mime/search-text.ts";
import { searchedPieces, searchedTexts } from "../mime/searched-texts.ts";
import { shownField, shownFields } from "../mime/shown-fields.ts";
import { readStoredEnvelope, storedTextCharset } from "../mime/stored-envelope.ts";
import { decodableParts, textPieceCharacters } from "../mime/text-pieces.ts";
import { readParts } from "./message-parts.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import type { SearchBlock } from "./search-block.ts";
import type { FuzzyPlace } from "./search-criterion.ts";
import { cost, type SearchPace } from "./search-pace.ts";
import { type Formula, type Leaf, type SearchPlan, yes } from "./search-plan.ts";

/** Whether it is asked how relevant a message is: then all of it is read. */
export type Scores = "wanted" | "not-wanted";

/** What a word that was found is worth by its place, where all of a message is searched. */
const worth = { subject: 1, from: 0.85, to: 0.7, cc: 0.7, bcc: 0.7, body: 0.5, header: 0.25 } as const;
/** ... and in the body where that alone is searched: words that stand there again and again are worth more. */
const bodyWorth = 0.75;

interface Hunt {
  readonly leaf: Leaf;
  readonly place: FuzzyPlace;
  readonly scanner: FuzzyScanner;
}

/** A text, and who looks through it. */
type Reader = readonly [Hunt, worth: number];

export class FuzzyJudge {
  readonly #mailbox: OpenMailbox;
  readonly #pace: SearchPace;
  readonly #hunts: readonly Hunt[];
  #judgedUid = 0;

  constructor(mailbox: OpenMailbox, leaves: readonly Leaf[], { pace, scores }: FuzzyOptions) {
    this.#mailbox = mailbox;
    this.#pace = pace;
    this.#hunts = leaves.flatMap((leaf) => {
      const { criterion } = leaf;
      if (criterion.kind !== "fuzzy") return [];
      const scanner = new FuzzyScanner(fuzzyQuery(criterion.text), scores);
      return [{ leaf, place: criterion.within, scanner }];
    });
  }

  /** Decides all leaves on the row. */
  async judge(block: SearchBlock, row: number): Promise<void> {
    for (const { scanner } of this.#hunts) scanner.reset();
    await this.#readEnvelope(block, row);
    if (this.#hunts.some(({ place, scanner }) => !isOfEnvelope(place) && !scanner.done))
      await this.#readText(block, row);
    for (const { leaf, scanner } of this.#hunts) block.decide(leaf, row, scanner.score > 0);
    block.judge(row);
    this.#judgedUid = block.uid(row);
  }

  /** 1 to 100 for a message that matches: one that was found without reading its words is as relevant as can be. */
  relevancy({ formula, leaves }: SearchPlan, block: SearchBlock, row: number): number {
    if (this.#judgedUid !== block.uid(row)) return scoreMax;
    const scores = new Map(this.#hunts.map(({ leaf, scanner }) => [leaf.index, scanner.score]));
    const { score } = relevanceOf(formula, (index) => {
      const found = scores.get(index);
      if (found !== undefined) return { matches: found > 0, score: found > 0 ? found : null };
      const leaf = leaves[index];
      return { matches: leaf !== undefined && block.verdict(leaf, row) === yes, score: null };
    });
    return Math.round(score ?? scoreMax);
  }

  async #readEnvelope(block: SearchBlock, row: number): Promise<void> {
    const readersOf = (field: (typeof shownFields)[number]): Reader[] =>
      this.#hunts.flatMap((hunt): Reader[] => {
        if (hunt.place === "message") return [[hunt, worth[field]]];
        return hunt.place === field ? [[hunt, 1]] : [];
      });
    if (shownFields.every((field) => readersOf(field).length === 0)) return;
    const [facts] = await this.#mailbox.contents([block.content(row)]);
    if (facts === undefined) throw new Error("a content was not answered");
    const envelope = readStoredEnvelope(facts.envelope);
    for (const field of shownFields) {
      const readers = readersOf(field);
      const shown =
        readers.length === 0 ? null : shownField(envelope, field, () => storedTextCharset(facts.bodyStructure));
      if (shown !== null) await this.#read(foldablePieces([shown], textPieceCharacters), readers);
    }
    const turn = this.#pace.spend(cost.rowNs);
    if (turn !== undefined) await turn;
  }

  async #readText(block: SearchBlock, row: number): Promise<void> {
    const { root, read } = await readParts(await this.#mailbox.body(block.content(row)), this.#pace);
    for (const text of searchedTexts(root)) {
      if (text.part === root && text.kind === "header") {
        const header = octetString(await read(text.start, text.end));
        for (const hunt of this.#hunts)
          if (typeof hunt.place === "object")
            await this.#read(fieldPieces(header, hunt.place.field, textCharset(root)), [[hunt, 1]]);
      }
      const readers = this.#hunts.flatMap((hunt): Reader[] => {
        if (hunt.place === "message") return [[hunt, worth[text.kind]]];
        return hunt.place === "body" && text.stands === "in the body" ? [[hunt, bodyWorth]] : [];
      });
      if (readers.some(([{ scanner }]) => !scanner.done))
        await this.#read(searchedPieces(text, await read(text.start, text.end)), readers);
    }
  }

  async #read(pieces: Iterable<string>, readers: readonly Reader[]): Promise<void> {
    for (const [{ scanner }, worthHere] of readers) scanner.beginText(worthHere);
    for (const piece of pieces) {
      const folded = foldFuzzy(piece);
      const characters = piece.length || textPieceCharacters;
      const folding = this.#pace.spend(characters * (cost.characterNs + cost.fuzzyCharacterNs));
      if (folding !== undefined) await folding;
      for (const [{ scanner }] of readers) {
        scanner.push(folded);
        // There may be hundreds of them.
        const turn = this.#pace.spend(characters * (1 + scanner.words) * cost.lookWordNs);
        if (turn !== undefined) await turn;
      }
    }
    for (const [{ scanner }] of readers) scanner.endText();
  }
}

interface FuzzyOptions {
  readonly pace: SearchPace;
  readonly scores: Scores;
}

const scoreMax = 100;

function isOfEnvelope(place: FuzzyPlace): boolean {
  return shownFields.some((field) => field === place);
}

/** What stands in the fields of that name, one after the other. */
function* fieldPieces(header: string, name: string, charset: string | null): Generator<string> {
  const wanted = name.toLowerCase();
  for (const field of headerFields(header)) {
    if (field.name !== wanted) continue;
    yield* foldablePieces(
      Iterator.from(decodableParts(fieldValue(header, field))).map((part) => decodeHeaderText(part, charset)),
      textPieceCharacters,
    );
    yield "\n";
  }
}

/** What a formula comes to on a message. */
interface Relevance {
  readonly matches: boolean;
  /** null where no words were asked for. */
  readonly score: number | null;
}

/** The mean of what must match, the best of what may. Recursion goes as deep as the formula does. */
function relevanceOf(formula: Formula, ofLeaf: (leaf: number) => Relevance): Relevance {
  switch (formula.op) {
    case "leaf":
      return ofLeaf(formula.leaf);
    case "not":
      return { matches: !relevanceOf(formula.of, ofLeaf).matches, score: null };
    case "and": {
      const all = formula.of.map((one) => relevanceOf(one, ofLeaf));
      const scores = scoresOf(all);
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      return { matches: all.every(({ matches }) => matches), score: scores.length === 0 ? null : mean };
    }
    case "or": {
      const matching = formula.of.map((one) => relevanceOf(one, ofLeaf)).filter(({ matches }) => matches);
      const scores = scoresOf(matching);
      return { matches: matching.length > 0, score: scores.length === 0 ? null : Math.max(...scores) };
    }
  }
}

function scoresOf(all: readonly Relevance[]): number[] {
  return all.flatMap(({ score }) => (score === null ? [] : [score]));
}
