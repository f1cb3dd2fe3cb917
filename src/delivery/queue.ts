// The queue: messages that wait for another attempt, durable in the directory's database (rows, and bytes while small)
// and the spool (large bytes). What is put here has been promised to somebody.

import type { Clock, Entropy } from "../base/clock.ts";
import { queueLeaseMs, queueRecipientsMax, queueRecipientsPerAttemptMax } from "../base/limits.ts";
import type { AccountId } from "../model/ids.ts";
import { ProblemRefusal, refuse } from "../model/problem.ts";
import type { Database } from "../store/store.ts";
import { hurryUnreached } from "../store/work/queue-hurry.ts";
import { insertQueued, type QueueRecipientRow, type QueueRoute } from "../store/work/queue-insert.ts";
import {
  type LeasedLetter,
  type LeasedRecipient,
  leaseDue,
  leaseIdle,
  nextAttemptAtMs,
  releaseLeases,
} from "../store/work/queue-lease.ts";
import { countWaiting, fileNames, keptLetter, listWaiting, type WaitingRow } from "../store/work/queue-list.ts";
import { type QueuedReport, type Settlement, settle } from "../store/work/queue-settle.ts";
import type { NotifyEvent, Recipient, ReversePath } from "./envelope.ts";
import type { Letter } from "./letter.ts";
import type { Fault, Outcome } from "./outcome.ts";
import type { ReportedRecipient } from "./report.ts";
import type { ReportSubject, Reports } from "./reports.ts";
import { latestAttemptMs, nextAttemptMs } from "./retry-schedule.ts";
import { conclude, spoken, type WaitingRecipient } from "./settlement.ts";
import { emptyLetter, type Spool } from "./spool.ts";

export interface QueueParts {
  readonly directory: Database;
  readonly spool: Spool;
  readonly reports: Reports;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Told of each recipient of each attempt once that is recorded. */
  readonly noted: (event: AttemptEvent) => void;
}

/** What became of a recipient in an attempt. */
export interface AttemptEvent {
  readonly kind: "sent" | "retried" | "bounced";
  readonly name: string;
  readonly sender: ReversePath;
  readonly recipient: string;
  /** Status and words; undefined when it was sent. */
  readonly why: string | undefined;
}

/** A message to put into the queue. */
export interface QueueOrder {
  /** What identifies it in logs, and its file: letters, digits and dots, never used twice. */
  readonly name: string;
  readonly sender: ReversePath;
  readonly account: AccountId | undefined;
  readonly returned: "FULL" | "HDRS" | undefined;
  readonly envelopeId: string | undefined;
  readonly international: boolean;
  /** RFC 4865: not attempted before. */
  readonly release?: FutureRelease | undefined;
  readonly recipients: readonly QueuedRecipient[];
}

/** RFC 4865 4: when the sender wants a message to go. */
export interface FutureRelease {
  readonly atMs: number;
  /** How it was asked for, as a report repeats it: "for; 3600", "until; 2026-11-25T08:00:00Z". */
  readonly request: string;
}

export interface QueuedRecipient extends Recipient {
  readonly route: QueueRoute;
  /** Why it is here, when an attempt has failed already. */
  readonly fault: Fault | undefined;
}

/** A message with those recipients whose turn it is, leased to one worker. Dispose of it after settling. */
export interface Job extends ReportSubject, AsyncDisposable {
  readonly international: boolean;
  readonly recipients: readonly WaitingRecipient[];
  readonly lease: string;
  readonly letterId: number;
  readonly name: string;
  /** The name of the letter's file, if it has one. */
  readonly file: string | undefined;
  /** The file is not there or cannot be read; the letter is empty. */
  readonly damaged: boolean;
}

export class Queue {
  readonly #parts: QueueParts;
  readonly #listeners = new Set<() => void>();
  /** Recipients that wait, without asking the database. */
  #waiting = 0;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /** Call once, when this process alone has the data: what another process left under way is nobody's now. */
  async start(): Promise<void> {
    const { directory, spool } = this.#parts;
    await directory.write(() => releaseLeases(), "flushed");
    this.#waiting = await directory.read(() => countWaiting());
    // Files whose row was never written, or is gone.
    const known = new Set(await directory.read(() => fileNames()));
    for (const name of await spool.keptNames()) if (!known.has(name)) await spool.removeKept(name);
  }

  /** Durable when it resolves. Throws disk-full, store-unavailable. */
  async put(letter: Letter, order: QueueOrder): Promise<void> {
    const { directory, spool, clock } = this.#parts;
    const { name } = order;
    const bytes = await spool.keep(letter, name);
    const nowMs = clock.nowMs();
    const row = {
      name,
      sender: order.sender,
      account: order.account ?? null,
      returned: order.returned ?? null,
      envelopeId: order.envelopeId ?? null,
      international: order.international ? 1 : 0,
      size: letter.size,
      bytes: bytes === "file" ? null : bytes,
      queuedAtMs: nowMs,
      releaseAtMs: order.release?.atMs ?? null,
      releaseRequest: order.release?.request ?? null,
    } as const;
    const recipients = order.recipients.map((recipient) => this.#recipientRow(recipient, nowMs));
    try {
      await directory.write(() => insertQueued(row, recipients), "flushed");
    } catch (error) {
      if (bytes === "file") await spool.removeKept(name);
      throw error;
    }
    this.#waiting += recipients.length;
    this.wake();
  }

  /** What is due on a route the longest; undefined when nothing is. */
  async lease(route: QueueRoute): Promise<Job | undefined> {
    const { directory, clock, entropy } = this.#parts;
    const nowMs = clock.nowMs();
    const order = {
      route,
      lease: entropy.bytes(10).toHex(),
      nowMs,
      untilMs: nowMs + queueLeaseMs,
      latestMs: latestAttemptMs(nowMs),
      recipientsMax: queueRecipientsPerAttemptMax,
    };
    // A lease that is lost with the power is one nobody needs.
    const leased = await directory.write(() => leaseDue(order), "soon");
    if (leased === undefined) return undefined;
    return await this.#job(leased, order.lease);
  }

  /**
   * Takes recipients out of the queue for good, but those that a worker has in its hands, and answers how many; with a
   * report to the sender, or without. Durable when it resolves.
   */
  async withdraw(letter: number, recipients: readonly number[], telling: "sender" | "nobody"): Promise<number> {
    const { directory, clock, entropy } = this.#parts;
    const nowMs = clock.nowMs();
    const order = { lease: entropy.bytes(10).toHex(), nowMs, untilMs: nowMs + queueLeaseMs };
    // Whoever dies with this lease has said nothing yet; the next start ends it.
    const leased = await directory.write(() => leaseIdle(letter, recipients, order), "soon");
    if (leased === undefined) return 0;
    await using job = await this.#job(leased, order.lease);
    const outcome: Outcome = { kind: "failed", fault: withdrawn };
    await this.settle(
      job,
      job.recipients.map(() => outcome),
      telling,
    );
    return job.recipients.length;
  }

  /** A message that waits; dispose of it. Throws message-missing, data-damaged. */
  async letter(name: string): Promise<Letter> {
    const { directory, spool } = this.#parts;
    const row = await directory.read(() => keptLetter(name));
    if (row === undefined) throw refuse({ kind: "message-missing" });
    return await spool.kept(name, row.bytes);
  }

  async #job(leased: LeasedLetter, lease: string): Promise<Job> {
    const kept = await this.#parts.spool.kept(leased.name, leased.bytes).catch(damagedLetter);
    const letter = kept ?? emptyLetter;
    return {
      letter,
      sender: leased.sender,
      returned: leased.returned ?? undefined,
      envelopeId: leased.envelopeId ?? undefined,
      international: leased.international === 1,
      arrivedAtMs: leased.queuedAtMs,
      triedFromMs: Math.max(leased.queuedAtMs, leased.releaseAtMs ?? 0),
      releaseRequest: leased.releaseRequest ?? undefined,
      recipients: leased.recipients.map(waitingRecipient),
      lease,
      letterId: leased.id,
      name: leased.name,
      file: leased.bytes === null ? leased.name : undefined,
      damaged: kept === undefined,
      [Symbol.asyncDispose]: () => letter[Symbol.asyncDispose](),
    };
  }

  /**
   * Records an attempt, one outcome for each recipient of the job in their order, and tells the sender of it unless nobody
   * is to be told. Durable when it resolves.
   */
  async settle(job: Job, outcomes: readonly Outcome[], telling: "sender" | "nobody" = "sender"): Promise<void> {
    const { directory, spool, reports, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const settlements: Settlement[] = [];
    const news: ReportedRecipient[] = [];
    for (const [at, recipient] of job.recipients.entries()) {
      const outcome = outcomes[at];
      if (outcome === undefined) throw new Error("an attempt has an outcome for each recipient");
      const conclusion = conclude(recipient, outcome, { nowMs, triedFromMs: job.triedFromMs, chance: this.#chance() });
      settlements.push(conclusion.settlement);
      if (conclusion.news !== undefined && telling === "sender") news.push(conclusion.news);
    }
    const made = await reports.about(job, news);
    const settled = await directory.write(
      () => settle({ letter: job.letterId, lease: job.lease }, settlements, made),
      "flushed",
    );
    if (settled.lease === "held")
      this.#waiting += made.length - settlements.filter(({ kind }) => kind === "done").length;
    for (const [at, settlement] of settlements.entries()) this.#note(job, at, outcomes[at], settlement);
    if (settled.letter === "gone" && job.file !== undefined) await spool.removeKept(job.file);
    if (made.length > 0) this.wake();
  }

  /** Reports by themselves, of what no job has brought. */
  async putReports(reports: readonly QueuedReport[]): Promise<void> {
    if (reports.length === 0) return;
    await this.#parts.directory.write(function* () {
      for (const { letter, recipients } of reports) yield* insertQueued(letter, recipients);
    }, "flushed");
    this.#waiting += reports.length;
    this.wake();
  }

  /** Lets what waited for the server of a route alone go at once. */
  async hurry(route: QueueRoute): Promise<void> {
    const { directory, clock } = this.#parts;
    await directory.write(() => hurryUnreached(route, clock.nowMs()), "soon");
    this.wake();
  }

  /** When something on a route falls due; undefined when nothing waits. */
  nextAttemptAtMs(route: QueueRoute): Promise<number | undefined> {
    return this.#parts.directory.read(() => nextAttemptAtMs(route));
  }

  /** Calls `listener` whenever something was put in. */
  onPut(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** No new mail is taken into it until some of it has gone. Reports, and what mailboxes could not take, still are. */
  get isFull(): boolean {
    return this.#waiting >= queueRecipientsMax;
  }

  /** How many recipients wait. */
  waiting(): Promise<number> {
    return this.#parts.directory.read(() => countWaiting());
  }

  /** Those who have waited longest. */
  list(recipientsMax: number): Promise<readonly WaitingRow[]> {
    return this.#parts.directory.read(() => listWaiting(recipientsMax));
  }

  #note({ name, sender, recipients }: Job, at: number, outcome: Outcome | undefined, settlement: Settlement): void {
    const recipient = recipients[at]?.address ?? "";
    const fault = outcome !== undefined && "fault" in outcome ? outcome.fault : undefined;
    const kind = settlement.kind === "deferred" ? "retried" : fault === undefined ? "sent" : "bounced";
    this.#parts.noted({ kind, name, sender, recipient, why: fault === undefined ? undefined : spoken(fault) });
  }

  /** Has the workers look at what is due. */
  wake(): void {
    for (const listener of this.#listeners) listener();
  }

  #chance(): number {
    return (this.#parts.entropy.bytes(1)[0] ?? 0) / 255;
  }

  #recipientRow(
    { address, route, notify, originalRecipient, fault }: QueuedRecipient,
    nowMs: number,
  ): QueueRecipientRow {
    return {
      address,
      route,
      notify: notify?.join(",") ?? null,
      original: originalRecipient ?? null,
      attempts: fault === undefined ? 0 : 1,
      nextAttemptAtMs: fault === undefined ? nowMs : nextAttemptMs(nowMs, 1, this.#chance()),
      lastReply: fault === undefined ? null : spoken(fault),
    };
  }
}

/** RFC 3463 3.8: X.7.1, delivery not authorized. */
const withdrawn: Fault = {
  status: "5.7.1",
  text: "An administrator of this server has taken the message back.",
  remote: undefined,
};

function damagedLetter(error: unknown): undefined {
  if (!(error instanceof ProblemRefusal) || error.problem.kind !== "data-damaged") throw error;
}

function waitingRecipient({
  id,
  address,
  notify,
  original,
  attempts,
  lateReported,
}: LeasedRecipient): WaitingRecipient {
  return {
    id,
    address,
    notify: notify === null ? undefined : notify.split(",").filter(isNotifyEvent),
    originalRecipient: original ?? undefined,
    attempts,
    lateReported: lateReported === 1,
  };
}

function isNotifyEvent(text: string): text is NotifyEvent {
  return text === "SUCCESS" || text === "FAILURE" || text === "DELAY";
}
