// Reads what was computed of messages at delivery, and where their bytes are.

import type { BodyId, ContentId, MailboxId, ThreadId, Uid } from "../../model/ids.ts";
import { refuse } from "../../model/problem.ts";
import { maybe, sql, type Work } from "../sql.ts";

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
  for (const content of contents) {
    const row = yield* maybe<ContentRow>(sql`select id as content, thread, size, sent_at as "sentAtMs", envelope,
      body_structure as "bodyStructure" from content where id = ${content}`);
    if (row === undefined) throw refuse({ kind: "data-damaged" }, new Error(`content ${content} is missing`));
    rows.push(row);
  }
  return rows;
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

/** The bodies of `contents` that are not in files, in that order, until they hold `bytesMax`; the first in any case. */
export function* readInlineBodies(contents: readonly ContentId[], bytesMax: number): Work<Map<ContentId, Uint8Array>> {
  const bodies = new Map<ContentId, Uint8Array>();
  let bytes = 0;
  for (const content of contents) {
    if (bytes >= bytesMax) break;
    const row = yield* maybe<{ bytes: Uint8Array }>(sql`select bytes from body where content = ${content}`);
    if (row === undefined) continue;
    bodies.set(content, row.bytes);
    bytes += row.bytes.length;
  }
  return bodies;
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
