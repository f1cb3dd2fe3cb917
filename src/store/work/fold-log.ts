// Keeps the change log short. What a cursor older than the fold still needs is kept as one entry: all that was expunged
// until then (RFC 7162 3.2.5.1 allows naming more than the client missed). Changes of flags are found by each message's
// own modSeq, and need no entry.

import type { MailboxId, ModSeq } from "../../model/ids.ts";
import { formatUidSet, parseFormattedUidSet, uidSet } from "../../model/uid-set.ts";
import { all, maybe, run, sql, type Work } from "../sql.ts";

/** Folds all but the newest `kept` entries of each mailbox that has more than twice as many. How many mailboxes. */
export function* foldLog(kept: number): Work<number> {
  const long = yield* all<{ mailbox: MailboxId }>(
    sql`select mailbox from change group by mailbox having count(*) > ${kept * 2}`,
  );
  for (const { mailbox } of long) yield* foldMailbox(mailbox, kept);
  return long.length;
}

function* foldMailbox(mailbox: MailboxId, kept: number): Work<void> {
  const edge = yield* maybe<{ modSeq: ModSeq }>(
    sql`select mod_seq as "modSeq" from change where mailbox = ${mailbox} order by mod_seq desc limit 1 offset ${kept}`,
  );
  if (edge === undefined) return;
  const gone = yield* all<{ uids: string }>(
    sql`select uids from change where mailbox = ${mailbox} and mod_seq <= ${edge.modSeq} and kind = 'expunged'`,
  );
  yield* run(sql`delete from change where mailbox = ${mailbox} and mod_seq <= ${edge.modSeq}`);
  yield* run(sql`update mailbox set log_from = ${edge.modSeq} where id = ${mailbox}`);
  if (gone.length === 0) return;
  const uids = formatUidSet(uidSet(gone.flatMap((row) => parseFormattedUidSet(row.uids).ranges)));
  yield* run(
    sql`insert into change (mailbox, mod_seq, kind, uids) values (${mailbox}, ${edge.modSeq}, 'expunged', ${uids})`,
  );
}
