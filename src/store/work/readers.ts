// The people with whom an account's mailboxes are shared: the number that stands for each, and what they have seen.

import type { AccountId, MailboxId } from "../../model/ids.ts";
import { asReaderNumber, hasSeen, type ReaderNumber, type SeenBy } from "../../model/readers.ts";
import { all, maybe, one, sql, type Work } from "../sql.ts";
import { type MailboxRow, readMailboxes } from "./mailboxes.ts";

/** Null for somebody who has done nothing here yet. */
export function* findReader(account: AccountId): Work<ReaderNumber | null> {
  const row = yield* maybe<{ number: number }>(sql`select number from reader where account = ${account}`);
  return row === undefined ? null : asReaderNumber(row.number);
}

/** The number of somebody, who gets one if he has none. */
export function* readerOf(account: AccountId): Work<ReaderNumber> {
  const known = yield* findReader(account);
  if (known !== null) return known;
  const { number } = yield* one<{ number: number }>(
    sql`insert into reader (account) values (${account}) returning number`,
  );
  return asReaderNumber(number);
}

/** How many of a mailbox's messages somebody has seen, with all else that is counted of it at that moment. */
export interface SeenCount {
  readonly row: MailboxRow;
  readonly seen: number;
}

/** Costs as much as readers have seen in all, through an index. */
export function* countSeen(mailboxes: readonly MailboxId[], reader: ReaderNumber): Work<Map<MailboxId, SeenCount>> {
  const counts = new Map<MailboxId, SeenCount>();
  for (const row of yield* readMailboxes(mailboxes)) {
    const mailbox = row.id;
    const rows = yield* all<{ seenBy: SeenBy; messages: number }>(sql`select seen_by as "seenBy", count(*) as messages
      from message where mailbox = ${mailbox} and seen_by <> '' group by seen_by`);
    let seen = 0;
    for (const { seenBy, messages } of rows) if (hasSeen(seenBy, reader)) seen += messages;
    counts.set(mailbox, { row, seen });
  }
  return counts;
}
