// Expunged messages: listed, brought back, and in the end purged together with what nothing refers to any more.

import type { BodyId, ContentId, MailboxId, ModSeq, Uid } from "../../model/ids.ts";
import type { QuotaAmounts } from "../../model/quota.ts";
import type { SeenBy } from "../../model/readers.ts";
import { uidSet } from "../../model/uid-set.ts";
import { logMessages, nextModSeq } from "../change-log.ts";
import { all, maybe, one, run, sql, type Work } from "../sql.ts";
import { count, deletedBit, noChange, seenBit } from "./message-rows.ts";
import { charge } from "./quota.ts";

export interface Tombstone {
  readonly mailbox: MailboxId;
  /** As the mailbox was called when the message was expunged. */
  readonly mailboxName: string;
  readonly uid: Uid;
  readonly size: number;
  readonly expungedAtMs: number;
}

/** What can be brought back, expunged at or after `sinceMs`, oldest first; of one mailbox name if given. */
export function* listTombstones(sinceMs: number, mailboxName: string | null): Work<readonly Tombstone[]> {
  return yield* all<Tombstone>(sql`select mailbox, mailbox_name as "mailboxName", uid, size, expunged_at as "expungedAtMs"
    from tombstone where expunged_at >= ${sinceMs} and (${mailboxName} is null or mailbox_name = ${mailboxName})
    order by expunged_at, mailbox, uid`);
}

/** Brings one message back into `to` under a new UID, without \Deleted. Null when it is there no more. Throws over-quota. */
export function* restoreMessage(
  tombstone: Tombstone,
  to: MailboxId,
  nowMs: number,
  quota: QuotaAmounts,
): Work<ModSeq | null> {
  const gone = yield* maybe<{
    flags: number;
    keywords: string;
    seenBy: SeenBy;
    content: ContentId;
    internalDate: number;
    size: number;
  }>(
    sql`delete from tombstone where mailbox = ${tombstone.mailbox} and uid = ${tombstone.uid}
      returning flags, keywords, seen_by as "seenBy", content, internal_date as "internalDate", size`,
  );
  if (gone === undefined) return null;
  const modSeq = yield* nextModSeq();
  const flags = gone.flags & ~deletedBit;
  const { uid } = yield* one<{ uid: Uid }>(
    sql`update mailbox set uid_next = uid_next + 1 where id = ${to} returning uid_next - 1 as uid`,
  );
  yield* run(sql`insert into message (mailbox, uid, content, flags, keywords, seen_by, internal_date, save_date, size, mod_seq)
    values (${to}, ${uid}, ${gone.content}, ${flags}, ${gone.keywords}, ${gone.seenBy}, ${gone.internalDate}, ${nowMs}, ${gone.size}, ${modSeq})`);
  const gained = { ...noChange(), messages: 1, unseen: 1 - (flags & seenBit), bytes: gone.size };
  yield* count(to, gained, modSeq);
  yield* charge(gained, quota);
  yield* logMessages(to, modSeq, "created", uidSet([[uid, uid]]));
  return modSeq;
}

/** How many tombstones one transaction purges: keeps the event loop turning. */
const purgedPerTransaction = 500;

export interface Purged {
  readonly tombstones: number;
  /** Contents that nothing refers to any more, and that are gone. */
  readonly contents: readonly ContentId[];
  /** Body files whose last content went: to be removed once this is committed. */
  readonly files: readonly BodyId[];
}

/** Purges what was expunged before `beforeMs`, a bounded number of it; call again until none is purged. */
export function* purgeTombstones(beforeMs: number): Work<Purged> {
  const due = yield* all<{
    mailbox: MailboxId;
    uid: Uid;
    content: ContentId;
  }>(sql`select mailbox, uid, content from tombstone
    where expunged_at < ${beforeMs} order by expunged_at limit ${purgedPerTransaction}`);
  const contents: ContentId[] = [];
  const files: BodyId[] = [];
  for (const { mailbox, uid, content } of due) {
    yield* run(sql`delete from tombstone where mailbox = ${mailbox} and uid = ${uid}`);
    const left = yield* one<{ refs: number; bodyId: BodyId; inFile: number }>(
      sql`update content set refs = refs - 1 where id = ${content} returning refs, body_id as "bodyId", in_file as "inFile"`,
    );
    if (left.refs > 0) continue;
    yield* run(sql`delete from body where content = ${content}`);
    yield* run(sql`delete from content where id = ${content}`);
    contents.push(content);
    if (left.inFile === 1 && !(yield* isFileUsed(left.bodyId))) files.push(left.bodyId);
  }
  return { tombstones: due.length, contents, files };
}

/** Whether any content has its bytes in this file. */
export function* isFileUsed(id: BodyId): Work<boolean> {
  return (yield* maybe(sql`select id from content where in_file = 1 and body_id = ${id} limit 1`)) !== undefined;
}
