// The special use of a mailbox as one of its entries (RFC 6154 4): "The value of /private/specialuse is either NIL (if there are
// no special-use attributes for that mailbox) or a space-separated list of special-use attributes". It is read only here.

import { utf8 } from "../base/bytes.ts";
import type { Mailbox } from "../model/mailbox.ts";
import { type MetadataEntry, parseEntryName } from "../model/metadata.ts";
import { specialUseOf } from "./wire/special-use.ts";

export const specialUseEntry = "/private/specialuse";

/** The entry's value; null for a mailbox without special use. */
export function specialUseValue({ role }: Pick<Mailbox, "role">): Uint8Array | null {
  const attribute = specialUseOf(role);
  return attribute === null ? null : utf8(attribute);
}

/** A mailbox's entries and this one. */
export function withSpecialUse(entries: readonly MetadataEntry[], mailbox: Mailbox): readonly MetadataEntry[] {
  const others = entries.filter(({ name }) => name !== specialUseEntry);
  const [name, value] = [parseEntryName(specialUseEntry), specialUseValue(mailbox)];
  if (name === undefined || value === null) return others;
  return [...others, { name, value }].sort((a, b) => (a.name < b.name ? -1 : 1));
}
