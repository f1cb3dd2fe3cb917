// Delivers what goes to other servers, through the smarthost. A smarthost that cannot be reached is left alone for a
// while: what falls due meanwhile is put off without another connection, and goes at once when it answers again.

import type { Clock } from "../base/clock.ts";
import {
  queueAttemptMs,
  queueConnectionsMax,
  queueLettersPerConnectionMax,
  smarthostPauseMsMax,
  smarthostPauseMsMin,
} from "../base/limits.ts";
import type { Outcome } from "./outcome.ts";
import type { Job } from "./queue.ts";
import type { Carrier } from "./queue-runner.ts";
import type { WaitingRecipient } from "./settlement.ts";
import { SendFailure, type Smarthost, SmarthostConnection } from "./smarthost-connection.ts";
import { failureOutcomes, sentOutcomes } from "./smarthost-outcomes.ts";
import { needsSmtpUtf8, wireAddress } from "./wire-address.ts";

export interface SmarthostCarrierParts {
  readonly smarthost: Smarthost;
  readonly clock: Clock;
  /** The smarthost answers again after it did not. */
  readonly reached: () => Promise<void>;
  /** Told of each failure to connect, and why. */
  readonly unreachable: (why: string) => void;
}

/** Recipients that go in one transaction. */
interface Group {
  readonly recipients: readonly WaitingRecipient[];
  readonly notify: WaitingRecipient["notify"];
  readonly originalRecipient: string | undefined;
}

export class SmarthostCarrier implements Carrier {
  readonly route = "smarthost";
  readonly workers = queueConnectionsMax;
  readonly #parts: SmarthostCarrierParts;
  readonly #idle: SmarthostConnection[] = [];
  #failure: SendFailure | undefined;
  #failures = 0;
  /** By the monotonic clock. */
  #pausedUntilMs = 0;

  constructor(parts: SmarthostCarrierParts) {
    this.#parts = parts;
  }

  async attempt(job: Job, stop: AbortSignal): Promise<readonly Outcome[]> {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(queueAttemptMs)]);
    const connection = await this.#connect(signal);
    const outcomes = new Map<WaitingRecipient, Outcome>();
    for (const group of groupsOf(job, connection instanceof SendFailure || !connection.offers("DSN"))) {
      const fresh = await this.#send(connection, job, group, signal);
      for (const [recipient, outcome] of fresh) outcomes.set(recipient, outcome);
    }
    if (connection instanceof SmarthostConnection) this.#putBack(connection);
    // What the stop has cut off is no attempt; what was taken before it is recorded.
    if ([...outcomes.values()].some(({ kind }) => kind === "deferred")) stop.throwIfAborted();
    return job.recipients.map((recipient) => {
      const outcome = outcomes.get(recipient);
      if (outcome === undefined) throw new Error("a recipient was in no transaction");
      return outcome;
    });
  }

  async rest(): Promise<void> {
    for (const connection of this.#idle.splice(0)) connection.quit();
  }

  async #connect(signal: AbortSignal): Promise<SmarthostConnection | SendFailure> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) if (idle.usable) return idle;
    const { smarthost, clock, reached, unreachable } = this.#parts;
    if (this.#failure !== undefined && clock.monotonicMs() < this.#pausedUntilMs) return this.#failure;
    try {
      const connection = await SmarthostConnection.open(smarthost, signal);
      const again = this.#failure !== undefined;
      this.#failure = undefined;
      this.#failures = 0;
      if (again) await reached();
      return connection;
    } catch (error) {
      if (!(error instanceof SendFailure)) throw error;
      if (!signal.aborted) unreachable(error.message);
      this.#failure = error;
      const pauseMs = Math.min(smarthostPauseMsMax, smarthostPauseMsMin * 2 ** Math.min(this.#failures++, 20));
      this.#pausedUntilMs = clock.monotonicMs() + pauseMs;
      return error;
    }
  }

  async #send(
    connection: SmarthostConnection | SendFailure,
    job: Job,
    { recipients, notify, originalRecipient }: Group,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<WaitingRecipient, Outcome>> {
    const { host } = this.#parts.smarthost;
    if (connection instanceof SendFailure) return failureOutcomes(host, recipients, connection, "connecting");
    const sender = wireAddress(job.sender);
    const international = [sender, ...recipients.map(({ address }) => wireAddress(address))].some(needsSmtpUtf8);
    if (international && !connection.offers("SMTPUTF8")) {
      // RFC 6531 3.2: such a message "MUST NOT" go to a server that does not offer the extension.
      const fault = { status: "5.6.7", text: "The next server takes no addresses beyond ASCII.", remote: undefined };
      return new Map(recipients.map((recipient) => [recipient, { kind: "failed", fault }]));
    }
    const wire = [...new Set(recipients.map(({ address }) => wireAddress(address)))];
    const { letter, returned, envelopeId } = job;
    const envelope = { sender, recipients: wire, size: letter.size, returned, envelopeId, notify, originalRecipient };
    try {
      const report = await connection.send(envelope, letter, signal);
      return sentOutcomes(host, recipients, report, connection.offers("DSN") ? "theirs" : "none");
    } catch (error) {
      if (!(error instanceof SendFailure)) throw error;
      // A transaction of unknown state may be open on it.
      connection.quit();
      return failureOutcomes(host, recipients, error, "sending");
    }
  }

  #putBack(connection: SmarthostConnection): void {
    if (connection.usable && connection.sent < queueLettersPerConnectionMax) this.#idle.push(connection);
    else connection.quit();
  }
}

/** nodemailer gives all recipients of a transaction the same NOTIFY and ORCPT; without DSN they go together. */
function groupsOf(job: Job, together: boolean): readonly Group[] {
  if (together) return [{ recipients: job.recipients, notify: undefined, originalRecipient: undefined }];
  const groups = Map.groupBy(job.recipients, ({ notify, originalRecipient }) =>
    JSON.stringify([notify ?? null, originalRecipient ?? null]),
  );
  return [...groups.values()].map((recipients) => ({
    recipients,
    notify: recipients[0]?.notify,
    originalRecipient: recipients[0]?.originalRecipient,
  }));
}
