// A session's place among those of its account: given up when the client logs out of the account, or leaves.

import type { AccountSessions, EndSession } from "../directory/account-sessions.ts";
import type { AccountId } from "../model/ids.ts";

export class Seat implements Disposable {
  readonly #sessions: AccountSessions;
  #place: Disposable | undefined;

  constructor(sessions: AccountSessions) {
    this.#sessions = sessions;
  }

  /** Throws limit-reached. */
  take(account: AccountId, end: EndSession): void {
    this.#place = this.#sessions.enter(account, end);
  }

  [Symbol.dispose](): void {
    this.#place?.[Symbol.dispose]();
    this.#place = undefined;
  }
}
