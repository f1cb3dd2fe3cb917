// Reads what was computed of messages at delivery, and where their bytes are.

import type { BodyId, ContentId, MailboxId, ThreadId, Uid } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import { all, maybe, sql, type Work } from "../sql.ts";

export interface ContentRow {
  readonly content: ContentId;
  readonly thread: ThreadId;
  readonly size: number;
  readonly sentAtMs: number | null;
  readonly envelope: Uint8Array;
  readonly bodyStructure: Uint8Array;
}

/** In the order of `contents`. Throws data-damaged when one is not there. */
export function* readContents(contents: readonly ContentId[]): Work<ContentRow[]> {
  const rows: ContentRow[] = [];
  for (const [first, last] of runsOf(contents, contentsPerStatementMax)) {
    const run = yield* all<ContentRow>(sql`select id as content, thread, size, sent_at as "sentAtMs", envelope,
      body_structure as "bodyStructure" from content where id between ${first} and ${last} order by id`);
    takeRun(rows, run, first, last);
  }
  return rows;
}

/** What messages are sorted and threaded by. */
export interface OrderRow {
  readonly content: ContentId;
  readonly sentAtMs: number | null;
  readonly messageId: string | null;
  /** Message-IDs, oldest first, separated by spaces. */
  readonly ancestors: string;
  /** RFC 5256 2.1. */
  readonly baseSubject: string;
  /** 1 for a subject with a mark of a reply or a forward. */
  readonly isReply: number;
}

/** In the order of `contents`. Throws data-damaged when one is not there. */
export function* readOrder(contents: readonly ContentId[]): Work<OrderRow[]> {
  const rows: OrderRow[] = [];
  for (const [first, last] of runsOf(contents, contentsPerStatementMax)) {
    const run =
      yield* all<OrderRow>(sql`select id as content, sent_at as "sentAtMs", message_id as "messageId", ancestors,
      base_subject as "baseSubject", is_reply as "isReply" from content where id between ${first} and ${last} order by id`);
    takeRun(rows, run, first, last);
  }
  return rows;
}

function takeRun<Row extends { readonly content: ContentId }>(
  rows: Row[],
  run: readonly Row[],
  first: ContentId,
  last: ContentId,
): void {
  for (let at = 0; at <= last - first; at++) {
    const row = run[at];
    if (row?.content !== first + at)
      throw refuse({ kind: "data-damaged" }, new Error(`content ${first + at} is missing`));
    rows.push(row);
  }
}

export type BodyPlace =
  | { readonly kind: "inline"; readonly bytes: Uint8Array }
  | { readonly kind: "file"; readonly id: BodyId; readonly size: number };

/** Throws data-damaged when the body is not where it must be. */
export function* findBody(content: ContentId): Work<BodyPlace> {
  const inline = yield* maybe<{ bytes: Uint8Array }>(sql`select bytes from body where content = ${content}`);
  if (inline !== undefined) return { kind: "inline", bytes: inline.bytes };
  const row = yield* maybe<{ id: BodyId; size: number }>(
    sql`select body_id as id, size from content where id = ${content} and in_file = 1`,
  );
  if (row === undefined) throw refuse({ kind: "data-damaged" }, new Error(`the body of content ${content} is missing`));
  return { kind: "file", id: row.id, size: row.size };
}

/** The bodies of `contents` that are not in files, until they hold about `bytesMax`. */
export function* readInlineBodies(contents: readonly ContentId[], bytesMax: number): Work<Map<ContentId, Uint8Array>> {
  const bodies = new Map<ContentId, Uint8Array>();
  let bytes = 0;
  for (const [first, last] of runsOf(contents, bodiesPerStatementMax)) {
    if (bytes >= bytesMax) break;
    const rows = yield* all<{ content: ContentId; bytes: Uint8Array }>(
      sql`select content, bytes from body where content between ${first} and ${last}`,
    );
    for (const row of rows) {
      bodies.set(row.content, row.bytes);
      bytes += row.bytes.length;
    }
  }
  return bodies;
}

const contentsPerStatementMax = 100;
/** Bounds by how much more than asked for is read, where the caller does not know the sizes: four megabytes. */
const bodiesPerStatementMax = 32;

/**
 * Consecutive ids as ranges, `lengthMax` long at most, in the order of `contents`. Messages that came one after another
 * have consecutive contents, and a row of a range costs half of what a statement for it alone does.
 */
function* runsOf(contents: readonly ContentId[], lengthMax: number): Generator<readonly [ContentId, ContentId]> {
  let from = 0;
  for (let at = 1; at <= contents.length; at++) {
    const first = contents[from];
    const last = contents[at - 1];
    if (first === undefined || last === undefined) return;
    if (contents[at] === last + 1 && at - from < lengthMax) continue;
    yield [first, last];
    from = at;
  }
}

/** RFC 8514, in the order of `uids`; null for a message that is gone. */
export function* readSaveDates(mailbox: MailboxId, uids: readonly Uid[]): Work<(number | null)[]> {
  const dates: (number | null)[] = [];
  for (const uid of uids) {
    const row = yield* maybe<{ savedAtMs: number }>(
      sql`select save_date as "savedAtMs" from message where mailbox = ${mailbox} and uid = ${uid}`,
    );
    dates.push(row?.savedAtMs ?? null);
  }
  return dates;
}
