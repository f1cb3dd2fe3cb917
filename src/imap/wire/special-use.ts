// Special-use attributes (RFC 6154 2) and the roles of mailboxes they stand for. \Notes is not registered; notes programs
// find the mailbox by its name, and clients ignore attributes they do not know (RFC 6154 6).

import type { MailboxRole } from "../../model/mailbox.ts";

type SpecialRole = Exclude<MailboxRole, "inbox">;

/** Role -> attribute; the inbox has a name instead. */
export const specialUseAttributes = {
  drafts: "\\Drafts",
  sent: "\\Sent",
  junk: "\\Junk",
  trash: "\\Trash",
  archive: "\\Archive",
  notes: "\\Notes",
} as const satisfies Record<SpecialRole, string>;

/** The attribute of a role, or null for a mailbox without special use. */
export function specialUseOf(role: MailboxRole | null): string | null {
  return role === null || role === "inbox" ? null : specialUseAttributes[role];
}

const roles = new Map<string, SpecialRole>([
  ["\\drafts", "drafts"],
  ["\\sent", "sent"],
  ["\\junk", "junk"],
  ["\\trash", "trash"],
  ["\\archive", "archive"],
  ["\\notes", "notes"],
]);

/** The role an attribute names in any letter case; undefined for one that cannot be given (RFC 6154 3: USEATTR). */
export function roleOfSpecialUse(attribute: string): SpecialRole | undefined {
  return roles.get(attribute.toLowerCase());
}
