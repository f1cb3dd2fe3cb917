// What the queue records of an outcome, and what the sender hears of it.

import { queueLateMs } from "../base/limits.ts";
import type { Settlement } from "../store/work/queue-settle.ts";
import { type NotifyEvent, type Recipient, wantsReport } from "./envelope.ts";
import type { Fault, Outcome, RemoteReply } from "./outcome.ts";
import type { ReportedRecipient } from "./report.ts";
import { hasExpired, nextAttemptMs } from "./retry-schedule.ts";

/** A recipient as the queue has kept it. */
export interface WaitingRecipient extends Recipient {
  readonly id: number;
  /** Made before this one. */
  readonly attempts: number;
  readonly lateReported: boolean;
}

export interface AttemptTimes {
  readonly nowMs: number;
  /** Since when it is tried: its coming, or its release (RFC 4865). */
  readonly triedFromMs: number;
  /** From 0 to 1. */
  readonly chance: number;
}

export interface Conclusion {
  readonly settlement: Settlement;
  /** Undefined when the sender does not want to hear of it. */
  readonly news: ReportedRecipient | undefined;
}

export function conclude(recipient: WaitingRecipient, outcome: Outcome, times: AttemptTimes): Conclusion {
  const done: Settlement = { kind: "done", recipient: recipient.id };
  switch (outcome.kind) {
    case "delivered":
      return { settlement: done, news: newsOf(recipient, "delivered", undefined, undefined) };
    case "relayed":
      // RFC 3461 5.2.1: a server that knows the extension has taken the reports over with the message.
      if (outcome.reports === "theirs") return { settlement: done, news: undefined };
      return { settlement: done, news: newsOf(recipient, "relayed", undefined, outcome.reply) };
    case "failed":
      return { settlement: done, news: newsOf(recipient, "failed", outcome.fault, undefined) };
    case "deferred":
      return deferred(recipient, outcome.fault, times);
  }
}

function deferred(recipient: WaitingRecipient, fault: Fault, { nowMs, triedFromMs, chance }: AttemptTimes): Conclusion {
  const attempts = recipient.attempts + 1;
  if (hasExpired(nowMs, triedFromMs, attempts)) {
    // RFC 3463 3.5: X.4.7, delivery time expired.
    const expired = { ...fault, status: "5.4.7", text: `Tried for five days without success. ${fault.text}` };
    return {
      settlement: { kind: "done", recipient: recipient.id },
      news: newsOf(recipient, "failed", expired, undefined),
    };
  }
  const isLate = !recipient.lateReported && nowMs - triedFromMs >= queueLateMs;
  return {
    settlement: {
      kind: "deferred",
      recipient: recipient.id,
      nextAttemptAtMs: nextAttemptMs(nowMs, attempts, chance),
      nowMs,
      attempts,
      lastReply: spoken(fault),
      lateReported: isLate || recipient.lateReported ? 1 : 0,
    },
    news: isLate ? newsOf(recipient, "delayed", fault, undefined) : undefined,
  };
}

const events: Readonly<Record<ReportedRecipient["action"], NotifyEvent>> = {
  failed: "FAILURE",
  delayed: "DELAY",
  delivered: "SUCCESS",
  relayed: "SUCCESS",
};

/** The news for a report; undefined when the sender does not want it. */
export function newsOf(
  { address, originalRecipient, notify }: Recipient,
  action: ReportedRecipient["action"],
  fault: Fault | undefined,
  remote: RemoteReply | undefined,
): ReportedRecipient | undefined {
  return wantsReport(notify, events[action]) ? { address, originalRecipient, action, fault, remote } : undefined;
}

/** A fault in one line, for the list of the queue. */
export function spoken({ status, text, remote }: Fault): string {
  return remote === undefined ? `${status} ${text}` : `${status} ${text} (${remote.host}: ${remote.text})`;
}
