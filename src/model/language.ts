// The languages in which the server speaks to people, whatever the protocol: IMAP's LANGUAGE (RFC 5255 3), POP3's LANG (RFC
// 6856 3). What it says in them is with each protocol.

/** By tag (RFC 5646), each language's name in itself. */
export const languageNames = { en: "English", bn: "বাংলা" } as const;

export type LanguageTag = keyof typeof languageNames;

// oxlint-disable-next-line no-unsafe-type-assertion -- Object.keys knows its keys as strings only
export const languageTags = Object.keys(languageNames) as readonly LanguageTag[];

/** RFC 4647 2.1: a basic language range, of which "*" is asked for elsewhere. */
const languageRange = /^[a-z]{1,8}(?:-[a-z0-9]{1,8})*$/;

/** RFC 4647 3.4, lookup: `bn-BD` finds `bn`. Undefined for a language that we do not speak. */
export function lookUpLanguage(range: string): LanguageTag | undefined {
  const lower = range.toLowerCase();
  if (!languageRange.test(lower)) return undefined;
  const primary = lower.split("-")[0];
  return languageTags.find((tag) => tag === primary);
}

const bengaliNumerals = new Intl.NumberFormat("bn", { numberingSystem: "beng" });

/** A number in Bengali digits. */
export function bengaliNumber(value: number): string {
  return bengaliNumerals.format(value);
}
