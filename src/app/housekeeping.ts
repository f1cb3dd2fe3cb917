// What must be done now and then: expunged mail is purged once its time is over, one account after another.

import type { Clock } from "../base/clock.ts";
import { housekeepingMs } from "../base/limits.ts";
import type { StoredDirectory } from "../directory/stored-directory.ts";
import type { Mail } from "../mailbox/mail.ts";
import { ProblemRefusal } from "../model/problem.ts";

export interface HousekeepingParts {
  readonly directory: StoredDirectory;
  readonly mail: Mail;
  readonly clock: Clock;
  readonly expungedKeptDays: number;
  readonly failed: (error: unknown) => void;
}

const dayMs = 86_400_000;

export class Housekeeping {
  readonly #parts: HousekeepingParts;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  /** The first round begins after one span: a start has better things to do. */
  constructor(parts: HousekeepingParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.round());
    }, housekeepingMs);
    this.#timer.unref();
  }

  /** Resolves when the account at hand is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  // Never rejects: an account that fails must not keep the others from their turn.
  async round(): Promise<void> {
    const { directory, mail, clock, expungedKeptDays, failed } = this.#parts;
    const beforeMs = clock.nowMs() - expungedKeptDays * dayMs;
    try {
      for (const { id } of await directory.accounts()) {
        if (this.#stopped) return;
        try {
          using opened = await mail.open(id);
          await opened.purge(beforeMs);
        } catch (error) {
          // It was removed meanwhile.
          if (!(error instanceof ProblemRefusal && error.problem.kind === "account-missing")) failed(error);
        }
      }
    } catch (error) {
      failed(error);
    }
  }
}
