// An account's invariants as queries: what must hold after any crash. Each finding is a sentence for the administrator.

import { createHash, hash } from "node:crypto";
import type { BodyId, ContentId, MailboxId } from "../model/ids.ts";
import { parseRights } from "../model/rights.ts";
import { parseFormattedUidSet } from "../model/uid-set.ts";
import { all, one, type Row, sql, type Work } from "./sql.ts";
import type { AccountStore } from "./store.ts";

/** How many bodies are hashed between two turns of the event loop. */
const bodiesPerTurn = 20;

/** What is wrong with an account; empty when nothing is. `progress` hears the share done, 0 to 1. */
export async function auditAccount(store: AccountStore, progress: (share: number) => void): Promise<string[]> {
  const findings = [
    ...(await store.read(auditRows)),
    ...(await store.read(auditMetadata)),
    ...(await store.read(auditSharing)),
  ];
  for (const mailbox of await store.read(mailboxIds)) findings.push(...(await store.read(() => auditMailbox(mailbox))));
  findings.push(...(await auditBodies(store, progress)));
  findings.push(...(await store.textIndex.audit()));
  return findings;
}

function* mailboxIds(): Work<MailboxId[]> {
  return (yield* all<{ id: MailboxId }>(sql`select id from mailbox`)).map((row) => row.id);
}

/** Invariants that one query each can show broken; each query gives the offending rows. */
function* auditRows(): Work<string[]> {
  const findings: string[] = [];
  const say = (rows: readonly Row[], sentence: string): void => {
    for (const row of rows.slice(0, 10)) findings.push(fill(sentence, row));
    if (rows.length > 10) findings.push(`... and ${rows.length - 10} more of the same kind`);
  };
  say(
    yield* all<Row>(sql`select b.id, b.name, b.messages, b.unseen, b.deleted, b.bytes, b.deleted_bytes, count(m.uid) as n,
      coalesce(sum(1 - (m.flags & 1)), 0) as n_unseen, coalesce(sum((m.flags & 8) / 8), 0) as n_deleted, coalesce(sum(m.size), 0) as n_bytes,
      coalesce(sum(m.size * ((m.flags & 8) / 8)), 0) as n_deleted_bytes
      from mailbox b left join message m on m.mailbox = b.id group by b.id
      having b.messages <> count(m.uid) or b.unseen <> n_unseen or b.deleted <> n_deleted or b.bytes <> n_bytes
      or b.deleted_bytes <> n_deleted_bytes`),
    "Mailbox {name}: counters say {messages} messages, {unseen} unseen, {deleted} deleted, {bytes} bytes, {deleted_bytes} bytes deleted; a recount gives {n}, {n_unseen}, {n_deleted}, {n_bytes}, {n_deleted_bytes}",
  );
  say(
    yield* all<Row>(sql`select a.messages, a.bytes, m.n, m.n_bytes from account a,
      (select count(*) as n, coalesce(sum(size), 0) as n_bytes from message) m
      where a.messages <> m.n or a.bytes <> m.n_bytes`),
    "The account's sums say {messages} messages, {bytes} bytes; a recount gives {n}, {n_bytes}",
  );
  say(
    yield* all<Row>(
      sql`select b.name, m.uid from message m join mailbox b on b.id = m.mailbox where m.uid >= b.uid_next`,
    ),
    "Mailbox {name}: message {uid} is not below UIDNEXT",
  );
  say(
    yield* all<Row>(
      sql`select m.mailbox, m.uid from message m left join mailbox b on b.id = m.mailbox where b.id is null`,
    ),
    "Message {uid} is in mailbox {mailbox}, which does not exist",
  );
  say(
    yield* all<Row>(
      sql`select m.mailbox, m.uid from message m join tombstone t on t.mailbox = m.mailbox and t.uid = m.uid`,
    ),
    "Message {uid} of mailbox {mailbox} is both there and expunged",
  );
  say(
    yield* all<Row>(sql`select c.id, c.refs, (select count(*) from message where content = c.id) +
      (select count(*) from tombstone where content = c.id) as n from content c
      where refs <> (select count(*) from message where content = c.id) + (select count(*) from tombstone where content = c.id)`),
    "Content {id}: {refs} references are counted, {n} are there",
  );
  say(
    yield* all<Row>(sql`select r.content from (select content from message union select content from tombstone) r
      left join content c on c.id = r.content where c.id is null`),
    "Content {content} is referred to and missing",
  );
  say(
    yield* all<Row>(
      sql`select c.id from content c left join body b on b.content = c.id where (c.in_file = 0) <> (b.content is not null)`,
    ),
    "Content {id}: its body is not where its row says",
  );
  say(
    yield* all<Row>(sql`select b.name, b.highest_mod_seq, b.mod_seq, a.mod_seq as top from mailbox b, account a
      where b.highest_mod_seq > a.mod_seq or b.mod_seq > a.mod_seq or b.uid_validity > a.uid_validity`),
    "Mailbox {name}: its modSeq or UIDVALIDITY is above the account's counter {top}",
  );
  say(
    yield* all<Row>(
      sql`select b.name, m.uid from message m join mailbox b on b.id = m.mailbox where m.mod_seq > b.highest_mod_seq`,
    ),
    "Mailbox {name}: message {uid} has a modSeq above HIGHESTMODSEQ",
  );
  return findings;
}

function* auditMetadata(): Work<string[]> {
  const rows = yield* all<Row>(sql`select m.mailbox, m.name from metadata m left join mailbox b on b.id = m.mailbox
    where m.mailbox <> 0 and b.id is null limit 10`);
  return rows.map((row) => fill("Metadata {name} is of mailbox {mailbox}, which does not exist", row));
}

/** Lists of rights are of mailboxes that are there and say something; who has seen a message is known. */
function* auditSharing(): Work<string[]> {
  const findings: string[] = [];
  const lost = yield* all<Row>(sql`select a.mailbox, a.identifier from acl a left join mailbox b on b.id = a.mailbox
    where b.id is null limit 10`);
  for (const row of lost)
    findings.push(fill("Rights of {identifier} are to mailbox {mailbox}, which does not exist", row));
  for (const row of yield* all<Row>(sql`select mailbox, identifier, rights from acl`)) {
    const rights = String(row["rights"]);
    const known = parseRights(rights);
    const subject = /^-?(?:anyone|[0-9a-f]{16})$/.test(String(row["identifier"]));
    if (rights === "" || known !== rights || !subject)
      findings.push(fill('Mailbox {mailbox}: the rights "{rights}" of {identifier} cannot be', row));
  }
  const { top } = yield* one<{ top: number }>(sql`select coalesce(max(number), 0) as top from reader`);
  for (const row of yield* all<Row>(
    sql`select mailbox, seen_by, min(uid) as uid from message where seen_by <> '' group by mailbox, seen_by`,
  )) {
    const numbers = String(row["seen_by"]).split(" ").map(Number);
    const inOrder = numbers.every((number, at) => number > (numbers[at - 1] ?? 0) && number <= top);
    if (!inOrder)
      findings.push(fill('Mailbox {mailbox}: message {uid} has been seen by "{seen_by}", who are not known', row));
  }
  return findings;
}

/** `{name}` in a sentence is the row's column of that name. */
function fill(sentence: string, row: Row): string {
  return sentence.replace(/\{(\w+)\}/g, (_, column: string) => String(row[column]));
}

/** The log replayed gives the present state: who was created and not expunged is there, with the modSeq of its last change. */
function* auditMailbox(mailbox: MailboxId): Work<string[]> {
  const findings: string[] = [];
  const { name, logFrom } = yield* one<{ name: string; logFrom: number }>(
    sql`select name, log_from as "logFrom" from mailbox where id = ${mailbox}`,
  );
  const last = new Map<number, number>();
  const log = yield* all<{ modSeq: number; kind: string; uids: string }>(
    sql`select mod_seq as "modSeq", kind, uids from change where mailbox = ${mailbox} order by mod_seq, kind`,
  );
  for (const change of log) {
    if (change.uids === "") continue;
    for (const [from, to] of parseFormattedUidSet(change.uids).ranges)
      for (let uid = from; uid <= to; uid++) {
        if (change.kind === "expunged") last.delete(uid);
        else if (change.kind === "created" || last.has(uid) || logFrom > 0) last.set(uid, change.modSeq);
      }
  }
  const rows = yield* all<{ uid: number; modSeq: number }>(
    sql`select uid, mod_seq as "modSeq" from message where mailbox = ${mailbox}`,
  );
  for (const { uid, modSeq } of rows) {
    const logged = last.get(uid);
    last.delete(uid);
    if (logged !== modSeq && modSeq > logFrom)
      findings.push(
        `Mailbox ${name}: message ${uid} has modSeq ${modSeq}, the log says ${logged ?? "it is not there"}`,
      );
  }
  for (const uid of last.keys())
    findings.push(`Mailbox ${name}: the log says that message ${uid} is there, and it is not`);
  return findings.length <= 10
    ? findings
    : [...findings.slice(0, 10), `... and ${findings.length - 10} more in ${name}`];
}

interface BodyRow {
  readonly id: ContentId;
  readonly bodyId: BodyId;
  readonly size: number;
  readonly bytes: Uint8Array | null;
}

async function auditBodies(store: AccountStore, progress: (share: number) => void): Promise<string[]> {
  const findings: string[] = [];
  const { top } = await store.read(() => one<{ top: number }>(sql`select coalesce(max(id), 0) as top from content`));
  let after = 0;
  for (;;) {
    const from = after;
    const rows = await store.read(() =>
      all<BodyRow>(sql`select c.id, c.body_id as "bodyId", c.size, b.bytes from content c left join body b on b.content = c.id
        where c.id > ${from} order by c.id limit ${bodiesPerTurn}`),
    );
    if (rows.length === 0) break;
    for (const row of rows) {
      const fault =
        row.bytes === null ? await auditFile(store, row) : faultOf(row, hash("sha256", row.bytes), row.bytes.length);
      if (fault !== null) findings.push(fault);
      after = row.id;
    }
    progress(after / top);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return findings;
}

async function auditFile(store: AccountStore, row: BodyRow): Promise<string | null> {
  const sum = createHash("sha256");
  let size = 0;
  try {
    for await (const chunk of store.fileBody(row.bodyId, row.size).chunks(0, row.size)) {
      sum.update(chunk);
      size += chunk.length;
    }
  } catch {
    return `Content ${row.id}: its body file is missing or shorter than ${row.size} bytes`;
  }
  return faultOf(row, sum.digest("hex"), size);
}

function faultOf(row: BodyRow, sum: string, size: number): string | null {
  if (size !== row.size) return `Content ${row.id}: its body has ${size} bytes, not ${row.size}`;
  return sum === row.bodyId ? null : `Content ${row.id}: its body does not hash to its id`;
}
