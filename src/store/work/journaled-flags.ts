// Flag changes whose outcome is known before the database has it: computed from a view that shows the mailbox's last change,
// kept in a journal, and put into the rows many at a time. The rows, counters and log are those of store-flags.ts.

import type { MailboxId, ModSeq, Uid } from "../../model/ids.ts";
import { uidSetOfSorted } from "../../model/uid-set.ts";
import { logMessages } from "../change-log.ts";
import { maybe, run, sql, type Work } from "../sql.ts";
import type { CounterChange } from "./message-rows.ts";

/** One message with the flags that it gets. */
export interface MarkedMessage {
  readonly uid: Uid;
  /** As in a row of `message`. */
  readonly flags: number;
  readonly keywords: string;
}

/** What one change does to a mailbox. */
export interface FlagMarks {
  readonly mailbox: MailboxId;
  /** The modSeq of the mailbox's last change: the marks are right only behind that one. */
  readonly after: ModSeq;
  /** Ascending, and never empty. */
  readonly messages: readonly MarkedMessage[];
  readonly counters: Pick<CounterChange, "unseen" | "deleted" | "deletedBytes">;
}

/** Marks that have their place in the change log. */
export interface JournalEntry extends FlagMarks {
  readonly modSeq: ModSeq;
}

/** Where the account and one of its mailboxes stand; undefined when there is no such mailbox. */
export interface Standing {
  readonly account: ModSeq;
  readonly mailbox: ModSeq;
}

export function* standingOf(mailbox: MailboxId): Work<Standing | undefined> {
  return yield* maybe<Standing>(
    sql`select a.mod_seq as account, m.highest_mod_seq as mailbox from account a, mailbox m where a.id = 1 and m.id = ${mailbox}`,
  );
}

/** Puts entries into the rows. They follow upon the account's last modSeq and upon each other. */
export function* putMarks(entries: readonly JournalEntry[]): Work<void> {
  const rows = new Map<string, { readonly entry: JournalEntry; readonly message: MarkedMessage }>();
  const sums = new Map<MailboxId, { unseen: number; deleted: number; deletedBytes: number; last: JournalEntry }>();
  for (const entry of entries) {
    const { mailbox, modSeq, messages, counters } = entry;
    for (const message of messages) rows.set(`${mailbox} ${message.uid}`, { entry, message });
    const sum = sums.get(mailbox) ?? { unseen: 0, deleted: 0, deletedBytes: 0, last: entry };
    sum.unseen += counters.unseen;
    sum.deleted += counters.deleted;
    sum.deletedBytes += counters.deletedBytes;
    sum.last = entry;
    sums.set(mailbox, sum);
    yield* logMessages(mailbox, modSeq, "flags", uidSetOfSorted(messages.map(({ uid }) => uid)));
  }
  for (const { entry, message } of rows.values())
    yield* run(sql`update message set flags = ${message.flags}, keywords = ${message.keywords}, mod_seq = ${entry.modSeq}
      where mailbox = ${entry.mailbox} and uid = ${message.uid}`);
  for (const [mailbox, { unseen, deleted, deletedBytes, last }] of sums)
    yield* run(sql`update mailbox set unseen = unseen + ${unseen}, deleted = deleted + ${deleted}, deleted_bytes = deleted_bytes + ${deletedBytes},
      previous_mod_seq = ${last.after}, highest_mod_seq = ${last.modSeq} where id = ${mailbox}`);
  const last = entries.at(-1);
  if (last !== undefined) yield* run(sql`update account set mod_seq = ${last.modSeq} where id = 1`);
}

/** Of entries that were found in a journal, those that the database lacks, and that it can take without a gap. */
export function* missingOf(entries: readonly JournalEntry[]): Work<readonly JournalEntry[]> {
  const row = yield* maybe<{ modSeq: ModSeq }>(sql`select mod_seq as "modSeq" from account where id = 1`);
  let next = (row?.modSeq ?? 0) + 1;
  const missing: JournalEntry[] = [];
  for (const entry of entries) {
    if (entry.modSeq < next) continue;
    if (entry.modSeq > next) break;
    missing.push(entry);
    next++;
  }
  return missing;
}
