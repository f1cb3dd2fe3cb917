// How text is compared in a search: a substring in every script, whatever the case and the composition. RFC 9051 6.4.4:
// "a message matches the key if the string is a substring of the associated text", without regard to case. As with
// i;unicode-casemap (RFC 5051; RFC 4790 says what a comparator is), case is folded and compatible spellings become one in
// all of Unicode: decomposed and composed Bengali, half-width kana, ligatures, presentation forms. Unlike there, letters
// are then composed again (Unicode's NFKC_Casefold, but for the few letters that fold by context): a letter with an
// accent is another letter, so that "resume" is not found in "résumé", nor "e" in either form of "é". Invisible characters
// do not hide a word.

const ascii = /^[\0-\x7f]*$/;
/** What has no shape of its own: soft hyphens, joiners, direction marks. */
const ignorable = /\p{Default_Ignorable_Code_Point}+/gu;
/** UAX #15 13: no language stacks as many marks on one letter. Sorting them takes the square of their number. */
const manyMarks = /\p{M}{30}/gu;

/** `text` as it is compared; an index keeps this form. */
export function foldText(text: string): string {
  if (ascii.test(text)) return text.toLowerCase();
  const plain = text.replace(ignorable, "");
  let folded = "";
  let from = 0;
  for (const { index } of plain.matchAll(manyMarks)) {
    const end = index + 30;
    folded += foldPlain(plain.slice(from, end));
    from = end;
  }
  return from === 0 ? foldPlain(plain) : folded + foldPlain(plain.slice(from));
}

function foldPlain(text: string): string {
  // Upper case first joins letters that share one (ss and sharp s, long s); lower case then is the same for all. It
  // writes a final sigma by context, and the dotted capital I with a dot of its own: both are taken back.
  const folded = text
    .normalize("NFKC")
    .toUpperCase()
    .toLowerCase()
    .replaceAll("\u03c2", "\u03c3")
    .replaceAll("i\u0307", "i");
  return folded.normalize("NFKC");
}

/** How far back a cut is moved for the sake of composition: farther than any word reaches. */
const cutRoomMax = 1_024;

/**
 * The text that comes as `source`, in pieces of about `charactersMax` which fold one by one to what the whole folds to:
 * they are cut where no letter is composed across the cut. Text that has no such place for a thousand characters is cut
 * anywhere. Empty strings are passed on.
 */
export function* foldablePieces(source: Iterable<string>, charactersMax: number): Generator<string> {
  let held = "";
  for (const piece of source) {
    if (piece === "") yield piece;
    else if (held === "") held = piece;
    else held += piece;
    if (held.length <= charactersMax) continue;
    let from = 0;
    while (held.length - from > charactersMax) {
      const end = cutBefore(held, from, from + charactersMax);
      yield held.slice(from, end);
      from = end;
    }
    held = held.slice(from);
  }
  if (held !== "") yield held;
}

function cutBefore(text: string, from: number, limit: number): number {
  const least = Math.max(from, limit - cutRoomMax);
  for (let at = limit; at > least; at--) if (isSafeCut(text, at)) return at;
  return (text.charCodeAt(limit) & 0xfc00) === 0xdc00 ? limit - 1 : limit;
}

// Letters and digits begin something new, but for the Hangul letters in their three forms, and Kirat Rai's vowels.
const beginsSomething =
  /^(?![\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\ud7b0-\ud7fb\uff9e-\uffdc\u{16d63}-\u{16d6a}])[\p{L}\p{N}]/u;

function isSafeCut(text: string, at: number): boolean {
  // Nothing is composed with white space before it, and no character of ASCII with anything before it.
  if (text.charCodeAt(at - 1) <= 32 || text.charCodeAt(at) < 0x80) return true;
  const next = text.codePointAt(at) ?? 0;
  if (next >= 0xdc00 && next <= 0xdfff) return false;
  return beginsSomething.test(String.fromCodePoint(next));
}
