// A session's hand on the account's shared state: what it changes is announced as its own, so that its client is not told
// what it has done itself (RFC 5465 5: "The server SHOULD omit notifying the client if the event is caused by this client").

import type { AccountChange } from "../feed/feed.ts";
import type { Delta } from "../store/work/catch-up.ts";
import type { AccountState } from "./account-state.ts";

/** What use cases need of an account: the state itself, where no session acts, or a session's hand on it. */
export type Acting = Pick<AccountState, "account" | "store" | "clock" | "quota" | "mailboxes" | "announce">;

export class SessionActing implements Acting {
  readonly #state: AccountState;
  readonly #by: object;

  constructor(state: AccountState, by: object) {
    this.#state = state;
    this.#by = by;
  }

  get account(): AccountState["account"] {
    return this.#state.account;
  }
  get store(): AccountState["store"] {
    return this.#state.store;
  }
  get clock(): AccountState["clock"] {
    return this.#state.clock;
  }
  get quota(): AccountState["quota"] {
    return this.#state.quota;
  }

  mailboxes(): ReturnType<AccountState["mailboxes"]> {
    return this.#state.mailboxes();
  }

  announce(change: AccountChange, delta?: Delta): Promise<void> {
    return this.#state.announce({ ...change, by: this.#by }, delta);
  }
}
