// The change log: one counter an account, and what each number did to which mailbox. Every protocol's cursor
// (HIGHESTMODSEQ, SyncKey, SyncState) is a number of this counter.

import type { MailboxId, ModSeq } from "../model/ids.ts";
import { formatUidSet, type UidSet } from "../model/uid-set.ts";
import { all, one, run, sql, type Work } from "./sql.ts";

export type MessageChangeKind = "created" | "flags" | "expunged";
export type MailboxChangeKind = "mailbox-created" | "mailbox-changed" | "mailbox-deleted";

/** Takes the next modSeq for this unit of work: one for all that it changes. */
export function* nextModSeq(): Work<ModSeq> {
  const { modSeq } = yield* one<{ modSeq: ModSeq }>(
    sql`update account set mod_seq = mod_seq + 1 where id = 1 returning mod_seq as "modSeq"`,
  );
  return modSeq;
}

/** Writes down that messages of a mailbox changed with `modSeq`. The mailbox's counters are the caller's. */
export function* logMessages(mailbox: MailboxId, modSeq: ModSeq, kind: MessageChangeKind, uids: UidSet): Work<void> {
  yield* run(
    sql`insert into change (mailbox, mod_seq, kind, uids) values (${mailbox}, ${modSeq}, ${kind}, ${formatUidSet(uids)})`,
  );
}

/** Writes down that a mailbox itself was made, changed or deleted with `modSeq`. */
export function* logMailbox(mailbox: MailboxId, modSeq: ModSeq, kind: MailboxChangeKind): Work<void> {
  yield* run(
    sql`insert into change (mailbox, mod_seq, kind, uids) values (${mailbox}, ${modSeq}, ${kind}, '') on conflict do nothing`,
  );
}

export interface LoggedChange {
  readonly modSeq: ModSeq;
  readonly kind: MessageChangeKind | MailboxChangeKind;
  /** A sequence-set of UIDs; empty for a change of the mailbox itself. */
  readonly uids: string;
}

/** What happened to a mailbox after `since`, oldest first. Costs as much as there are changes. */
export function* changesSince(mailbox: MailboxId, since: ModSeq): Work<readonly LoggedChange[]> {
  return yield* all<LoggedChange>(
    sql`select mod_seq as "modSeq", kind, uids from change where mailbox = ${mailbox} and mod_seq > ${since} order by mod_seq, kind`,
  );
}
