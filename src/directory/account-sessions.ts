// The sessions that stand on each account, over all protocols together: how many there may be, and ending them when the
// account is disabled or removed, or its password changed.

import type { AccountId } from "../model/ids.ts";
import { refuse } from "../model/problem.ts";

/** Ends one session; `text` says why, where the protocol can. */
export type EndSession = (text: string) => void;

export class AccountSessions {
  readonly #perAccountMax: number;
  readonly #standing = new Map<AccountId, Set<EndSession>>();

  constructor(perAccountMax: number) {
    this.#perAccountMax = perAccountMax;
  }

  /** One more session, until what this returns is disposed of. Throws limit-reached. */
  enter(account: AccountId, end: EndSession): Disposable {
    const sessions = this.#standing.get(account) ?? new Set();
    if (sessions.size >= this.#perAccountMax) throw refuse({ kind: "limit-reached", what: "sessions of the account" });
    // Two sessions may end in the same way: each is an entry of its own.
    const entry: EndSession = (text) => end(text);
    this.#standing.set(account, sessions.add(entry));
    return {
      [Symbol.dispose]: () => {
        sessions.delete(entry);
        if (sessions.size === 0 && this.#standing.get(account) === sessions) this.#standing.delete(account);
      },
    };
  }

  /** How many sessions stand on the account. */
  count(account: AccountId): number {
    return this.#standing.get(account)?.size ?? 0;
  }

  /** Ends them all. */
  end(account: AccountId, text: string): void {
    for (const end of this.#standing.get(account) ?? []) end(text);
  }
}
