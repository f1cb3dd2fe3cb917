// Metadata of mailboxes and of the account as a whole (RFC 5464 3): entries with a name and a value of any octets.

import type { Brand } from "../base/brand.ts";
import { metadataEntryNameBytesMax } from "../base/limits.ts";
import type { MailboxId } from "./ids.ts";

/** Such as `/shared/comment`: in small letters, since case does not matter. Made by `parseEntryName` only. */
export type EntryName = Brand<string, "EntryName">;

/** The mailbox that has the entries; null for the account itself. */
export type MetadataOwner = MailboxId | null;

export interface MetadataEntry {
  readonly name: EntryName;
  readonly value: Uint8Array;
}

/** Null takes the entry away. */
export interface MetadataChange {
  readonly name: EntryName;
  readonly value: Uint8Array | null;
}

/** Which entries changed; the values are to be asked for. */
export interface MetadataNotice {
  readonly owner: MetadataOwner;
  readonly names: readonly EntryName[];
}

// RFC 5464 3.2: US-ASCII without controls, "*" and "%"; no two "/" beside each other and none at the end; all entries are
// below /private or /shared. The roots themselves can only be searched below.
const entryName = /^\/(?:private|shared)(?:\/[!-$&-).+,\-0-~ ]+)*$/;

/** Undefined when it can be the name of no entry, nor of what is above one. */
export function parseEntryName(text: string): EntryName | undefined {
  const name = text.toLowerCase();
  if (name.length > metadataEntryNameBytesMax || !entryName.test(name)) return undefined;
  // oxlint-disable-next-line no-unsafe-type-assertion -- the one place where this brand is made
  return name as EntryName;
}

/** Whether each person has a value of his own. */
export function isPrivate(name: EntryName): boolean {
  return name.startsWith("/private");
}

/** Whether it can have a value: not /private and /shared themselves. */
export function hasValue(name: EntryName): boolean {
  return name.lastIndexOf("/") > 0;
}
