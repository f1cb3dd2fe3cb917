// How text is compared in a fuzzy search (RFC 6203: "in an implementation-defined manner"): as in an exact one
// (search-text.ts), and without accents and other marks that people leave out when they search, in every script: accents of
// Latin, Greek and Cyrillic letters, points of Hebrew and Arabic, the dot and the moon of Bengali and Devanagari letters. Vowel
// signs stay: they are letters. Digits of all scripts are one. What an exact search finds is found here too, since all that
// is equal there is equal here.

import { foldText } from "./search-text.ts";

const ascii = /^[\0-\x7f]*$/;
/** Kana keep their voice marks, and syllables of Hangul stay whole. */
const takenApart = /[^\0-\x7f\u3040-\u30ff\uac00-\ud7a3]+/g;

/** Marks that are left out. Vowel signs and viramas of Indic scripts, and kana's voice marks, are none. */
const leftOut = new RegExp(
  [
    // Of any letter; Hebrew; Arabic with its stretching; Syriac.
    "[\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f",
    "\\u0591-\\u05c7\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06ed\\u0711\\u0730-\\u074a",
    // Candrabindu and nukta: Devanagari, Bengali, Gurmukhi, Gujarati, Oriya, Telugu, Kannada.
    "\\u0901\\u093c\\u0981\\u09bc\\u0a01\\u0a3c\\u0a81\\u0abc\\u0b01\\u0b3c\\u0c00\\u0c01\\u0c81\\u0cbc]+",
  ].join(""),
  "gu",
);

/** Letters that Unicode does not take apart, and those that people write for one another. */
const alike: Readonly<Record<string, string>> = {
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  ħ: "h",
  ŧ: "t",
  ı: "i",
  æ: "ae",
  œ: "oe",
  þ: "th",
  // Arabic and Persian.
  ى: "ي",
  ی: "ي",
  ة: "ه",
  ک: "ك",
};
const alikeLetters = new RegExp(`[${Object.keys(alike).join("")}]`, "g");

const otherDigit = /[^\0-\x7f\P{Nd}]/gu;
/** Hyphens and apostrophes within a word: "e-mail" is "email". */
const withinWord = /(?<=\p{L}\p{M}*)['’‐‑-](?=\p{L})/gu;
const joiner = /['’‐‑-]/;

/** Whether it is a hyphen or an apostrophe. */
export function isJoiner(character: string): boolean {
  return joiner.test(character);
}

/** Two folded pieces of a text, one after the other, as they are folded together. */
export function joinPieces(before: string, piece: string): string {
  const seam = before.slice(-1) + piece.slice(0, 2);
  if (before === "" || !joiner.test(seam)) return before + piece;
  return (before + piece.slice(0, 2)).replace(withinWord, "") + piece.slice(2);
}

/** Reordering marks takes the square of their number. */
const runCharactersMax = 1_024;

/** `text` as a fuzzy search compares it. */
export function foldFuzzy(text: string): string {
  let folded = foldText(text);
  if (joiner.test(folded)) folded = folded.replace(withinWord, "");
  return ascii.test(folded) ? folded : folded.replace(takenApart, foldRun);
}

function foldRun(run: string): string {
  let folded = "";
  for (let from = 0; from < run.length; from += runCharactersMax)
    folded += run
      .slice(from, from + runCharactersMax)
      .normalize("NFKD")
      .replace(leftOut, "")
      .replace(alikeLetters, (letter) => alike[letter] ?? letter)
      .replace(otherDigit, asciiDigit);
  return folded;
}

const digits = new Map<string, string>();

/** Digits of a script stand together, zero first. */
function asciiDigit(digit: string): string {
  let value = digits.get(digit);
  if (value === undefined) {
    const code = digit.codePointAt(0) ?? 0;
    let zero = code;
    while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    value = String(code - zero);
    digits.set(digit, value);
  }
  return value;
}

/** A word that is looked for. */
export interface FuzzyWord {
  /** Folded. */
  readonly text: string;
  /** In scripts that put no spaces between words, a word is found anywhere. */
  readonly spacing: "spaced" | "unspaced";
  /** Whether one letter may be wrong, missing, too many, or in its neighbour's place. */
  readonly spelling: "one-edit" | "exact";
}

export interface FuzzyQuery {
  readonly words: readonly FuzzyWord[];
  /** All of it, where it is one run of an unspaced script, of several words. */
  readonly run: string | null;
}

const wordsOf = /[\p{L}\p{M}\p{N}]+/gu;
const betweenSigns = /[\s'’‐‑-]+/;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/** More words than that do not make a search any better; nor do longer ones. */
const wordsMax = 16;
export const fuzzyWordCharactersMax = 64;
/** Shorter words have too many others for neighbours. */
const editableCharactersMin = 5;

/** What to look for. Text without letters is looked for as it is; nothing but marks is no word at all. */
export function fuzzyQuery(text: string): FuzzyQuery {
  // Nothing that anybody looks for is longer.
  const folded = foldFuzzy(text.slice(0, wordsMax * fuzzyWordCharactersMax * 2));
  const runs = folded.match(wordsOf) ?? [];
  if (runs.length === 0) {
    const signs = folded.split(betweenSigns).filter((sign) => sign !== "");
    return { words: signs.slice(0, wordsMax).map((sign) => wordFrom(sign, "unspaced")), run: null };
  }
  const words = runs.flatMap((run) => {
    if (!unspaced.test(run)) return [wordFrom(run, "spaced")];
    return Array.from(segmenter.segment(run), ({ segment }) => wordFrom(segment, "unspaced"));
  });
  const run = runs.length === 1 && words.length > 1 ? (runs[0] ?? null) : null;
  return { words: words.slice(0, wordsMax), run };
}

function wordFrom(whole: string, spacing: FuzzyWord["spacing"]): FuzzyWord {
  const text = whole.slice(0, fuzzyWordCharactersMax);
  const editable = spacing === "spaced" && text.length >= editableCharactersMin && !/\p{N}/u.test(text);
  return { text, spacing, spelling: editable ? "one-edit" : "exact" };
}
