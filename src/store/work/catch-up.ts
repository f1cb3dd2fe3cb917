// What a view must read to catch up with the log: as much as has changed.

import type { MailboxId, ModSeq } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import { parseFormattedUidSet, type UidSet } from "../../model/uid-set.ts";
import { changesSince } from "../change-log.ts";
import { all, maybe, sql, type Work } from "../sql.ts";
import { type MessageRow, readMessages } from "./message-rows.ts";

export interface CatchUp {
  /** The modSeq that the view has caught up with after this. */
  readonly modSeq: ModSeq;
  /** Rows that are new or changed, ascending within each change; a row may come twice. */
  readonly rows: readonly MessageRow[];
  readonly expunged: readonly { readonly modSeq: ModSeq; readonly uids: UidSet }[];
}

/**
 * What one unit of work did to a mailbox, for a view that stands where it began: the same as `catchUp` would read
 * from there, without reading it.
 */
export interface Delta extends CatchUp {
  /** The modSeq of the message change before. */
  readonly after: ModSeq;
}

const uidMax = 0xffff_ffff;

export function* catchUp(mailbox: MailboxId, since: ModSeq): Work<CatchUp> {
  const { logFrom } = (yield* maybe<{ logFrom: ModSeq }>(
    sql`select log_from as "logFrom" from mailbox where id = ${mailbox}`,
  )) ?? { logFrom: 0 };
  // A view follows each commit at once, and the newest entries are never folded.
  if (since < logFrom) throw new Error(`mailbox ${mailbox}: the log begins at ${logFrom}, after ${since}`);
  let modSeq = since;
  const rows: MessageRow[] = [];
  const expunged: { modSeq: ModSeq; uids: UidSet }[] = [];
  for (const change of yield* changesSince(mailbox, since)) {
    // A new name or a subscription changes no message: HIGHESTMODSEQ is the same here, in STATUS and after a restart.
    if (change.uids === "") continue;
    modSeq = change.modSeq;
    const uids = parseFormattedUidSet(change.uids);
    if (change.kind === "expunged") expunged.push({ modSeq, uids });
    else
      for (const [from, to] of uids.ranges)
        for (const row of yield* readMessages(mailbox, from, to, uidMax)) rows.push(row);
  }
  return { modSeq, rows, expunged };
}

/** What was expunged after `since` and not after `until`, oldest first; may name more than there ever was (RFC 7162 3.2.5.1). */
export function* vanishedBetween(
  mailbox: MailboxId,
  since: ModSeq,
  until: ModSeq,
): Work<{ readonly modSeq: ModSeq; readonly uids: UidSet }[]> {
  const rows = yield* all<{ modSeq: ModSeq; uids: string }>(
    sql`select mod_seq as "modSeq", uids from change where mailbox = ${mailbox} and mod_seq > ${since} and mod_seq <= ${until}
      and kind = 'expunged' order by mod_seq`,
  );
  return rows.map(({ modSeq, uids }) => ({ modSeq, uids: parseFormattedUidSet(uids) }));
}

/** The modSeq of a mailbox's newest message change, with which a view that reads all rows begins. Throws mailbox-missing. */
export function* highestModSeq(mailbox: MailboxId): Work<ModSeq> {
  const row = yield* maybe<{ modSeq: ModSeq }>(
    sql`select highest_mod_seq as "modSeq" from mailbox where id = ${mailbox}`,
  );
  // Its deletion is committed, and not announced yet.
  if (row === undefined) throw refuse({ kind: "mailbox-missing" });
  return row.modSeq;
}
