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
  readonly releaseAtMs: number | null;
  readonly releaseRequest: string | null;
  readonly recipients: readonly LeasedRecipient[];
}

/** The letter that is due the longest, with those of its recipients that are due; undefined when none is. */
export function* leaseDue(order: LeaseOrder): Work<LeasedLetter | undefined> {
  const { route, lease, nowMs, untilMs, latestMs, recipientsMax } = order;
  const letter = yield* longestDue(order);
  if (letter === undefined) return undefined;
  const recipients = yield* all<LeasedRecipient>(
    sql`select id, address, notify, original, attempts, late_reported as "lateReported" from queue_recipient
      where letter = ${letter} and route = ${route} and held = 0
        and (coalesce(release_at, next_attempt_at) <= ${nowMs} or next_attempt_at > ${latestMs} and release_at is null)
        and (lease_until is null or lease_until <= ${nowMs})
      order by id limit ${recipientsMax}`,
  );
  return yield* taken(letter, recipients, { lease, untilMs });
}

/** Those recipients of a letter that nobody is on, due or not, for what an administrator wants of them. */
export function* leaseIdle(
  letter: number,
  of: readonly number[],
  { lease, nowMs, untilMs }: Pick<LeaseOrder, "lease" | "nowMs" | "untilMs">,
): Work<LeasedLetter | undefined> {
  const wanted = new Set(of);
  const idle = yield* all<LeasedRecipient>(
    sql`select id, address, notify, original, attempts, late_reported as "lateReported" from queue_recipient
      where letter = ${letter} and (lease_until is null or lease_until <= ${nowMs}) order by id`,
  );
  const recipients = idle.filter(({ id }) => wanted.has(id));
  return recipients.length === 0 ? undefined : yield* taken(letter, recipients, { lease, untilMs });
}

function* taken(
  letter: number,
  recipients: readonly LeasedRecipient[],
  { lease, untilMs }: Pick<LeaseOrder, "lease" | "untilMs">,
): Work<LeasedLetter> {
  for (const { id } of recipients) {
    yield* run(sql`update queue_recipient set lease = ${lease}, lease_until = ${untilMs} where id = ${id}`);
  }
  const row = yield* one<Omit<LeasedLetter, "recipients">>(
    sql`select id, name, sender, account, returned, envelope_id as "envelopeId", international, size, bytes,
      queued_at as "queuedAtMs", release_at as "releaseAtMs", release_request as "releaseRequest"
      from queue_letter where id = ${letter}`,
  );
  return { ...row, recipients };
}

interface Due {
  readonly letter: number;
  readonly at: number;
}

// Each of the three looks at the beginning of an index only, however much waits.
function* longestDue({ route, nowMs, latestMs }: LeaseOrder): Work<number | undefined> {
  const due = yield* maybe<Due>(
    sql`select letter, next_attempt_at as at from queue_recipient
      where route = ${route} and held = 0 and release_at is null and next_attempt_at <= ${nowMs}
        and (lease_until is null or lease_until <= ${nowMs})
      order by next_attempt_at limit 1`,
  );
  const released = yield* maybe<Due>(
    sql`select letter, release_at as at from queue_recipient
      where route = ${route} and held = 0 and release_at is not null and release_at <= ${nowMs}
        and (lease_until is null or lease_until <= ${nowMs})
      order by release_at limit 1`,
  );
  if (due !== undefined && released !== undefined) return (due.at <= released.at ? due : released).letter;
  if (due !== undefined || released !== undefined) return (due ?? released)?.letter;
  const adrift = yield* maybe<Due>(
    sql`select letter, next_attempt_at as at from queue_recipient
      where route = ${route} and held = 0 and release_at is null and next_attempt_at > ${latestMs}
        and (lease_until is null or lease_until <= ${nowMs})
      order by next_attempt_at desc limit 1`,
  );
  return adrift?.letter;
}

/** When the next attempt that nobody is on falls due; undefined when none waits. */
export function* nextAttemptAtMs(route: QueueRoute): Work<number | undefined> {
  const due = yield* maybe<{ at: number }>(
    sql`select next_attempt_at as at from queue_recipient
      where route = ${route} and held = 0 and release_at is null and lease is null
      order by next_attempt_at limit 1`,
  );
  const released = yield* maybe<{ at: number }>(
    sql`select release_at as at from queue_recipient
      where route = ${route} and held = 0 and release_at is not null and lease is null
      order by release_at limit 1`,
  );
  if (due === undefined || released === undefined) return (due ?? released)?.at;
  return Math.min(due.at, released.at);
}

/** Ends every lease: for the start of the one process that has the queue. */
export function* releaseLeases(): Work<void> {
  yield* run(sql`update queue_recipient set lease = null, lease_until = null where lease is not null`);
}
