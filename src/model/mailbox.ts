// A mailbox as every protocol sees it. Roles are the special-use attributes of RFC 6154, RFC 8457 and Apple's Notes.

import type { AccountId, MailboxId, ModSeq, UidValidity } from "./ids.ts";
import type { MailboxName } from "./mailbox-name.ts";
import type { Rights } from "./rights.ts";

/** What a mailbox is for; an account has at most one mailbox of each role. */
export const mailboxRoles = ["inbox", "drafts", "sent", "junk", "trash", "archive", "notes"] as const;
export type MailboxRole = (typeof mailboxRoles)[number];

/** Something happened to a name, which is to be looked up: by now it may have happened to it again. */
export type NameNotice =
  /** "subscription": it has been subscribed, or no longer is; there may be no mailbox of that name. */
  | { readonly kind: "created" | "deleted" | "subscription"; readonly name: MailboxName }
  /** With everything below it, of which nothing is said. */
  | { readonly kind: "renamed"; readonly name: MailboxName; readonly oldName: MailboxName };

/** Counters are kept in the unit of work that changes them, so that STATUS never counts. */
export interface MailboxCounters {
  readonly messages: number;
  readonly unseen: number;
  /** Messages with \Deleted. */
  readonly deleted: number;
  /** Sum of RFC822.SIZE, in bytes (RFC 8438). */
  readonly bytes: number;
  /** The same of messages with \Deleted (RFC 9208 4.1.4). */
  readonly deletedBytes: number;
}

export interface Mailbox extends MailboxCounters {
  readonly id: MailboxId;
  readonly name: MailboxName;
  readonly role: MailboxRole | null;
  readonly uidValidity: UidValidity;
  /** The UID that the next message gets, 1 to 2^32-1. */
  readonly uidNext: number;
  /** RFC 3501 2.3.2: the first UID that no session has been told of as \Recent. */
  readonly recentUid: number;
  /** RFC 7162 3.1.2.1: the highest modSeq of any message change in here, expunges included; at least 1. */
  readonly highestModSeq: ModSeq;
  /** When anything about the mailbox itself last changed (name, role, subscription, counters). */
  readonly modSeq: ModSeq;
  readonly subscribed: boolean;
  /** A deleted name that still has children: it can be listed but not opened (RFC 9051 6.3.5). */
  readonly selectable: boolean;
  /** Whose it is; null for one's own. */
  readonly owner: AccountId | null;
  /** What one may do in it (RFC 4314); everything in one's own. */
  readonly rights: Rights;
}
