// The accounts that share something with one session's user: found through the book of shares, opened at the first need, and held
// until the session ends.

import type { AccountId, MailboxId } from "../../model/ids.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import { ForeignAccount, type Neighbour } from "./foreign-account.ts";
import { innerName } from "./foreign-names.ts";
import type { Person } from "./person.ts";
import type { SharingService } from "./sharing-service.ts";

export interface NeighboursParts {
  readonly sharing: SharingService;
  readonly person: Person;
  /** In whose name things are done. */
  readonly by: object;
  /** Told of each account that is opened. */
  readonly opened: (account: ForeignAccount) => void;
}

/** A name in somebody else's account. */
export interface ForeignPlace {
  readonly account: ForeignAccount;
  /** As it is called there. */
  readonly name: MailboxName;
}

export class Neighbours implements Disposable {
  readonly #parts: NeighboursParts;
  readonly #known = new Map<AccountId, Promise<Neighbour | undefined>>();
  readonly #accounts = new Map<AccountId, Promise<ForeignAccount | undefined>>();
  #disposed = false;

  constructor(parts: NeighboursParts) {
    this.#parts = parts;
  }

  /** Those that are there and can be opened: somebody else's trouble does not keep anybody from the rest. */
  async accounts(): Promise<readonly ForeignAccount[]> {
    const opened = await Promise.all(this.#owners().map((owner) => this.account(owner).catch(unlessRefused)));
    return opened
      .filter((account) => account !== undefined)
      .sort((a, b) => (a.neighbour.prefix < b.neighbour.prefix ? -1 : 1));
  }

  /** Those that have been opened so far, and are still there. */
  async openAccounts(): Promise<readonly ForeignAccount[]> {
    const owners = this.#owners();
    const opened = await Promise.all([...this.#accounts.values()].map((opening) => opening.catch(unlessRefused)));
    return opened.filter((account) => account !== undefined).filter(({ owner }) => owners.includes(owner));
  }

  /** Undefined for one that is no more. */
  async account(owner: AccountId): Promise<ForeignAccount | undefined> {
    let opening = this.#accounts.get(owner);
    if (opening === undefined) {
      opening = this.#open(owner);
      this.#accounts.set(owner, opening);
    }
    try {
      const account = await opening;
      if (account === undefined) this.#accounts.delete(owner);
      return account;
    } catch (error) {
      this.#accounts.delete(owner);
      throw error;
    }
  }

  /** Whose a name is; undefined when no account that may share something has such names. */
  async place(name: MailboxName): Promise<ForeignPlace | undefined> {
    for (const owner of this.#owners()) {
      const neighbour = await this.#neighbour(owner);
      const inner = neighbour === undefined ? undefined : innerName(name, neighbour.prefix);
      if (inner === undefined) continue;
      const account = await this.account(owner);
      return account === undefined ? undefined : { account, name: inner };
    }
    return undefined;
  }

  /** The account of a foreign mailbox. */
  async accountOf(id: MailboxId): Promise<ForeignAccount | undefined> {
    const owner = this.#parts.sharing.ids.accountOf(id);
    return owner === undefined ? undefined : this.account(owner);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    for (const opening of this.#accounts.values())
      opening.then(
        (account) => account?.[Symbol.dispose](),
        () => undefined,
      );
    this.#accounts.clear();
  }

  #owners(): readonly AccountId[] {
    return this.#parts.sharing.ownersFor(this.#parts.person);
  }

  #neighbour(owner: AccountId): Promise<Neighbour | undefined> {
    const known = this.#known.get(owner);
    if (known !== undefined) return known;
    const asked = this.#parts.sharing.neighbour(owner, this.#parts.person);
    this.#known.set(owner, asked);
    asked.catch(() => this.#known.delete(owner));
    return asked;
  }

  async #open(owner: AccountId): Promise<ForeignAccount | undefined> {
    const { sharing, person, by, opened } = this.#parts;
    const neighbour = await this.#neighbour(owner);
    if (neighbour === undefined) return undefined;
    try {
      const held = await sharing.enter(owner);
      const account = new ForeignAccount({ neighbour, held, person: person.account, ids: sharing.ids, by });
      if (this.#disposed) account[Symbol.dispose]();
      else opened(account);
      return account;
    } catch (error) {
      if (error instanceof ProblemRefusal && error.problem.kind === "account-missing") return undefined;
      throw error;
    }
  }
}

export function unlessRefused(error: unknown): undefined {
  if (!(error instanceof ProblemRefusal)) throw error;
}
