// Turns news of a message into reports for the queue.

import type { Clock, Entropy } from "../base/clock.ts";
import { queueLifetimeMs } from "../base/limits.ts";
import type { QueueRoute } from "../store/work/queue-insert.ts";
import type { QueuedReport } from "../store/work/queue-settle.ts";
import type { ReversePath } from "./envelope.ts";
import type { Letter } from "./letter.ts";
import { composeReport, type ReportedRecipient } from "./report.ts";
import { ReportAllowance } from "./report-allowance.ts";

export interface ReportsParts {
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** This server's name. */
  readonly host: string;
  /** How mail reaches an address; undefined when it cannot. */
  readonly routeOf: (address: string) => Promise<QueueRoute | undefined>;
  /** Told of an address that has had as many reports as it may have (`ReportAllowance`). */
  readonly unreported: (sender: ReversePath) => void;
}

/** The message that the news is of. */
export interface ReportSubject {
  readonly letter: Letter;
  readonly sender: ReversePath;
  readonly envelopeId: string | undefined;
  readonly returned: "FULL" | "HDRS" | undefined;
  readonly arrivedAtMs: number;
  /** Since when delivery is tried. */
  readonly triedFromMs: number;
  /** RFC 4865: how a later release was asked for. */
  readonly releaseRequest: string | undefined;
}

const actions = ["failed", "delayed", "delivered", "relayed"] as const;

export class Reports {
  readonly #parts: ReportsParts;
  readonly #allowance: ReportAllowance;

  constructor(parts: ReportsParts) {
    this.#parts = parts;
    this.#allowance = new ReportAllowance(parts.clock);
  }

  /** One report for each kind of news; none to the null sender (RFC 5321 6.1), so that no report is reported on. */
  async about(subject: ReportSubject, news: readonly ReportedRecipient[]): Promise<readonly QueuedReport[]> {
    const { clock, entropy, host, routeOf } = this.#parts;
    const { letter, sender, envelopeId, returned, arrivedAtMs, triedFromMs, releaseRequest } = subject;
    if (news.length === 0 || sender === "") return [];
    const route = await routeOf(sender);
    if (route === undefined) return [];
    if (route === "smarthost" && this.#allowance.take(sender) === "exhausted") {
      this.#parts.unreported(sender);
      return [];
    }
    const nowMs = clock.nowMs();
    const retryUntilMs = triedFromMs + queueLifetimeMs;
    const order = { host, to: sender, envelopeId, returned, arrivedAtMs, releaseRequest, nowMs, retryUntilMs };
    const reports: QueuedReport[] = [];
    for (const action of actions) {
      const recipients = news.filter((recipient) => recipient.action === action);
      if (recipients.length === 0) continue;
      const id = entropy.bytes(10).toHex();
      reports.push(queued(await composeReport(letter, { ...order, recipients, id }), { id, to: sender, route, nowMs }));
    }
    return reports;
  }
}

function queued(
  bytes: Uint8Array,
  {
    id,
    to,
    route,
    nowMs,
  }: { readonly id: string; readonly to: string; readonly route: QueueRoute; readonly nowMs: number },
): QueuedReport {
  return {
    letter: {
      name: id,
      sender: "",
      account: null,
      returned: null,
      envelopeId: null,
      international: /[^\x00-\x7f]/.test(to) ? 1 : 0,
      size: bytes.length,
      bytes,
      queuedAtMs: nowMs,
      releaseAtMs: null,
      releaseRequest: null,
    },
    // RFC 3461 6.1: a report asks for no reports.
    recipients: [
      { address: to, route, notify: "", original: null, attempts: 0, nextAttemptAtMs: nowMs, lastReply: null },
    ],
  };
}
