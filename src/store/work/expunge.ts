// Takes messages out of a mailbox (RFC 9051 6.4.3). Each leaves a tombstone that keeps its content until purged.

import { type MailboxId, type ModSeq, type Uid } from "../../model/ids.ts";
import { type UidSet, uidSetOfSorted } from "../../model/uid-set.ts";
import { logMessages, nextModSeq } from "../change-log.ts";
import { all, one, run, sql, type Work } from "../sql.ts";
import type { Delta } from "./catch-up.ts";
import { type CounterChange, count, deletedBit, noChange, seenBit } from "./message-rows.ts";
import { discharge } from "./quota.ts";

export interface Expunged {
  readonly uids: readonly Uid[];
  readonly modSeq: ModSeq | null;
  readonly delta: Delta | null;
}

/** Expunges those of `uids` (ascending) that are there; with "deleted" only those marked \Deleted. */
export function* expungeMessages(
  mailbox: MailboxId,
  uids: UidSet,
  which: "deleted" | "all",
  nowMs: number,
): Work<Expunged> {
  const found: Uid[] = [];
  const mask = which === "deleted" ? deletedBit : 0;
  for (const [from, to] of uids.ranges) {
    const rows = yield* all<{
      uid: Uid;
    }>(sql`select uid from message where mailbox = ${mailbox} and uid between ${from} and ${to}
      and flags & ${mask} = ${mask} order by uid`);
    for (const { uid } of rows) found.push(uid);
  }
  if (found.length === 0) return { uids: found, modSeq: null, delta: null };
  const modSeq = yield* nextModSeq();
  const gone = uidSetOfSorted(found);
  const counters = yield* bury(mailbox, gone, modSeq, nowMs);
  const after = yield* count(mailbox, counters, modSeq);
  yield* logMessages(mailbox, modSeq, "expunged", gone);
  return { uids: found, modSeq, delta: { after, modSeq, rows: [], expunged: [{ modSeq, uids: gone }] } };
}

/** Every message of a mailbox that is about to be deleted; answers which there were. */
export function* buryAll(mailbox: MailboxId, modSeq: ModSeq, nowMs: number): Work<UidSet> {
  const rows = yield* all<{ uid: Uid }>(sql`select uid from message where mailbox = ${mailbox} order by uid`);
  const gone = uidSetOfSorted(rows.map(({ uid }) => uid));
  yield* bury(mailbox, gone, modSeq, nowMs);
  return gone;
}

function* bury(mailbox: MailboxId, gone: UidSet, modSeq: ModSeq, nowMs: number): Work<CounterChange> {
  const total = noChange();
  for (const [from, to] of gone.ranges) {
    yield* subtractRange(mailbox, from, to, total);
    yield* run(sql`insert into tombstone (mailbox, uid, mailbox_name, content, flags, keywords, seen_by, internal_date, size, mod_seq,
      expunged_at)
      select mailbox, uid, (select name from mailbox where id = ${mailbox}), content, flags, keywords, seen_by, internal_date, size,
      ${modSeq}, ${nowMs} from message where mailbox = ${mailbox} and uid between ${from} and ${to}`);
    yield* run(sql`delete from message where mailbox = ${mailbox} and uid between ${from} and ${to}`);
  }
  yield* discharge(total);
  return total;
}

/** Takes what the rows from `from` to `to` count for off `total`. */
export function* subtractRange(mailbox: MailboxId, from: number, to: number, total: CounterChange): Work<void> {
  const sum = yield* one<Readonly<CounterChange>>(
    sql`select count(*) as messages, coalesce(sum(1 - (flags & ${seenBit})), 0) as unseen,
      coalesce(sum((flags & ${deletedBit}) / ${deletedBit}), 0) as deleted, coalesce(sum(size), 0) as bytes,
      coalesce(sum(size * ((flags & ${deletedBit}) / ${deletedBit})), 0) as "deletedBytes"
      from message where mailbox = ${mailbox} and uid between ${from} and ${to}`,
  );
  total.messages -= sum.messages;
  total.unseen -= sum.unseen;
  total.deleted -= sum.deleted;
  total.bytes -= sum.bytes;
  total.deletedBytes -= sum.deletedBytes;
}
