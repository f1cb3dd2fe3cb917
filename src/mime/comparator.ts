// The comparators by which text can be searched and sorted (RFC 4790: collations; RFC 5255 4). Those of the registry do what it
// says of them to the letter; the default one is ours (search-text.ts, collation-key.ts). All of them take every text: what is
// not valid in its charset has been read somehow by the time it is compared.

import { collationKey, inCodePointOrder } from "./collation-key.ts";
import { foldText } from "./search-text.ts";

export const otherComparators = ["unicode-casemap", "ascii-casemap", "octet"] as const;
export type OtherComparator = (typeof otherComparators)[number];

/** undefined is the default. */
export type ComparatorName = OtherComparator | undefined;

interface Comparator {
  /** What is compared: a string is found where it is a substring of that. Pieces of `foldablePieces` can be folded one by one. */
  readonly fold: (text: string) => string;
  /** Strings have the order of their keys by `<`, and are equal when those are. */
  readonly key: (text: string) => string;
}

const ours: Comparator = { fold: foldText, key: collationKey };

const others: Readonly<Record<OtherComparator, Comparator>> = {
  "unicode-casemap": { fold: casemap, key: (text) => inCodePointOrder(casemap(text)) },
  // RFC 4790 9.2.1: "Note that letters outside ASCII are not treated case-insensitively", in the order of octets.
  "ascii-casemap": { fold: asciiCapitals, key: (text) => inCodePointOrder(asciiCapitals(text)) },
  // RFC 4790 9.3.1; of UTF-8, the octets of which have the order of code points.
  octet: { fold: (text) => text, key: inCodePointOrder },
};

export function comparator(name: ComparatorName): Comparator {
  return name === undefined ? ours : others[name];
}

function asciiCapitals(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

const ascii = /^[\0-\x7f]*$/;
const notAscii = /[^\0-\x7f]/gu;
const casemapped = new Map<string, string>();
/** More letters than the mail of a person has. */
const casemappedMax = 20_000;

/**
 * RFC 5051 2 (2): each code point is "converted to the codepoints in the titlecase property" and these, one by one, taken apart
 * "until no more decomposition is possible". Nothing is composed or reordered.
 */
function casemap(text: string): string {
  const capitals = asciiCapitals(text);
  if (ascii.test(capitals)) return capitals;
  return capitals.replace(notAscii, (character) => {
    let mapped = casemapped.get(character);
    if (mapped === undefined) {
      mapped = titlecase(character).normalize("NFKD");
      if (casemapped.size >= casemappedMax) casemapped.clear();
      casemapped.set(character, mapped);
    }
    return mapped;
  });
}

/** Letters of which Unicode's title case is neither their upper case nor themselves: digraphs, as they begin a word. */
const digraphs: Readonly<Record<string, string>> = {
  Ǆ: "ǅ",
  ǅ: "ǅ",
  ǆ: "ǅ",
  Ǉ: "ǈ",
  ǈ: "ǈ",
  ǉ: "ǈ",
  Ǌ: "ǋ",
  ǋ: "ǋ",
  ǌ: "ǋ",
  Ǳ: "ǲ",
  ǲ: "ǲ",
  ǳ: "ǲ",
};

/** The titlecase property of UnicodeData.txt, which is one code point for each. */
function titlecase(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // Georgian begins no word with a capital.
  if (code >= 0x10d0 && code <= 0x10ff) return character;
  const digraph = digraphs[character];
  if (digraph !== undefined) return digraph;
  const upper = character.toUpperCase();
  return Array.from(upper).length === 1 ? upper : withIotaBelow(code, character);
}

/** Greek letters with an iota below, which alone have both a capital of one code point and one of two. */
function withIotaBelow(code: number, character: string): string {
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9);
  return character;
}
