// How many reports leave for addresses of other servers. Who is named as the sender of mail from outside may never have sent
// it, and must not be flooded with reports about it (backscatter). Reports to people of this server are never held back.

import type { Clock } from "../base/clock.ts";
import { reportSendersKnownMax, reportsAbroadPerHourMax, reportsAbroadPerSenderMax } from "../base/limits.ts";
import { RecentMap } from "../directory/recent-map.ts";

const hourMs = 60 * 60_000;

interface Count {
  readonly fromMs: number;
  readonly made: number;
}

export class ReportAllowance {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #bySender = new RecentMap<Count>(reportSendersKnownMax);
  #all: Count | undefined;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  /** Whether another report may leave for this address; counted if so. */
  take(sender: string): "granted" | "exhausted" {
    const key = sender.toLowerCase();
    const mine = this.#within(this.#bySender.get(key));
    const all = this.#within(this.#all);
    if (mine.made >= reportsAbroadPerSenderMax || all.made >= reportsAbroadPerHourMax) return "exhausted";
    this.#bySender.set(key, { ...mine, made: mine.made + 1 });
    this.#all = { ...all, made: all.made + 1 };
    return "granted";
  }

  #within(count: Count | undefined): Count {
    const nowMs = this.#clock.monotonicMs();
    return count === undefined || nowMs - count.fromMs >= hourMs ? { fromMs: nowMs, made: 0 } : count;
  }
}
