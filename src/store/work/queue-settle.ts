// Records what became of an attempt: in one transaction with the reports that follow from it, so that a recipient is
// never forgotten and never reported twice.

import { maybe, one, run, sql, type Work } from "../sql.ts";
import { insertQueued, type QueueLetterRow, type QueueRecipientRow } from "./queue-insert.ts";

export type Settlement =
  /** Delivered, or failed for good: the queue has nothing more to do. */
  | { readonly kind: "done"; readonly recipient: number }
  | {
      readonly kind: "deferred";
      readonly recipient: number;
      readonly nextAttemptAtMs: number;
      readonly nowMs: number;
      readonly attempts: number;
      readonly lastReply: string;
      readonly lateReported: 0 | 1;
    };

export interface QueuedReport {
  readonly letter: QueueLetterRow;
  readonly recipients: readonly QueueRecipientRow[];
}

export interface Settled {
  /** The letter had no other recipients and is gone; its file can go too. */
  readonly letter: "gone" | "kept";
  /** The lease had run out meanwhile, and another worker is on it: nothing was recorded. */
  readonly lease: "held" | "lost";
}

export function* settle(
  { letter, lease }: { readonly letter: number; readonly lease: string },
  settlements: readonly Settlement[],
  reports: readonly QueuedReport[],
): Work<Settled> {
  // Checked before anything is written: work that refuses must have changed nothing.
  for (const { recipient } of settlements) {
    const held = yield* maybe(sql`select 1 from queue_recipient where id = ${recipient} and lease = ${lease}`);
    if (held === undefined) return { letter: "kept", lease: "lost" };
  }
  for (const settlement of settlements) yield* settleOne(settlement);
  for (const report of reports) yield* insertQueued(report.letter, report.recipients);
  const { left } = yield* one<{ left: number }>(
    sql`select count(*) as "left" from queue_recipient where letter = ${letter}`,
  );
  if (left > 0) return { letter: "kept", lease: "held" };
  yield* run(sql`delete from queue_letter where id = ${letter}`);
  return { letter: "gone", lease: "held" };
}

function* settleOne(settlement: Settlement): Work<void> {
  if (settlement.kind === "done")
    return yield* run(sql`delete from queue_recipient where id = ${settlement.recipient}`);
  const { recipient, nextAttemptAtMs, nowMs, attempts, lastReply, lateReported } = settlement;
  yield* run(
    sql`update queue_recipient set next_attempt_at = ${nextAttemptAtMs}, attempts = ${attempts},
      last_reply = ${lastReply}, late_reported = ${lateReported}, last_attempt_at = ${nowMs}, release_at = null,
      lease = null, lease_until = null
      where id = ${recipient}`,
  );
}
