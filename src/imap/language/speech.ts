// What the server says to people over IMAP, and in which language (RFC 5255 3). Sentences are written down in English where they
// are said, and none can be that has no Bengali: a language is whole, or it does not compile.

import { bengaliNumber, type LanguageTag, languageTags, lookUpLanguage } from "../../model/language.ts";
import { bengali } from "./bengali.ts";

/** Sentences with a word, a number or an id in them. */
type OpenSentence =
  | `${Uppercase<string>} completed`
  | `Expected "${string}"`
  | `No more than ${number} messages at once`
  | `${string}, but for messages below UID ${number}`
  | `Nothing was done below UID ${number}`
  | `A batch has ${number} messages or more`
  | `Internal error ${string}`;

/** What can be said. A new sentence goes into bengali.ts first. */
export type Sentence = keyof typeof bengali | OpenSentence;

/** RFC 5255 3.1: "i-default" until another language is asked for: English, in ASCII alone. */
export type SpokenLanguage = "i-default" | LanguageTag;

export const spokenLanguages: readonly SpokenLanguage[] = [...languageTags, "i-default"];

const sentences: ReadonlyMap<string, string> = new Map(Object.entries(bengali));

const openSentences: readonly (readonly [RegExp, (piece: string, other: string) => string])[] = [
  [/^([A-Z ]+) completed$/, (command) => `${command} সম্পন্ন হলো`],
  [/^(.*), but for messages below UID (\d+)$/, (done, uid) => `${inBengali(done)}, UID ${uid}-এর নিচের চিঠি বাদে`],
  [/^Nothing was done below UID (\d+)$/, (uid) => `UID ${uid}-এর নিচে কিছু করা হয়নি`],
  [/^No more than (\d+) messages at once$/, (most) => `একবারে ${digits(most)}টির বেশি চিঠি নয়`],
  [/^A batch has (\d+) messages or more$/, (least) => `একটি দলে অন্তত ${digits(least)}টি চিঠি থাকে`],
  [/^Expected "(.*)"$/, (sign) => `এখানে "${sign}" থাকার কথা`],
  [/^Internal error (.*)$/, (id) => `সার্ভারে একটি গোলমাল হয়েছে (${id})`],
];

const digits = (number: string): string => bengaliNumber(Number(number));

/** The sentence as it is said. */
export function spoken(sentence: Sentence, language: SpokenLanguage): string {
  return language === "bn" ? inBengali(sentence) : sentence;
}

function inBengali(sentence: string): string {
  const fixed = sentences.get(sentence);
  if (fixed !== undefined) return fixed;
  for (const [pattern, say] of openSentences) {
    const match = pattern.exec(sentence);
    if (match !== null) return say(match[1] ?? "", match[2] ?? "");
  }
  throw new Error(`not in Bengali: ${sentence}`);
}

/**
 * The first of the ranges that means a language of ours (RFC 5255 3.2, RFC 4647 3.4). "default" is what administrators prefer:
 * nothing but i-default; "*" means any.
 */
export function chooseLanguage(ranges: readonly string[]): SpokenLanguage | undefined {
  for (const range of ranges) {
    const lower = range.toLowerCase();
    if (lower === "default" || lower === "i-default" || lower === "*") return "i-default";
    const tag = lookUpLanguage(range);
    if (tag !== undefined) return tag;
  }
  return undefined;
}
