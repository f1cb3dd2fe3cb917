// Works the queue off: some workers a route, each taking what is due, attempting it and recording what became of it
// before it takes more. Ends when its signal fires; what is then under way is left to the next start.

import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { queuePollMs, queueRecordRetryMs } from "../base/limits.ts";
import type { QueueRoute } from "../store/work/queue-insert.ts";
import type { Fault, Outcome } from "./outcome.ts";
import type { Job, Queue } from "./queue.ts";

/** One way to deliver. */
export interface Carrier {
  readonly route: QueueRoute;
  /** Jobs at once. */
  readonly workers: number;
  /** One outcome for each recipient of the job, in their order. Throws for bugs only, and when the signal fires. */
  attempt(job: Job, signal: AbortSignal): Promise<readonly Outcome[]>;
  /** Nothing is due: close what was kept open for more. */
  rest(): Promise<void>;
}

export interface QueueRunnerParts {
  readonly queue: Queue;
  readonly carriers: readonly Carrier[];
  readonly clock: Clock;
  /** Told of an error that is no outcome: a bug, or a database that fails. */
  readonly failed: (error: unknown) => void;
}

const damaged: Fault = { status: "5.3.0", text: "The message was damaged on this server's disk.", remote: undefined };
const broken: Fault = {
  status: "4.3.0",
  text: "This server failed while it delivered the message.",
  remote: undefined,
};

export class QueueRunner {
  readonly #parts: QueueRunnerParts;
  readonly #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: QueueRunnerParts) {
    this.#parts = parts;
  }

  start(): void {
    const workers = this.#parts.carriers.flatMap((carrier) =>
      Array.from({ length: carrier.workers }, () => this.#work(carrier)),
    );
    this.#running = Promise.all(workers);
  }

  /** Resolves when no worker is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  // Never rejects.
  async #work(carrier: Carrier): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        if (!(await this.#doNext(carrier, signal))) await this.#waitForMore(carrier, signal);
      } catch (error) {
        if (signal.aborted) break;
        this.#parts.failed(error);
        // The database may be gone for a while; asking it at once again helps nobody.
        await sleep(queuePollMs, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
    await carrier.rest();
  }

  async #doNext(carrier: Carrier, signal: AbortSignal): Promise<boolean> {
    const { queue } = this.#parts;
    await using job = await queue.lease(carrier.route);
    if (job === undefined) return false;
    const outcomes = await this.#attempt(carrier, job, signal);
    // The mail has gone out: as long as that is not recorded it would go out again.
    while (!(await this.#record(job, outcomes))) await sleep(queueRecordRetryMs, undefined, { signal, ref: false });
    return true;
  }

  async #attempt(carrier: Carrier, job: Job, signal: AbortSignal): Promise<readonly Outcome[]> {
    if (job.damaged) return job.recipients.map(() => ({ kind: "failed", fault: damaged }));
    try {
      return await carrier.attempt(job, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#parts.failed(error);
      return job.recipients.map(() => ({ kind: "deferred", fault: broken }));
    }
  }

  async #record(job: Job, outcomes: readonly Outcome[]): Promise<boolean> {
    try {
      await this.#parts.queue.settle(job, outcomes);
      return true;
    } catch (error) {
      this.#parts.failed(error);
      return false;
    }
  }

  async #waitForMore(carrier: Carrier, signal: AbortSignal): Promise<void> {
    const { queue, clock } = this.#parts;
    const more = new AbortController();
    using _ = queue.onPut(() => more.abort());
    const [next] = await Promise.all([queue.nextAttemptAtMs(carrier.route), carrier.rest()]);
    const waitMs = next === undefined ? queuePollMs : Math.min(queuePollMs, Math.max(0, next - clock.nowMs()));
    const either = AbortSignal.any([signal, more.signal]);
    if (!either.aborted) await sleep(waitMs, undefined, { signal: either, ref: false }).catch(() => undefined);
  }
}
