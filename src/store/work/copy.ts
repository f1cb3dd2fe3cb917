// Copies and moves messages between mailboxes of one account: all or nothing (RFC 9051 6.4.7, RFC 6851).
// Only rows are made: the content is shared.

import type { MailboxId, ModSeq, Uid, UidValidity } from "../../model/ids.ts";
import { asUid } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import type { QuotaAmounts, QuotaRoom } from "../../model/quota.ts";
import { type FlagMask, type Reader, type SeenBy, withSeen } from "../../model/readers.ts";
import { type UidSet, uidSet, uidSetOfSorted } from "../../model/uid-set.ts";
import { logMessages, nextModSeq } from "../change-log.ts";
import { all, maybe, run, sql, type Work } from "../sql.ts";
import { subtractRange } from "./expunge.ts";
import { type CounterChange, count, noChange, seenBit } from "./message-rows.ts";
import { charge } from "./quota.ts";

export interface Moved {
  readonly uidValidity: UidValidity;
  readonly from: readonly Uid[];
  readonly to: readonly Uid[];
  /** Null when there was nothing to copy. */
  readonly modSeq: ModSeq | null;
}

export interface Copied extends Moved {
  readonly room: QuotaRoom;
}

const uidMax = 0xffff_ffff;
const everyFlag: FlagMask = { bits: 0xff, keywords: "may-change" };

export interface CopyOrder {
  readonly source: MailboxId;
  readonly uids: UidSet;
  readonly to: MailboxId;
  /** For accounts without limits of their own. */
  readonly quota: QuotaAmounts;
  /** Who does it, if not the owner. */
  readonly by?: Reader;
}

export type MoveOrder = Omit<CopyOrder, "quota">;

/** Copies what is there of `uids`. Throws destination-missing, mailbox-not-selectable, mailbox-full, over-quota. */
export function* copyMessages({ source, uids, to, quota, by }: CopyOrder, nowMs: number): Work<Copied> {
  const target = yield* destination(to);
  const from = yield* present(source, uids);
  if (from.length === 0) return { uidValidity: target.uidValidity, from, to: [], modSeq: null, room: "roomy" };
  const modSeq = yield* nextModSeq();
  const { uids: copied, gained } = yield* place(source, from, { ...target, id: to }, { modSeq, nowMs, by });
  // A copy shares its content, and counts all the same: what a user sees twice is there twice.
  const room = yield* charge(gained, quota);
  for (const [first, last] of uidSetOfSorted(from).ranges)
    yield* run(sql`update content set refs = refs + copied.number from (select content, count(*) as number from message
      where mailbox = ${source} and uid between ${first} and ${last} group by content) as copied where content.id = copied.content`);
  return { uidValidity: target.uidValidity, from, to: copied, modSeq, room };
}

/** Moves what is there of `uids`; the source is told as expunged, without a tombstone since nothing is lost. The account holds as much as before. */
export function* moveMessages({ source, uids, to, by }: MoveOrder, nowMs: number): Work<Moved> {
  const target = yield* destination(to);
  const from = yield* present(source, uids);
  if (from.length === 0) return { uidValidity: target.uidValidity, from, to: [], modSeq: null };
  const modSeq = yield* nextModSeq();
  const { uids: moved } = yield* place(source, from, { ...target, id: to }, { modSeq, nowMs, by });
  const left = noChange();
  for (const [first, last] of uidSetOfSorted(from).ranges) {
    yield* subtractRange(source, first, last, left);
    yield* run(sql`delete from message where mailbox = ${source} and uid between ${first} and ${last}`);
  }
  yield* count(source, left, modSeq);
  yield* logMessages(source, modSeq, "expunged", uidSetOfSorted(from));
  return { uidValidity: target.uidValidity, from, to: moved, modSeq };
}

interface Target {
  readonly uidNext: number;
  readonly uidValidity: UidValidity;
  readonly selectable: number;
}

function* destination(to: MailboxId): Work<Target> {
  const target = yield* maybe<Target>(
    sql`select uid_next as "uidNext", uid_validity as "uidValidity", selectable from mailbox where id = ${to}`,
  );
  if (target === undefined) throw refuse({ kind: "destination-missing" });
  if (target.selectable === 0) throw refuse({ kind: "mailbox-not-selectable" });
  return target;
}

function* present(mailbox: MailboxId, uids: UidSet): Work<Uid[]> {
  const found: Uid[] = [];
  for (const [from, to] of uids.ranges) {
    const rows = yield* all<{ uid: Uid }>(
      sql`select uid from message where mailbox = ${mailbox} and uid between ${from} and ${to} order by uid`,
    );
    for (const { uid } of rows) found.push(uid);
  }
  return found;
}

/** Makes the rows in the target, range by range, and keeps its counters and its log. */
function* place(
  source: MailboxId,
  from: readonly Uid[],
  target: Target & { readonly id: MailboxId },
  change: { readonly modSeq: ModSeq; readonly nowMs: number; readonly by: Reader | undefined },
): Work<{ uids: Uid[]; gained: CounterChange }> {
  if (target.uidNext > uidMax - from.length) throw refuse({ kind: "mailbox-full" });
  const gained = noChange();
  let next = target.uidNext;
  const mask = change.by?.mayChange ?? everyFlag;
  // RFC 4314 4: a flag that the copier may not set in the target is not copied. \Seen is the owner's, see `keepUnseen`.
  const [bits, words] = [mask.bits | seenBit, mask.keywords === "may-change" ? 1 : 0];
  for (const [first, last] of uidSetOfSorted(from).ranges) {
    yield* run(sql`insert into message (mailbox, uid, content, flags, keywords, seen_by, internal_date, save_date, size, mod_seq)
      select ${target.id}, ${next - 1} + row_number() over (order by uid), content, flags & ${bits},
      iif(${words}, keywords, ''), seen_by, internal_date, ${change.nowMs},
      size, ${change.modSeq} from message where mailbox = ${source} and uid between ${first} and ${last}`);
    const taken = noChange();
    yield* subtractRange(target.id, next, uidMax, taken);
    next -= taken.messages;
    gained.messages -= taken.messages;
    gained.unseen -= taken.unseen;
    gained.deleted -= taken.deleted;
    gained.bytes -= taken.bytes;
    gained.deletedBytes -= taken.deletedBytes;
  }
  if (change.by !== undefined) yield* keepUnseen(target, change.by);
  yield* run(sql`update mailbox set uid_next = ${next} where id = ${target.id}`);
  yield* count(target.id, gained, change.modSeq);
  yield* logMessages(target.id, change.modSeq, "created", uidSet([[target.uidNext, next - 1]]));
  return { uids: from.map((_, at) => asUid(target.uidNext + at)), gained };
}

/** What others have seen they have seen in the copy too, but a copier without the right to set \Seen there has not. */
function* keepUnseen({ id, uidNext }: Target & { readonly id: MailboxId }, { number, mayChange }: Reader): Work<void> {
  if ((mayChange.bits & seenBit) !== 0) return;
  const sets = yield* all<{ seenBy: SeenBy }>(sql`select distinct seen_by as "seenBy" from message
    where mailbox = ${id} and uid >= ${uidNext} and seen_by <> ''`);
  for (const { seenBy } of sets)
    yield* run(sql`update message set seen_by = ${withSeen(seenBy, number, "unseen")}
      where mailbox = ${id} and uid >= ${uidNext} and seen_by = ${seenBy}`);
}
