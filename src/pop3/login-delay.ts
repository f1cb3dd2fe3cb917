// LOGIN-DELAY (RFC 2449 6.5): the time that must pass between two logins of one account, where an administrator has
// set one against clients that ask every few seconds. Kept in memory: after a restart everyone may come at once.

import type { Clock } from "../base/clock.ts";
import { pop3LoginDelayAccountsMax } from "../base/limits.ts";
import type { AccountId } from "../model/ids.ts";

export class LoginDelay {
  readonly #delayMs: number;
  readonly #clock: Clock;
  /** The last login of each account by the monotonic clock, the longest ago first. */
  readonly #last = new Map<AccountId, number>();

  constructor(seconds: number, clock: Clock) {
    this.#delayMs = seconds * 1_000;
    this.#clock = clock;
  }

  /** Seconds that `account` still has to wait, 0 for none; then this counts as its login. */
  enter(account: AccountId): number {
    if (this.#delayMs === 0) return 0;
    const now = this.#clock.monotonicMs();
    const last = this.#last.get(account);
    if (last !== undefined && now - last < this.#delayMs) return Math.ceil((last + this.#delayMs - now) / 1_000);
    this.#last.delete(account);
    this.#forget(now - this.#delayMs);
    this.#last.set(account, now);
    return 0;
  }

  #forget(before: number): void {
    for (const [account, last] of this.#last) {
      if (last > before && this.#last.size < pop3LoginDelayAccountsMax) return;
      this.#last.delete(account);
    }
  }
}
