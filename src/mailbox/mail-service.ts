// The mail service: accounts opened for the first session that asks, shared by all, closed when idle.

import type { Clock } from "../base/clock.ts";
import { accountIdleMs, openAccountsMax } from "../base/limits.ts";
import { Feed } from "../feed/feed.ts";
import type { AccountId } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { refuse } from "../model/problem.ts";
import { noQuota, type QuotaAmounts } from "../model/quota.ts";
import type { Stores } from "../store/store.ts";
import { createMailboxes } from "../store/work/mailboxes.ts";
import { AccountLease } from "./account-lease.ts";
import { AccountState } from "./account-state.ts";
import type { AccountMail, Mail } from "./mail.ts";
import { standardMailboxes } from "./mailbox-use-cases.ts";

interface OpenAccount {
  readonly opening: Promise<AccountState>;
  leases: number;
  /** When the last lease ended, by the monotonic clock. */
  idleSinceMs: number;
}

export interface HeldAccount {
  readonly state: AccountState;
  readonly release: () => void;
}

export class MailService implements Mail {
  readonly #stores: Stores;
  readonly #clock: Clock;
  readonly #quota: QuotaAmounts;
  readonly feed = new Feed();
  readonly #open = new Map<AccountId, OpenAccount>();
  /** Accounts whose files are being closed; who asks for one waits. */
  readonly #closing = new Map<AccountId, Promise<void>>();
  #sweep: NodeJS.Timeout;
  #stopped = false;

  /** `quota`: for accounts without limits of their own. */
  constructor(stores: Stores, clock: Clock, quota: QuotaAmounts = noQuota) {
    this.#stores = stores;
    this.#clock = clock;
    this.#quota = quota;
    this.#sweep = setInterval(() => this.#closeIdle(), accountIdleMs / 2);
    this.#sweep.unref();
  }

  async open(account: AccountId): Promise<AccountMail> {
    const { state, release } = await this.enter(account);
    return new AccountLease(state, this.feed, release);
  }

  /** An account as all its sessions share it, until it is released. Throws account-missing, store-unavailable. */
  async enter(account: AccountId): Promise<HeldAccount> {
    await this.#closing.get(account);
    if (this.#stopped) throw refuse({ kind: "store-unavailable" });
    let entry = this.#open.get(account);
    if (entry === undefined) {
      if (this.#open.size >= openAccountsMax) this.#closeIdle("now");
      entry = { opening: this.#openState(account), leases: 0, idleSinceMs: 0 };
      this.#open.set(account, entry);
      entry.opening.catch(() => this.#open.delete(account));
    }
    const held = entry;
    held.leases++;
    try {
      const state = await held.opening;
      const release = once(() => {
        held.leases--;
        held.idleSinceMs = this.#clock.monotonicMs();
      });
      return { state, release };
    } catch (error) {
      held.leases--;
      throw error;
    }
  }

  async create(account: AccountId): Promise<void> {
    const store = await this.#stores.createAccount(account);
    const wanted = standardMailboxes.map(([name, role]) => ({ name: mailboxName(name), role, subscribed: true }));
    // They are there whatever the limit: an account without them is none.
    await store.write(() => createMailboxes(wanted, this.#clock.nowMs(), noQuota), "flushed");
  }

  async remove(account: AccountId): Promise<void> {
    const entry = this.#open.get(account);
    this.#open.delete(account);
    if (entry !== undefined) {
      const state = await entry.opening;
      await state.endViews();
      state.close();
    }
    await this.#stores.removeAccount(account);
  }

  /** Closes every account; nothing more can be opened. The stores stay for their owner to close. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweep);
    for (const { opening } of this.#open.values()) {
      const state = await opening.catch(() => undefined);
      // A disk that fails has refused what it could not keep; closing goes on.
      await state?.store.flush().catch(() => undefined);
      state?.close();
    }
    this.#open.clear();
  }

  async #openState(account: AccountId): Promise<AccountState> {
    return new AccountState(await this.#stores.account(account), this.feed, this.#clock, this.#quota);
  }

  #closeIdle(how: "when-due" | "now" = "when-due"): void {
    const due = this.#clock.monotonicMs() - (how === "now" ? 0 : accountIdleMs);
    for (const [account, entry] of this.#open) {
      if (entry.leases > 0 || entry.idleSinceMs > due) continue;
      this.#open.delete(account);
      const closing = entry.opening
        .then(async (state) => {
          state.close();
          await this.#stores.closeAccount(account);
        })
        .catch(() => undefined)
        .finally(() => this.#closing.delete(account));
      this.#closing.set(account, closing);
    }
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
