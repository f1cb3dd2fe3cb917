// The languages of LANG (RFC 6856 3): which there are, and which one a client's language range means.

import { bengali } from "./bengali.ts";
import { english } from "./english.ts";
import type { Texts } from "./texts.ts";

export type LanguageTag = "en" | "bn";

export interface Language {
  /** RFC 5646. */
  readonly tag: LanguageTag;
  /** The language's name in itself. */
  readonly name: string;
  readonly say: Texts;
}

export const languages: Readonly<Record<LanguageTag, Language>> = {
  en: { tag: "en", name: "English", say: english },
  bn: { tag: "bn", name: "বাংলা", say: bengali },
};

/** RFC 4647 2.1: a basic language range, of which "*" is asked for elsewhere. */
const languageRange = /^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/;

/** RFC 4647 3.4, lookup: `bn-BD` finds `bn`. Undefined for a language that we do not speak. */
export function lookUpLanguage(range: string): Language | undefined {
  const lower = range.toLowerCase();
  if (!languageRange.test(lower)) return undefined;
  const primary = lower.split("-")[0];
  return Object.values(languages).find(({ tag }) => tag === primary);
}
