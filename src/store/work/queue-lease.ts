// Takes what is due out of the queue for one worker, for a time: a worker that dies leaves its lease to run out.

import type { AccountId } from "../../model/ids.ts";
import { all, maybe, one, run, sql, type Work } from "../sql.ts";
import type { QueueRoute } from "./queue-insert.ts";

export interface LeaseOrder {
  readonly route: QueueRoute;
  /** Unlike that of any other lease. */
  readonly lease: string;
  readonly nowMs: number;
  readonly untilMs: number;
  /** No attempt was ever put off beyond this: one that seems to be waits for a clock that has been set back. */
  readonly latestMs: number;
  readonly recipientsMax: number;
}

export interface LeasedRecipient {
  readonly id: number;
  readonly address: string;
  readonly notify: string | null;
  readonly original: string | null;
  readonly attempts: number;
  readonly lateReported: 0 | 1;
}

export interface LeasedLetter {
  readonly id: number;
  readonly name: string;
  readonly sender: string;
  readonly account: AccountId | null;
  readonly returned: "FULL" | "HDRS" | null;
  readonly envelopeId: string | null;
  readonly international: 0 | 1;
  readonly size: number;
  readonly bytes: Uint8Array | null;
  readonly queuedAtMs: number;
  readonly recipients: readonly LeasedRecipient[];
}

/** The letter that is due the longest, with those of its recipients that are due; undefined when none is. */
export function* leaseDue(order: LeaseOrder): Work<LeasedLetter | undefined> {
  const { route, lease, nowMs, untilMs, latestMs, recipientsMax } = order;
  const due = yield* maybe<{ letter: number }>(
    sql`select letter from queue_recipient
      where route = ${route} and (next_attempt_at <= ${nowMs} or next_attempt_at > ${latestMs})
        and (lease_until is null or lease_until <= ${nowMs})
      order by next_attempt_at, id limit 1`,
  );
  if (due === undefined) return undefined;
  const recipients = yield* all<LeasedRecipient>(
    sql`select id, address, notify, original, attempts, late_reported as "lateReported" from queue_recipient
      where letter = ${due.letter} and route = ${route} and (next_attempt_at <= ${nowMs} or next_attempt_at > ${latestMs})
        and (lease_until is null or lease_until <= ${nowMs})
      order by id limit ${recipientsMax}`,
  );
  for (const { id } of recipients) {
    yield* run(sql`update queue_recipient set lease = ${lease}, lease_until = ${untilMs} where id = ${id}`);
  }
  const letter = yield* one<Omit<LeasedLetter, "recipients">>(
    sql`select id, name, sender, account, returned, envelope_id as "envelopeId", international, size, bytes,
      queued_at as "queuedAtMs" from queue_letter where id = ${due.letter}`,
  );
  return { ...letter, recipients };
}

/** When the next attempt that nobody is on falls due; undefined when none waits. */
export function* nextAttemptAtMs(route: QueueRoute): Work<number | undefined> {
  const row = yield* one<{ at: number | null }>(
    sql`select min(case when lease_until > next_attempt_at then lease_until else next_attempt_at end) as at
      from queue_recipient where route = ${route}`,
  );
  return row.at ?? undefined;
}

/** Ends every lease: for the start of the one process that has the queue. */
export function* releaseLeases(): Work<void> {
  yield* run(sql`update queue_recipient set lease = null, lease_until = null where lease is not null`);
}
