// Longer texts in passages, so that where a string may be is a place and not a whole book. What is looked up of a passage
// reaches into the next one, so that a string of up to `lookedUpCharactersMax` stands in the passage in which it begins.

import { lookedUpCharactersMax, placesOfContent } from "../text-index.ts";

/** Code units of a passage, at the least: two of them fit on a page of the file. */
const passageCharactersMin = 2_000;
// A passage's id is the number of a place. Larger steps from content to content would make lists of ids longer.

/** A content's head has the first places, its body the others. */
const headPassagesMax = 4;
const bodyPassagesMax = placesOfContent - headPassagesMax;

export const firstPassage = (content: number): number => content * placesOfContent;
export const lastPassage = (content: number): number => content * placesOfContent + placesOfContent - 1;
export const isOfHead = (passage: number): boolean => passage % placesOfContent < headPassagesMax;

export interface Passage {
  readonly id: number;
  /** With its reach. */
  readonly text: string;
  /** How much of it is not of the next passage. */
  readonly length: number;
}

export function headPassages(content: number, head: string): Passage[] {
  return passagesOf(head, { firstId: firstPassage(content), countMax: headPassagesMax });
}

export function bodyPassages(content: number, body: string): Passage[] {
  return passagesOf(body, { firstId: firstPassage(content) + headPassagesMax, countMax: bodyPassagesMax });
}

function passagesOf(text: string, { firstId, countMax }: { readonly firstId: number; readonly countMax: number }) {
  const least = Math.max(passageCharactersMin, Math.ceil(text.length / countMax));
  const passages: Passage[] = [];
  for (let from = 0; from < text.length; ) {
    const end = betweenCharacters(text, Math.min(text.length, from + least));
    passages.push({
      id: firstId + passages.length,
      text: text.slice(from, betweenCharacters(text, end + lookedUpCharactersMax)),
      length: end - from,
    });
    from = end;
  }
  return passages;
}

/** What a needle is looked up by: its beginning, as far as it stands within one passage and its reach. */
export function lookedUp(needle: string): string {
  if (needle.length <= lookedUpCharactersMax) return needle;
  return needle.slice(0, betweenCharacters(needle, lookedUpCharactersMax - 1));
}

/** `at`, or behind the character that it would cut in two. */
function betweenCharacters(text: string, at: number): number {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 ? at + 1 : at;
}
