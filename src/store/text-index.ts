// The port of an index over an account's text: folded texts by content, and which of them may hold a string. What it says is
// exact for what it has; what it does not have must be scanned. It can be lost at any time, and is made again from the mail.

import type { ShownField } from "../mime/shown-fields.ts";
import type { ContentId } from "../model/ids.ts";

/** Texts that are kept apart: fields of the envelope, all headers, and what BODY looks at (RFC 9051 6.4.4). */
export type IndexedField = ShownField | "head" | "body";
/** Fields that stand otherwise in `head` than HEADER compares them; they are looked up, and not kept. */
export type AskedField = IndexedField | "others";
export type IndexedTexts = Readonly<Record<IndexedField, string | null>>;

export interface IndexQuestion {
  /** Folded, as all text in the index. */
  readonly needle: string;
  /** The text that must hold it. */
  readonly within: AskedField;
}

/** About contents from one id to another. A content of which nothing is said here does not hold the string. */
export interface IndexAnswer {
  /** Later contents are not in the index, and must be scanned. */
  readonly indexedTo: number;
  /** Nor are these. */
  readonly unread: readonly number[];
  /** These hold it. */
  readonly certain: readonly number[];
  /** These may hold it, and those that certainly do are among them. */
  readonly possible: readonly number[];
  /** Places that may hold it, also of those that certainly do: whoever wants to know looks. Numbers, since there can be ten thousand of them. */
  readonly places: readonly number[];
}

/** Places in the texts of one content; the number of a place is the content's times this, and some. */
export const placesOfContent = 16;

export function contentOfPlace(place: number): number {
  return Math.floor(place / placesOfContent);
}

export interface IndexLook {
  /** Contents of places that hold the string, or as much of it as is looked up. */
  readonly found: readonly number[];
  /** How many of the places were looked at: some are long. */
  readonly done: number;
}

/** Whether texts in the index say what a scan says of that string. */
export function isIndexable(needle: string): boolean {
  // Half a character is written as U+FFFD, which SQLite also takes the two after it for; texts are parted by U+001F.
  return needle !== "" && needle.isWellFormed() && !/[\0\x1f\ufffd-\uffff]/.test(needle);
}

/** Whether the index can tell where that string may be: three characters are what it looks up. */
export function isAskable(needle: string): boolean {
  if (needle.length < 3 || !isIndexable(needle)) return false;
  let characters = 0;
  for (const _ of needle) if (++characters === 3) return true;
  return false;
}

/** Code units of a string that are looked up; a longer one is not certainly where that much of it is. */
export const lookedUpCharactersMax = 64;

export interface TextIndex {
  /** Makes it ready for questions; false when there is none to ask. */
  open(): Promise<boolean>;
  /** Where an askable string is among contents from `from` on and below `below`; null when it cannot be asked now. */
  ask(question: IndexQuestion, from: number, below: number): IndexAnswer | null;
  /** Looks at some of those places, at the first ones; null when it cannot be asked now. */
  look(needle: string, places: readonly number[]): IndexLook | null;
  /**
   * The texts of the first of those contents, in their order, as many as are not too long together: null for one that is not in
   * the index. "fields" leaves `head` and `body` out. Null when it cannot be asked now.
   */
  texts(contents: readonly ContentId[], which: "fields" | "all"): readonly (IndexedTexts | null)[] | null;
  /** Contents are gone for good. */
  noticeRemoved(contents: readonly ContentId[]): void;
  /** How many contents wait to be indexed. */
  behind(): Promise<number>;
  /** Resolves when all that is committed now is in the index; `progress` hears the share done, 0 to 1. Throws store-unavailable, disk-full. */
  catchUp(progress: (share: number) => void): Promise<void>;
  /** Makes it anew from the mail, while searches scan. */
  rebuild(progress: (share: number) => void): Promise<void>;
  /** What is wrong with it, in sentences. That it is behind is not wrong. Removes what is left of contents that are gone. */
  audit(): Promise<readonly string[]>;
}
