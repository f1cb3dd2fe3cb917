// The mail service as adapters see it: one account's mailboxes and messages. Every protocol is an adapter over this.

import type { Entropy } from "../base/clock.ts";
import type { AccountId, MailboxId, ModSeq } from "../model/ids.ts";
import type { Mailbox, MailboxRole, NameNotice } from "../model/mailbox.ts";
import type { MailboxName } from "../model/mailbox-name.ts";
import type { EntryName, MetadataChange, MetadataEntry, MetadataNotice, MetadataOwner } from "../model/metadata.ts";
import type { Quota, QuotaChange } from "../model/quota.ts";
import type { Right } from "../model/rights.ts";
import type { Tombstone } from "../store/work/tombstones.ts";
import type { AppendItem, AppendResult, MessageSink, StagedMessage } from "./appending.ts";
import type { IndexCheck } from "./index-check.ts";
import type { OpenMailbox } from "./open-mailbox.ts";

export type { AppendItem, AppendResult, MessageSink, StagedMessage };

/** What an account change touched; a hint to look, never the data itself. */
export interface AccountNews {
  readonly modSeq: ModSeq;
  /** Mailboxes in which messages changed. */
  readonly messagesIn: readonly MailboxId[];
  /** What happened to those; without a word: messages came or went. */
  readonly messages?: "flags-only";
  /** Mailboxes that were made, renamed, deleted, or (un)subscribed, or whose metadata changed. */
  readonly mailboxes: readonly MailboxId[];
  /** What happened to names of mailboxes. */
  readonly names?: readonly NameNotice[];
  /** The `AccountMail` through which it was done; undefined for what no session did. */
  readonly by?: object;
}

/** Which expunged messages to bring back. */
export interface RecoverOrder {
  /** Expunged at or after this time, milliseconds since 1970. */
  readonly sinceMs: number;
  /** As the mailbox was called then; all if null. */
  readonly mailbox: string | null;
}

/** One account's mail. A lease: dispose of it when the session ends. All methods throw ProblemRefusal. */
export interface AccountMail extends Disposable {
  readonly account: AccountId;
  /** All mailboxes, INBOX first, then by name. A snapshot; call again for news. */
  list(): Promise<readonly Mailbox[]>;
  /** Throws mailbox-missing, no-permission without the right `need`: to read, if not said. */
  find(name: MailboxName, need?: Right): Promise<Mailbox>;
  /** The mailbox to put messages into. Throws destination-missing, mailbox-not-selectable, no-permission. */
  destination(name: MailboxName): Promise<Mailbox>;
  byRole(role: MailboxRole): Promise<Mailbox | undefined>;
  /** Makes the mailbox, and its missing parents as ordinary mailboxes. Throws mailbox-exists, role-taken, too-many-mailboxes, over-quota. */
  create(name: MailboxName, role?: MailboxRole): Promise<Mailbox>;
  /** Expunged mail of it stays recoverable. Throws mailbox-missing, mailbox-fixed. */
  remove(name: MailboxName): Promise<void>;
  /** Renames it and all below; of INBOX it moves the messages instead (RFC 9051 6.3.6). */
  rename(from: MailboxName, to: MailboxName): Promise<void>;
  subscribe(name: MailboxName): Promise<void>;
  unsubscribe(name: MailboxName): Promise<void>;
  /** Subscribed names that have no mailbox. */
  orphanSubscriptions(): Promise<readonly MailboxName[]>;
  newMessage(): MessageSink;
  /** All or nothing. Throws destination-missing, mailbox-full, over-quota. */
  append(to: MailboxId, items: readonly AppendItem[]): Promise<AppendResult>;
  /** What the account holds, and may hold. */
  quota(): Promise<Quota>;
  /** The account's own limits, from now on. What is beyond a limit stays, and nothing can be added. */
  changeQuota(change: QuotaChange): Promise<Quota>;
  /** All metadata of a mailbox, or of the account itself, by name. */
  metadata(owner: MetadataOwner): Promise<readonly MetadataEntry[]>;
  /** One entry of all mailboxes that have it. */
  metadataOfMailboxes(name: EntryName): Promise<ReadonlyMap<MailboxId, Uint8Array>>;
  /** All or nothing. Throws mailbox-missing, metadata-value-too-large, metadata-too-many. */
  changeMetadata(owner: MetadataOwner, changes: readonly MetadataChange[]): Promise<void>;
  /** Calls `listener` after each change of metadata that another lease than this made. */
  watchMetadata(listener: (notice: MetadataNotice) => void): Disposable;
  /** Throws mailbox-missing, mailbox-not-selectable. */
  open(mailbox: MailboxId, mode: "read-write" | "read-only"): Promise<OpenMailbox>;
  /** Calls `listener` after each commit that changes the account, whoever made it. */
  watch(listener: (news: AccountNews) => void): Disposable;
  /** Resolves when every change made so far is on the disk. */
  flush(): Promise<void>;
  /** Expunged messages that can be brought back. */
  recoverable(order: RecoverOrder): Promise<readonly Tombstone[]>;
  /** Puts them back into the mailboxes they were in, made again where needed. How many came back. Throws over-quota: some have come back then. */
  recover(order: RecoverOrder, progress: (done: number, of: number) => void): Promise<number>;
  /** Removes for good what was expunged before `beforeMs`. How many messages that were. */
  purge(beforeMs: number): Promise<number>;
  /** Folds the change log where it has grown long; the newest `kept` entries of each mailbox stay as they are. */
  foldLog(kept: number): Promise<void>;
  /** What is wrong with the account's data, in sentences; empty when nothing is. `progress` hears the share done, 0 to 1. */
  check(progress: (share: number) => void): Promise<readonly string[]>;
  /** Compares the index over text with what messages say, on a sample that chance picks. */
  checkIndex(chance: Entropy, progress: (share: number) => void): Promise<IndexCheck>;
  /** Makes the index over text anew; searches read the messages meanwhile. Throws disk-full, store-unavailable. */
  rebuildIndex(progress: (share: number) => void): Promise<void>;
}

/** The service. */
export interface Mail {
  /** Throws account-missing, store-unavailable. */
  open(account: AccountId): Promise<AccountMail>;
  /** Makes an account's mail with its standard mailboxes: INBOX, Drafts, Sent, Junk, Trash, Archive, Notes. */
  create(account: AccountId): Promise<void>;
  /** Removes an account's mail for good; open sessions on it end with store-unavailable. */
  remove(account: AccountId): Promise<void>;
}
