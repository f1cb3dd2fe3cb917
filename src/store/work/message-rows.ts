// What the other units of work share about message rows: reading them, keywords as text, and the mailbox's counters.

import { type FlagSet, flagSet, systemFlags } from "../../model/flags.ts";
import type { ContentId, MailboxId, ModSeq, Uid } from "../../model/ids.ts";
import type { SeenBy } from "../../model/readers.ts";
import { all, one, sql, tuples, type Work } from "../sql.ts";

export const seenBit = systemFlags["\\Seen"];
export const deletedBit = systemFlags["\\Deleted"];

/** A row of `message` as views read it. */
export interface MessageRow {
  readonly uid: Uid;
  readonly content: ContentId;
  readonly flags: number;
  readonly keywords: string;
  /** Which readers have seen it, besides the owner. */
  readonly seenBy: SeenBy;
  readonly internalDateMs: number;
  readonly size: number;
  readonly modSeq: ModSeq;
}

export const keywordsAsText = (flags: FlagSet): string => flags.keywords.join(" ");

export const flagsOfRow = (row: { readonly flags: number; readonly keywords: string }): FlagSet =>
  flagSet(row.flags, row.keywords === "" ? [] : row.keywords.split(" "));

/** The rows of a mailbox with UIDs from `from` to `to`, ascending, at most `count`. */
export function* readMessages(
  mailbox: MailboxId,
  from: number,
  to: number,
  count: number,
): Work<readonly MessageRow[]> {
  return yield* all<MessageRow>(sql`select uid, content, flags, keywords, seen_by as "seenBy", internal_date as "internalDateMs", size, mod_seq as "modSeq"
    from message where mailbox = ${mailbox} and uid between ${from} and ${to} order by uid limit ${count}`);
}

/** The same row as its values, for a view that reads very many. */
export type MessageTuple = readonly [
  uid: Uid,
  content: ContentId,
  flags: number,
  keywords: string,
  seenBy: SeenBy,
  internalDateMs: number,
  size: number,
  modSeq: ModSeq,
];

/** As `readMessages`, from `from` on. */
export function* readMessageTuples(mailbox: MailboxId, from: number, count: number): Work<readonly MessageTuple[]> {
  return yield* tuples<MessageTuple>(sql`select uid, content, flags, keywords, seen_by, internal_date, size, mod_seq
    from message where mailbox = ${mailbox} and uid >= ${from} order by uid limit ${count}`);
}

/** How much a unit of work changes a mailbox's counters. */
export interface CounterChange {
  messages: number;
  unseen: number;
  deleted: number;
  bytes: number;
  deletedBytes: number;
}

export const noChange = (): CounterChange => ({ messages: 0, unseen: 0, deleted: 0, bytes: 0, deletedBytes: 0 });

/** Adds to the counters, and says that messages changed with `modSeq`. The modSeq of the message change before this one. */
export function* count(mailbox: MailboxId, change: CounterChange, modSeq: ModSeq): Work<ModSeq> {
  const { previous } = yield* one<{
    previous: ModSeq;
  }>(sql`update mailbox set messages = messages + ${change.messages}, unseen = unseen + ${change.unseen},
    deleted = deleted + ${change.deleted}, bytes = bytes + ${change.bytes}, deleted_bytes = deleted_bytes + ${change.deletedBytes},
    previous_mod_seq = highest_mod_seq, highest_mod_seq = ${modSeq} where id = ${mailbox} returning previous_mod_seq as previous`);
  return previous;
}
