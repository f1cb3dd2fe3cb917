// Changes flags (RFC 9051 6.4.6), unless a message changed since (RFC 7162 3.1.3).

import { changeFlags, type FlagChange, type FlagSet, sameFlags } from "../../model/flags.ts";
import { asModSeq, type MailboxId, type ModSeq, type Uid } from "../../model/ids.ts";
import { flagsFor, masked, type Reader, type SeenBy, withSeen } from "../../model/readers.ts";
import { uidSetOfSorted } from "../../model/uid-set.ts";
import { logMessages, nextModSeq } from "../change-log.ts";
import { maybe, run, sql, type Work } from "../sql.ts";
import type { Delta } from "./catch-up.ts";
import { count, deletedBit, flagsOfRow, keywordsAsText, type MessageRow, noChange, seenBit } from "./message-rows.ts";

export interface FlagsOrder {
  readonly mailbox: MailboxId;
  /** Ascending. */
  readonly uids: readonly Uid[];
  readonly change: FlagChange;
  readonly flags: FlagSet;
  readonly unchangedSince: ModSeq | undefined;
  /** Who does it, if not the owner. */
  readonly by?: Reader;
}

export interface FlagsStored {
  readonly stored: Uid[];
  readonly changed: Uid[];
  /** The modSeq that each of `changed` had before. */
  readonly had: ModSeq[];
  readonly modified: Uid[];
  readonly modSeq: ModSeq | null;
  /** The newest modSeq that a message was found with; 0 when none was found. */
  readonly found: ModSeq;
  readonly delta: Delta | null;
}

export function* storeFlags(order: FlagsOrder): Work<FlagsStored> {
  const stored: Uid[] = [];
  const modified: Uid[] = [];
  const toWrite: { row: MessageRow; flags: FlagSet; seenBy: SeenBy }[] = [];
  const counters = noChange();
  let found: ModSeq = asModSeq(0);
  for (const uid of order.uids) {
    const row =
      yield* maybe<MessageRow>(sql`select uid, content, flags, keywords, seen_by as "seenBy", internal_date as "internalDateMs", size,
      mod_seq as "modSeq" from message where mailbox = ${order.mailbox} and uid = ${uid}`);
    if (row === undefined) continue;
    if (row.modSeq > found) found = row.modSeq;
    if (order.unchangedSince !== undefined && row.modSeq > order.unchangedSince) {
      modified.push(uid);
      continue;
    }
    stored.push(uid);
    const before = flagsOfRow(row);
    const { flags: after, seenBy } = changed(before, row.seenBy, order);
    if (seenBy === row.seenBy && sameFlags(before, after)) continue;
    counters.unseen += (before.bits & seenBit) - (after.bits & seenBit);
    const deleted = ((after.bits & deletedBit) - (before.bits & deletedBit)) / deletedBit;
    counters.deleted += deleted;
    counters.deletedBytes += deleted * row.size;
    toWrite.push({ row, flags: after, seenBy });
  }
  if (toWrite.length === 0) return { stored, changed: [], had: [], modified, modSeq: null, found, delta: null };
  const modSeq = yield* nextModSeq();
  const rows: MessageRow[] = [];
  for (const { row, flags, seenBy } of toWrite) {
    const keywords = keywordsAsText(flags);
    yield* run(sql`update message set flags = ${flags.bits}, keywords = ${keywords}, mod_seq = ${modSeq}
      where mailbox = ${order.mailbox} and uid = ${row.uid}`);
    if (seenBy !== row.seenBy)
      yield* run(sql`update message set seen_by = ${seenBy} where mailbox = ${order.mailbox} and uid = ${row.uid}`);
    rows.push({ ...row, flags: flags.bits, keywords, seenBy, modSeq });
  }
  const uids = rows.map(({ uid }) => uid);
  const had = toWrite.map(({ row }) => row.modSeq);
  const after = yield* count(order.mailbox, counters, modSeq);
  yield* logMessages(order.mailbox, modSeq, "flags", uidSetOfSorted(uids));
  return { stored, changed: uids, had, modified, modSeq, found, delta: { after, modSeq, rows, expunged: [] } };
}

/** Of somebody else than the owner, \Seen is his own (RFC 4314 4 leaves it to the server), and not every flag is his to change. */
function changed(
  before: FlagSet,
  seenBy: SeenBy,
  { change, flags, by }: FlagsOrder,
): { readonly flags: FlagSet; readonly seenBy: SeenBy } {
  if (by === undefined) return { flags: changeFlags(before, change, flags), seenBy };
  const own = flagsFor(by.number, before, seenBy);
  const after = masked(own, changeFlags(own, change, flags), by.mayChange);
  const seen = (after.bits & seenBit) !== 0;
  return {
    flags: { bits: (after.bits & ~seenBit) | (before.bits & seenBit), keywords: after.keywords },
    seenBy: seen === ((own.bits & seenBit) !== 0) ? seenBy : withSeen(seenBy, by.number, seen ? "seen" : "unseen"),
  };
}
