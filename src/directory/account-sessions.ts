// The sessions that stand on each account, over all protocols together: how many there may be, and ending them when the
// account is disabled or removed, or its password changed.

import type { AccountId } from "../model/ids.ts";
import { refuse } from "../model/problem.ts";

/** Why all sessions of an account end. */
export type SessionEnd =
  | "the password has been changed"
  | "the account has been removed"
  | "the account has been disabled";

/** Ends one session; `why` is said, where the protocol can. */
export type EndSession = (why: SessionEnd) => void;

export class AccountSessions {
  readonly #perAccountMax: number;
  readonly #standing = new Map<AccountId, Set<Place>>();

  constructor(perAccountMax: number) {
    this.#perAccountMax = perAccountMax;
  }

  /** One more session, until what this returns is disposed of. Throws limit-reached. */
  enter(account: AccountId, end: EndSession): Disposable {
    const sessions = this.#standing.get(account) ?? new Set();
    if (sessions.size >= this.#perAccountMax) throw refuse({ kind: "limit-reached", what: "sessions of the account" });
    const place = new Place(this.#standing, account, end);
    this.#standing.set(account, sessions.add(place));
    return place;
  }

  /** How many sessions stand on the account. */
  count(account: AccountId): number {
    return this.#standing.get(account)?.size ?? 0;
  }

  /** Ends them all. */
  end(account: AccountId, why: SessionEnd): void {
    for (const { end } of this.#standing.get(account) ?? []) end(why);
  }
}

/** One session's entry: two sessions may end in the same way. */
class Place implements Disposable {
  readonly end: EndSession;
  readonly #standing: Map<AccountId, Set<Place>>;
  readonly #account: AccountId;

  constructor(standing: Map<AccountId, Set<Place>>, account: AccountId, end: EndSession) {
    this.#standing = standing;
    this.#account = account;
    this.end = end;
  }

  [Symbol.dispose](): void {
    const places = this.#standing.get(this.#account);
    if (places?.delete(this) === true && places.size === 0) this.#standing.delete(this.#account);
  }
}
