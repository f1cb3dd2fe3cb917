// Puts a message with its recipients into the queue.

import type { AccountId } from "../../model/ids.ts";
import { one, run, sql, type Work } from "../sql.ts";

export interface QueueLetterRow {
  readonly name: string;
  readonly sender: string;
  readonly account: AccountId | null;
  readonly returned: "FULL" | "HDRS" | null;
  readonly envelopeId: string | null;
  readonly international: 0 | 1;
  readonly size: number;
  /** Null when the message is in a file. */
  readonly bytes: Uint8Array | null;
  readonly queuedAtMs: number;
  /** RFC 4865: no attempt before. */
  readonly releaseAtMs: number | null;
  /** How that was asked for, as a report repeats it: "for; 3600". */
  readonly releaseRequest: string | null;
}

export type QueueRoute = "account" | "smarthost";

export interface QueueRecipientRow {
  readonly address: string;
  readonly route: QueueRoute;
  readonly notify: string | null;
  readonly original: string | null;
  readonly attempts: number;
  readonly nextAttemptAtMs: number;
  readonly lastReply: string | null;
}

export function* insertQueued(letter: QueueLetterRow, recipients: readonly QueueRecipientRow[]): Work<void> {
  const { id } = yield* one<{ id: number }>(
    sql`insert into queue_letter (name, sender, account, returned, envelope_id, international, size, bytes, queued_at,
        release_at, release_request)
      values (${letter.name}, ${letter.sender}, ${letter.account}, ${letter.returned}, ${letter.envelopeId},
        ${letter.international}, ${letter.size}, ${letter.bytes}, ${letter.queuedAtMs}, ${letter.releaseAtMs},
        ${letter.releaseRequest}) returning id`,
  );
  for (const { address, route, notify, original, attempts, nextAttemptAtMs, lastReply } of recipients) {
    yield* run(
      sql`insert into queue_recipient (letter, address, route, notify, original, attempts, next_attempt_at,
          last_attempt_at, last_reply, late_reported, release_at)
        values (${id}, ${address}, ${route}, ${notify}, ${original}, ${attempts}, ${nextAttemptAtMs},
          ${attempts > 0 ? letter.queuedAtMs : null}, ${lastReply}, 0, ${letter.releaseAtMs})`,
    );
  }
}
