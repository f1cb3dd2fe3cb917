// Where the mailboxes of others are in the hierarchy of names (RFC 2342 3): "Other Users/asha@example.org/INBOX", and
// "Shared/info@example.org/INBOX" for accounts that are nobody's own.
//
// A user's own mailbox of such a name is his all the same: it is found first, listed, and can be renamed; but no new one can be
// made there.

import { hierarchySeparator, isBelow, type MailboxName, parseMailboxName } from "../../model/mailbox-name.ts";

export const otherUsersRoot = "Other Users";
export const sharedRoot = "Shared";

/** Whether a name is one that mailboxes of others have, or a level above them. */
export function isForeignName(name: MailboxName): boolean {
  return [otherUsersRoot, sharedRoot].some((root) => name === root || isBelow(name, root));
}

/** What stands before each mailbox name of an account. */
export function foreignPrefix(address: string, kind: "person" | "shared-account"): string {
  const root = kind === "person" ? otherUsersRoot : sharedRoot;
  return `${root}${hierarchySeparator}${asLevel(address)}${hierarchySeparator}`.normalize("NFC");
}

// What a local part may hold and a level of a name may not. "=" before such two digits stands for itself, so that no two
// addresses have one name.
function asLevel(address: string): string {
  return address.replace(/[/%*]|=(?=2F|25|2A|3D)/g, (one) => `=${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The name within the account; undefined for what is no name below the prefix. */
export function innerName(name: MailboxName, prefix: string): MailboxName | undefined {
  if (!name.startsWith(prefix)) return undefined;
  const parsed = parseMailboxName(name.slice(prefix.length));
  return "name" in parsed ? parsed.name : undefined;
}

/** Undefined when that is too long or too deep to be asked for. */
export function outerName(inner: MailboxName, prefix: string): MailboxName | undefined {
  const parsed = parseMailboxName(prefix + inner);
  return "name" in parsed ? parsed.name : undefined;
}
