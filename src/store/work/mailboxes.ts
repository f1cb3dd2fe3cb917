// Units of work on mailboxes themselves: list, create, rename, delete, subscribe (RFC 9051 6.3.4 to 6.3.8).

import { mailboxesMax } from "../../base/limits.ts";
import type { MailboxId, ModSeq, UidValidity } from "../../model/ids.ts";
import type { Mailbox, MailboxRole } from "../../model/mailbox.ts";
import { hierarchySeparator, type MailboxName, parentName } from "../../model/mailbox-name.ts";
import { refuse } from "../../model/problem.ts";
import type { QuotaAmounts } from "../../model/quota.ts";
import { allRights } from "../../model/rights.ts";
import { logMailbox, logMessages, nextModSeq } from "../change-log.ts";
import { all, given, maybe, one, type Row, run, sql, type Work } from "../sql.ts";
import { dropAcl, inheritAcl } from "./acl.ts";
import { buryAll } from "./expunge.ts";
import { dropMetadata } from "./metadata.ts";
import { judgeMailboxes } from "./quota.ts";

/** A mailbox row and what only \Recent needs. */
export interface MailboxRow extends Mailbox {
  readonly recentUid: number;
}

/** All mailboxes, by name. */
export function* listMailboxes(): Work<MailboxRow[]> {
  const rows = yield* all<Row>(sql`select * from mailbox order by name`);
  return rows.map(asMailbox);
}

/** Those of `ids` that are there. */
export function* readMailboxes(ids: Iterable<MailboxId>): Work<MailboxRow[]> {
  const rows: MailboxRow[] = [];
  for (const id of ids) {
    const row = yield* maybe<Row>(sql`select * from mailbox where id = ${id}`);
    if (row !== undefined) rows.push(asMailbox(row));
  }
  return rows;
}

function asMailbox(row: Row): MailboxRow {
  return {
    id: given(row["id"] ?? 0),
    name: given(row["name"] ?? ""),
    role: given(row["role"] ?? null),
    uidValidity: given(row["uid_validity"] ?? 0),
    uidNext: given(row["uid_next"] ?? 0),
    recentUid: given(row["recent_uid"] ?? 0),
    highestModSeq: given(row["highest_mod_seq"] ?? 0),
    modSeq: given(row["mod_seq"] ?? 0),
    subscribed: row["subscribed"] === 1,
    selectable: row["selectable"] === 1,
    messages: given(row["messages"] ?? 0),
    unseen: given(row["unseen"] ?? 0),
    deleted: given(row["deleted"] ?? 0),
    bytes: given(row["bytes"] ?? 0),
    deletedBytes: given(row["deleted_bytes"] ?? 0),
    owner: null,
    rights: allRights,
  };
}

export interface NewMailbox {
  readonly name: MailboxName;
  readonly role: MailboxRole | null;
  readonly subscribed: boolean;
  /** Whose access control list it begins with; its parent's if absent. */
  readonly aclOf?: MailboxId;
}

/** Makes one mailbox, or brings back a deleted name that still had children. Throws mailbox-exists, role-taken, too-many-mailboxes. */
export function* createMailbox(wanted: NewMailbox, modSeq: ModSeq, nowMs: number): Work<MailboxId> {
  const existing = yield* maybe<{ id: MailboxId; selectable: number; subscribed: number }>(
    sql`select id, selectable, subscribed from mailbox where name = ${wanted.name}`,
  );
  if (existing?.selectable === 1) throw refuse({ kind: "mailbox-exists" });
  if (wanted.role !== null && (yield* maybe(sql`select id from mailbox where role = ${wanted.role}`)) !== undefined)
    throw refuse({ kind: "role-taken" });
  const { count } = yield* one<{ count: number }>(sql`select count(*) as count from mailbox`);
  if (count >= mailboxesMax) throw refuse({ kind: "too-many-mailboxes" });
  const uidValidity = yield* nextUidValidity(nowMs);
  const subscribed = (yield* takeSubscription(wanted.name)) || existing?.subscribed === 1 || wanted.subscribed ? 1 : 0;
  // It comes back as a new mailbox: UIDs begin again, and the tombstones of the old one keep their place.
  if (existing !== undefined) yield* dropMailbox(existing.id, modSeq);
  const { id } = yield* one<{ id: MailboxId }>(sql`insert into mailbox (name, role, uid_validity, uid_next, recent_uid,
    highest_mod_seq, mod_seq, subscribed, selectable, messages, unseen, deleted, bytes,
    deleted_bytes)
    values (${wanted.name}, ${wanted.role}, ${uidValidity}, 1, 1, ${modSeq}, ${modSeq}, ${subscribed}, 1, 0, 0, 0, 0, 0) returning id`);
  const heir = wanted.aclOf ?? (yield* parentOf(wanted.name));
  if (heir !== undefined) yield* inheritAcl(id, heir);
  yield* logMailbox(id, modSeq, "mailbox-created");
  return id;
}

function* parentOf(name: MailboxName): Work<MailboxId | undefined> {
  const parent = parentName(name);
  if (parent === undefined) return undefined;
  return (yield* maybe<{ id: MailboxId }>(sql`select id from mailbox where name = ${parent}`))?.id;
}

// RFC 9051 2.3.1.1: a new mailbox of an old name must have a larger UIDVALIDITY; the time helps a restored account too.
function* nextUidValidity(nowMs: number): Work<UidValidity> {
  const { uidValidity } = yield* one<{ uidValidity: UidValidity }>(
    sql`update account set uid_validity = max(uid_validity + 1, ${Math.floor(nowMs / 1000)}) where id = 1
      returning uid_validity as "uidValidity"`,
  );
  return uidValidity;
}

function* takeSubscription(name: MailboxName): Work<boolean> {
  const kept = yield* maybe(sql`delete from subscription where name = ${name} returning name`);
  return kept !== undefined;
}

/** Makes several mailboxes with one modSeq; all or none. `quota` is for accounts without limits of their own. Throws over-quota. */
export function* createMailboxes(
  wanted: readonly NewMailbox[],
  nowMs: number,
  quota: QuotaAmounts,
): Work<{ ids: MailboxId[]; modSeq: ModSeq }> {
  const modSeq = yield* nextModSeq();
  const ids: MailboxId[] = [];
  for (const mailbox of wanted) ids.push(yield* createMailbox(mailbox, modSeq, nowMs));
  yield* judgeMailboxes(quota);
  return { ids, modSeq };
}

/** Renames a mailbox and all below it. The caller has made sure that the new parents exist. Throws mailbox-missing, mailbox-exists. */
export function* renameMailbox(
  id: MailboxId,
  from: MailboxName,
  to: MailboxName,
): Work<{ ids: MailboxId[]; modSeq: ModSeq }> {
  const modSeq = yield* nextModSeq();
  const rows = yield* all<{ id: MailboxId; name: string }>(sql`select id, name from mailbox order by name`);
  // Somebody else may have been faster.
  if (!rows.some((row) => row.id === id && row.name === from)) throw refuse({ kind: "mailbox-missing" });
  const moves = (name: string): boolean => name === from || name.startsWith(from + hierarchySeparator);
  // Parents come first, so that what is below a name can take the name itself.
  const moved = rows.filter(({ name }) => moves(name));
  const kept = new Set(rows.filter(({ name }) => !moves(name)).map(({ name }) => name));
  if (kept.has(to) || moved.some(({ name }) => kept.has(to + name.slice(from.length))))
    throw refuse({ kind: "mailbox-exists" });
  for (const row of moved) {
    yield* run(
      sql`update mailbox set name = ${to + row.name.slice(from.length)}, mod_seq = ${modSeq} where id = ${row.id}`,
    );
    yield* logMailbox(row.id, modSeq, "mailbox-changed");
  }
  return { ids: moved.map((row) => row.id), modSeq };
}

/** Deletes a mailbox; its messages become recoverable tombstones. A name with children stays, not selectable. Throws mailbox-missing. */
export function* deleteMailbox(id: MailboxId, name: MailboxName, nowMs: number): Work<{ modSeq: ModSeq }> {
  // Somebody else may have been faster.
  if ((yield* maybe(sql`select id from mailbox where id = ${id}`)) === undefined)
    throw refuse({ kind: "mailbox-missing" });
  const modSeq = yield* nextModSeq();
  const gone = yield* buryAll(id, modSeq, nowMs);
  const rows = yield* all<{ name: string }>(sql`select name from mailbox`);
  const hasChildren = rows.some((row) => row.name.startsWith(name + hierarchySeparator));
  if (hasChildren) {
    yield* run(sql`update mailbox set selectable = 0, role = null, messages = 0, unseen = 0, deleted = 0,
      bytes = 0, deleted_bytes = 0, mod_seq = ${modSeq}, highest_mod_seq = ${modSeq} where id = ${id}`);
    if (gone.ranges.length > 0) yield* logMessages(id, modSeq, "expunged", gone);
    yield* dropMetadata(id);
    yield* dropAcl(id);
    yield* logMailbox(id, modSeq, "mailbox-changed");
  } else {
    // RFC 9051 6.3.7: the server "MUST NOT unilaterally remove an existing mailbox name from the subscription list even
    // if a mailbox by that name no longer exists".
    const left = yield* maybe<{ subscribed: number }>(sql`select subscribed from mailbox where id = ${id}`);
    if (left?.subscribed === 1) yield* keepSubscription(name);
    yield* dropMailbox(id, modSeq);
  }
  return { modSeq };
}

function* dropMailbox(id: MailboxId, modSeq: ModSeq): Work<void> {
  yield* run(sql`delete from mailbox where id = ${id}`);
  yield* dropMetadata(id);
  yield* dropAcl(id);
  yield* run(sql`delete from change where mailbox = ${id}`);
  yield* logMailbox(id, modSeq, "mailbox-deleted");
}

/** Sets whether an existing mailbox is subscribed. */
export function* subscribeMailbox(id: MailboxId, subscribed: "subscribed" | "unsubscribed"): Work<{ modSeq: ModSeq }> {
  const modSeq = yield* nextModSeq();
  yield* run(
    sql`update mailbox set subscribed = ${subscribed === "subscribed" ? 1 : 0}, mod_seq = ${modSeq} where id = ${id}`,
  );
  yield* logMailbox(id, modSeq, "mailbox-changed");
  return { modSeq };
}

/** RFC 9051 6.3.7: a name stays subscribed although no mailbox has it. */
export function* keepSubscription(name: MailboxName): Work<void> {
  const { count } = yield* one<{ count: number }>(sql`select count(*) as count from subscription`);
  if (count >= mailboxesMax) throw refuse({ kind: "too-many-mailboxes" });
  yield* run(sql`insert into subscription (name) values (${name}) on conflict do nothing`);
}

export function* dropSubscription(name: MailboxName): Work<void> {
  yield* run(sql`delete from subscription where name = ${name}`);
}

/** Subscribed names without a mailbox. */
export function* orphanSubscriptions(): Work<MailboxName[]> {
  const rows = yield* all<{ name: MailboxName }>(sql`select name from subscription order by name`);
  return rows.map((row) => row.name);
}

/** Messages from `uid` on are \Recent for the next session that opens the mailbox. */
export function* setRecent(id: MailboxId, uid: number): Work<void> {
  yield* run(sql`update mailbox set recent_uid = ${uid} where id = ${id} and recent_uid < ${uid}`);
}
