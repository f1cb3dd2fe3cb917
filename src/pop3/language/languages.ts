// The languages of LANG (RFC 6856 3), and what is said in each.

import { type LanguageTag, languageNames } from "../../model/language.ts";
import { bengali } from "./bengali.ts";
import { english } from "./english.ts";
import type { Texts } from "./texts.ts";

export interface Language {
  /** RFC 5646. */
  readonly tag: LanguageTag;
  /** The language's name in itself. */
  readonly name: string;
  readonly say: Texts;
}

export const languages: Readonly<Record<LanguageTag, Language>> = {
  en: { tag: "en", name: languageNames.en, say: english },
  bn: { tag: "bn", name: languageNames.bn, say: bengali },
};
