// Looks for the words of a fuzzy search in the texts of a message, and tells how well and where they were found. All words
// must be there, in any order and any text. What is told is a score from 1 to 100 (RFC 6203 4): for each word the best place it
// was found in, as it was written, begun, contained or misspelled there; words in the order asked for are better still.

import { type FuzzyQuery, type FuzzyWord, fuzzyWordCharactersMax, isJoiner, joinPieces } from "./fuzzy-text.ts";

/** How a word was found, from best to least. */
const quality = { inOrder: 1, whole: 0.9, begun: 0.8, contained: 0.6, misspelled: 0.5 } as const;
/** What a word that stands in a text again and again is more worth, each time that their number doubles. */
const repeatedShare = 0.1;
const repeatedMax = 16;

export class FuzzyScanner {
  readonly #query: FuzzyQuery;
  readonly #spaced: readonly { readonly index: number; readonly word: FuzzyWord }[];
  /** All words in order, where there are no spaces between. */
  readonly #whole: string | null;
  /** By word, 0 when it was not found. */
  readonly #best: Float64Array;
  /** How often each stands in the text at hand as it is written. */
  readonly #times: Uint16Array;
  /** Whether it is not enough to know that all words are there. */
  readonly #scores: "wanted" | "not-wanted";
  #weight = 1;
  /** How many of the first words, in their order, stand just before. */
  #inOrder = 0;
  /** A word that may go on in the next piece. */
  #tail = "";

  constructor(query: FuzzyQuery, scores: "wanted" | "not-wanted") {
    this.#query = query;
    const [first] = query.words;
    const isOneRun = query.words.length === 1 && first?.spacing === "unspaced";
    this.#whole = isOneRun ? first.text : query.run;
    this.#spaced = query.words.flatMap((word, index) => (word.spacing === "spaced" ? [{ index, word }] : []));
    this.#best = new Float64Array(query.words.length);
    this.#times = new Uint16Array(query.words.length);
    this.#scores = scores;
  }

  get words(): number {
    return this.#best.length;
  }

  /** Whether nothing more can change what is to be told. */
  get done(): boolean {
    return this.#scores === "not-wanted" && this.#missing === 0;
  }

  /** 1 to 100; 0 while a word is missing. Where no word is asked for, each text will do. */
  get score(): number {
    if (this.#missing > 0) return 0;
    if (this.words === 0) return 1;
    const mean = this.#best.reduce((sum, one) => sum + one, 0) / this.#best.length;
    return Math.max(1, Math.min(100, Math.round(100 * mean)));
  }

  get #missing(): number {
    let missing = 0;
    for (const one of this.#best) if (one === 0) missing++;
    return missing;
  }

  /** Forgets everything: another message begins. */
  reset(): void {
    this.#best.fill(0);
    this.#tail = "";
  }

  /** Another text begins, in which what is found is worth so much, up to 1. */
  beginText(weight: number): void {
    this.#weight = weight;
    this.#inOrder = 0;
    this.#times.fill(0);
    this.#tail = "";
  }

  /** The next piece of the text, folded. */
  push(piece: string): void {
    if (this.done || piece === "") return;
    const text = joinPieces(this.#tail, piece);
    const end = tailStart(text);
    this.#look(text, end);
    this.#tail = text.slice(end);
  }

  endText(): void {
    if (!this.done && this.#tail !== "") this.#look(this.#tail, this.#tail.length);
    this.#tail = "";
    for (const [index, times] of this.#times.entries()) {
      if (times < 2) continue;
      const share = 1 + repeatedShare * Math.log2(Math.min(times, repeatedMax));
      this.#found(index, quality.whole * share);
    }
  }

  /** Words that end before `end` are whole. */
  #look(text: string, end: number): void {
    for (const [index, word] of this.#query.words.entries()) {
      const isUnspaced = word.spacing === "unspaced";
      if (this.#isGood(index, isUnspaced ? quality.whole : quality.contained) || !text.includes(word.text)) continue;
      this.#found(index, isUnspaced ? quality.whole : quality.contained);
    }
    if (this.#whole !== null && text.includes(this.#whole)) this.#foundInOrder();
    if (this.#spaced.length > 0 && !this.done) this.#lookAtWords(text, end);
  }

  #lookAtWords(text: string, end: number): void {
    for (let at = 0; at < end; ) {
      if (!isWordUnit(text.charCodeAt(at))) {
        at++;
        continue;
      }
      const start = at;
      while (at < end && isWordUnit(text.charCodeAt(at))) at++;
      this.#lookAtWord(text, start, at);
    }
  }

  #lookAtWord(text: string, start: number, end: number): void {
    let next = 0;
    for (const { index, word } of this.#spaced) {
      const wanted = word.text;
      const shorter = wanted.length - (end - start);
      if (shorter <= 0 && text.startsWith(wanted, start)) {
        if (shorter < 0) this.#found(index, quality.begun);
        else {
          this.#found(index, quality.whole);
          this.#times[index] = Math.min(repeatedMax, (this.#times[index] ?? 0) + 1);
          if (index === this.#inOrder) next = index + 1;
          else if (index === 0) next = Math.max(next, 1);
        }
      } else if (word.spelling === "one-edit" && !this.#isGood(index, quality.misspelled)) {
        if (isOneEdit(text, start, end, wanted)) this.#found(index, quality.misspelled);
      }
    }
    this.#inOrder = next;
    if (next < this.words) return;
    this.#foundInOrder();
    this.#inOrder = 0;
  }

  #foundInOrder(): void {
    for (const index of this.#best.keys()) this.#found(index, quality.inOrder);
  }

  #isGood(index: number, how: number): boolean {
    return (this.#best[index] ?? 0) >= how * this.#weight;
  }

  #found(index: number, how: number): void {
    if (!this.#isGood(index, how)) this.#best[index] = how * this.#weight;
  }
}

/** Where the word begins that may go on behind the text; no farther back than words are looked at. */
function tailStart(text: string): number {
  const least = Math.max(0, text.length - 2 * fuzzyWordCharactersMax);
  let at = text.length;
  // What joins a word to the next.
  if (at > 1 && isJoiner(text[at - 1] ?? "")) at--;
  while (at > least && isWordUnit(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Whether `wanted` becomes the word by one letter wrong, missing, too many, or two neighbours changing places. */
function isOneEdit(text: string, start: number, end: number, wanted: string): boolean {
  const longer = end - start - wanted.length;
  if (longer < -1 || longer > 1) return false;
  const least = Math.min(end - start, wanted.length);
  let before = 0;
  while (before < least && text.charCodeAt(start + before) === wanted.charCodeAt(before)) before++;
  let after = 0;
  while (after < least - before && text.charCodeAt(end - 1 - after) === wanted.charCodeAt(wanted.length - 1 - after))
    after++;
  const between = least - before - after;
  if (longer !== 0) return between === 0;
  if (between < 2) return true;
  return (
    between === 2 &&
    text.charCodeAt(start + before) === wanted.charCodeAt(before + 1) &&
    text.charCodeAt(start + before + 1) === wanted.charCodeAt(before)
  );
}

const wordUnit = /[\p{L}\p{M}\p{N}\p{Surrogate}]/u;
/** By UTF-16 unit: 0 not looked at yet, 1 part of a word, 2 not. What lies beyond the first plane counts as letters. */
const unitKinds = new Uint8Array(0x1_0000);

function isWordUnit(unit: number): boolean {
  let kind = unitKinds[unit] ?? 0;
  if (kind === 0) {
    kind = wordUnit.test(String.fromCharCode(unit)) ? 1 : 2;
    unitKinds[unit] = kind;
  }
  return kind === 1;
}
