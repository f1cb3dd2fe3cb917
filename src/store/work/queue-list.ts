// What is in the queue, for people, metrics and the sweep of its files.

import type { AccountId } from "../../model/ids.ts";
import { all, maybe, one, sql, type Work } from "../sql.ts";
import type { QueueRoute } from "./queue-insert.ts";

export interface WaitingRow {
  readonly name: string;
  readonly sender: string;
  readonly account: AccountId | null;
  readonly size: number;
  readonly queuedAtMs: number;
  readonly address: string;
  readonly route: QueueRoute;
  readonly attempts: number;
  readonly nextAttemptAtMs: number;
  readonly lastReply: string | null;
}

/** The recipients that have waited longest. */
export function* listWaiting(recipientsMax: number): Work<readonly WaitingRow[]> {
  return yield* all<WaitingRow>(
    sql`select l.name, l.sender, l.account, l.size, l.queued_at as "queuedAtMs", r.address, r.route, r.attempts,
        r.next_attempt_at as "nextAttemptAtMs", r.last_reply as "lastReply"
      from queue_recipient r join queue_letter l on l.id = r.letter order by r.id limit ${recipientsMax}`,
  );
}

export function* countWaiting(): Work<number> {
  const { waiting } = yield* one<{ waiting: number }>(sql`select count(*) as waiting from queue_recipient`);
  return waiting;
}

/** Where a letter is; its bytes are null when it is in its file. */
export function* keptLetter(name: string): Work<{ readonly bytes: Uint8Array | null } | undefined> {
  return yield* maybe<{ bytes: Uint8Array | null }>(sql`select bytes from queue_letter where name = ${name}`);
}

/** The names of the letters that are in files. */
export function* fileNames(): Work<readonly string[]> {
  const rows = yield* all<{ name: string }>(sql`select name from queue_letter where bytes is null`);
  return rows.map(({ name }) => name);
}
