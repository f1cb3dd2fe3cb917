// What keeps an account small while nobody looks: expunged mail is purged when its time is over, the log is folded, and
// body files that nothing refers to are removed.

import { setInterval } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { logEntriesKeptMin, maintenanceIntervalMs } from "../base/limits.ts";
import type { AccountId } from "../model/ids.ts";
import type { Mail } from "./mail.ts";

export interface MaintenanceOptions {
  readonly mail: Mail;
  readonly accounts: () => Promise<readonly AccountId[]>;
  readonly clock: Clock;
  /** How long expunged mail stays recoverable. */
  readonly expungedKeptMs: number;
  /** Hears of an account that could not be maintained; the others go on. */
  readonly failed: (account: AccountId, error: unknown) => void;
}

/** One round over all accounts, one after another. */
export async function maintain(options: MaintenanceOptions, signal: AbortSignal): Promise<void> {
  const before = options.clock.nowMs() - options.expungedKeptMs;
  for (const id of await options.accounts()) {
    if (signal.aborted) return;
    try {
      using account = await options.mail.open(id);
      await account.purge(before);
      await account.foldLog(logEntriesKeptMin);
    } catch (error) {
      options.failed(id, error);
    }
  }
}

/** Rounds at `maintenanceIntervalMs` until `signal` fires. A round that is still under way is not joined by another. */
export async function keepMaintaining(options: MaintenanceOptions, signal: AbortSignal): Promise<void> {
  const ticks = setInterval(maintenanceIntervalMs, undefined, { signal, ref: false });
  try {
    for await (const _ of ticks) await maintain(options, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
