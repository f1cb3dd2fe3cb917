// How text is compared in a search: a substring in every script, whatever the case and the composition. RFC 9051 6.4.4:
// "a message matches the key if the string is a substring of the associated text", without regard to case; RFC 5051
// (i;unicode-casemap) adds case mapping and decomposition for all of Unicode. This is Unicode's NFKC_Casefold, but for
// the few letters that fold by context: decomposed and composed Bengali, half-width kana, ligatures and presentation
// forms all become one spelling, and invisible characters do not hide a word.

const ascii = /^[\0-\x7f]*$/;
/** What has no shape of its own: soft hyphens, joiners, direction marks. */
const ignorable = /\p{Default_Ignorable_Code_Point}+/gu;

/** `text` as it is compared: one holds another when its folded form includes the other's. An index keeps this form. */
export function foldText(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  const plain = text.replace(ignorable, "").normalize("NFKC");
  // Upper case first joins letters that share one (ss and sharp s, long s); lower case then is the same for all. It
  // writes a final sigma by context, and the dotted capital I with a dot of its own: both are taken back.
  const folded = plain.toUpperCase().toLowerCase().replaceAll("\u03c2", "\u03c3").replaceAll("i\u0307", "i");
  return folded.normalize("NFKC");
}
