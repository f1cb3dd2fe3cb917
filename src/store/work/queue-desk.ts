// What an administrator sees of the queue and does to it. Each unit of work looks at a bounded number of recipients, so that
// a long queue stops nobody's mail for longer than one of them takes.

import type { AccountId } from "../../model/ids.ts";
import { all, run, sql, type Work } from "../sql.ts";
import type { QueueRoute } from "./queue-insert.ts";

/** A recipient with the letter it waits for. */
export interface DeskRow {
  readonly id: number;
  readonly letter: number;
  readonly name: string;
  readonly sender: string;
  readonly account: AccountId | null;
  readonly size: number;
  readonly queuedAtMs: number;
  readonly releaseRequest: string | null;
  readonly address: string;
  readonly route: QueueRoute;
  readonly attempts: number;
  readonly nextAttemptAtMs: number;
  readonly lastAttemptAtMs: number | null;
  readonly lastReply: string | null;
  readonly held: 0 | 1;
  /** Not attempted before, as its sender has asked; null once it has been. */
  readonly releaseAtMs: number | null;
  readonly leaseUntilMs: number | null;
}

/** Recipients in the order in which they came, from the one after `after` on; or all of one letter. */
export type DeskRange =
  | { readonly kind: "after"; readonly after: number; readonly rowsMax: number }
  | { readonly kind: "letter"; readonly name: string };

export function* deskRows(range: DeskRange): Work<readonly DeskRow[]> {
  if (range.kind === "after") {
    return yield* all<DeskRow>(
      sql`select r.id, r.letter, l.name, l.sender, l.account, l.size, l.queued_at as "queuedAtMs",
          l.release_request as "releaseRequest", r.address, r.route, r.attempts, r.next_attempt_at as "nextAttemptAtMs",
          r.last_attempt_at as "lastAttemptAtMs", r.last_reply as "lastReply", r.held, r.release_at as "releaseAtMs",
          r.lease_until as "leaseUntilMs"
        from queue_recipient r join queue_letter l on l.id = r.letter
        where r.id > ${range.after} order by r.id limit ${range.rowsMax}`,
    );
  }
  return yield* all<DeskRow>(
    sql`select r.id, r.letter, l.name, l.sender, l.account, l.size, l.queued_at as "queuedAtMs",
        l.release_request as "releaseRequest", r.address, r.route, r.attempts, r.next_attempt_at as "nextAttemptAtMs",
        r.last_attempt_at as "lastAttemptAtMs", r.last_reply as "lastReply", r.held, r.release_at as "releaseAtMs",
        r.lease_until as "leaseUntilMs"
      from queue_letter l join queue_recipient r on r.letter = l.id where l.name = ${range.name} order by r.id`,
  );
}

/** "expedite" lifts every hold, the sender's too, and makes it due; "retry" makes due what nothing holds. */
export type DeskChange = "hold" | "release" | "expedite" | "retry";

export interface DeskChanged {
  /** Those looked at that were meant. */
  readonly rows: readonly DeskRow[];
  /** Where to go on; undefined at the end of the queue. */
  readonly next: number | undefined;
}

/** Changes those recipients of a range that are meant. A worker that is on one of them ends its attempt all the same. */
export function* changeRows(
  range: DeskRange,
  { change, nowMs }: { readonly change: DeskChange; readonly nowMs: number },
  meant: (row: DeskRow) => boolean,
): Work<DeskChanged> {
  const seen = yield* deskRows(range);
  const rows = seen.filter(meant);
  for (const { id } of rows) yield* changeOne(id, change, nowMs);
  return { rows, next: range.kind === "after" && seen.length === range.rowsMax ? seen.at(-1)?.id : undefined };
}

function* changeOne(id: number, change: DeskChange, nowMs: number): Work<void> {
  switch (change) {
    case "hold":
      return yield* run(sql`update queue_recipient set held = 1 where id = ${id} and held = 0`);
    case "release":
      return yield* run(sql`update queue_recipient set held = 0 where id = ${id} and held = 1`);
    case "expedite":
      return yield* run(
        sql`update queue_recipient set held = 0, release_at = null, next_attempt_at = ${nowMs} where id = ${id}`,
      );
    case "retry":
      return yield* run(
        sql`update queue_recipient set next_attempt_at = ${nowMs}
          where id = ${id} and held = 0 and release_at is null and next_attempt_at > ${nowMs}`,
      );
  }
}
