// The access control lists of one account, in memory once for all who have a part in it. An account that shares nothing
// never reads any: its own user has every right without them.

import type { AclEntry } from "../../model/acl.ts";
import type { MailboxId } from "../../model/ids.ts";
import type { AccountStore } from "../../store/store.ts";
import { readAcls } from "../../store/work/acl.ts";

export type Acl = readonly AclEntry[];

const nobody: Acl = [];

export class AccountAcls {
  readonly #store: AccountStore;
  readonly #listeners = new Set<() => void>();
  #lists: ReadonlyMap<MailboxId, Acl> | null = null;
  #stale = true;
  #reading: Promise<void> | null = null;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  /** Resolves when `of` answers as of now. */
  async load(): Promise<void> {
    while (this.#stale || this.#reading !== null) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = null;
      });
      await this.#reading;
    }
  }

  /** What was read last; the same array as long as nothing has changed in the account. */
  of(mailbox: MailboxId): Acl {
    return this.#lists?.get(mailbox) ?? nobody;
  }

  /** All lists that there are, as they were read last. */
  *all(): Iterable<Acl> {
    if (this.#lists !== null) yield* this.#lists.values();
  }

  /** Something may have changed: reads again, if it was ever asked for. */
  async refresh(): Promise<void> {
    if (this.#lists === null && this.#reading === null) return;
    this.#stale = true;
    await this.load();
  }

  /** Calls `listener` after each time that the lists have been read again. */
  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  async #read(): Promise<void> {
    this.#stale = false;
    try {
      this.#lists = await this.#store.read(readAcls);
    } catch (error) {
      this.#stale = true;
      throw error;
    }
    for (const listener of this.#listeners) listener();
  }
}
