// Who shares with whom, in memory: asked at each login and each LIST, and nearly always empty for the one who asks. The rights
// themselves are with the mailboxes; this only says in whose accounts to look. It may name an account that shares nothing any
// more, but never leaves one out that does: a share is written down here before the rights are given.

import type { AccountId } from "../model/ids.ts";
import type { Database } from "../store/store.ts";
import { addShare, forgetShares, listShares, removeShare } from "../store/work/directory-shares.ts";
import type { DomainName } from "./address.ts";

/** An account, or everyone of a domain. */
export type Grantee = AccountId | `@${DomainName}`;

/** Hears that what is shared with some grantee may have changed. */
export type ShareListener = (grantee: Grantee) => void;

const nobody: ReadonlySet<AccountId> = new Set();

export class ShareBook {
  readonly #database: Database;
  readonly #owners = new Map<string, Set<AccountId>>();
  readonly #listeners = new Set<ShareListener>();
  #loading: Promise<void> | null = null;
  /** How many of the grantees are domains. */
  #domains = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Resolves when `ownersFor` can be asked. */
  load(): Promise<void> {
    this.#loading ??= this.#read().catch((error: unknown) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  /** In whose accounts there may be something for this grantee. */
  ownersFor(grantee: Grantee): ReadonlySet<AccountId> {
    return this.#owners.get(grantee) ?? nobody;
  }

  /** Whether anything is shared with everyone of some domain. */
  get namesDomains(): boolean {
    return this.#domains > 0;
  }

  /** All who may share something with anybody. */
  owners(): ReadonlySet<AccountId> {
    const all = new Set<AccountId>();
    for (const owners of this.#owners.values()) for (const owner of owners) all.add(owner);
    return all;
  }

  /** On the disk when it resolves. */
  async add(owner: AccountId, grantee: Grantee): Promise<void> {
    await this.load();
    if (this.ownersFor(grantee).has(owner)) return;
    await this.#database.write(() => addShare({ owner, grantee }), "flushed");
    this.#put(owner, grantee);
    this.#tell(grantee);
  }

  async remove(owner: AccountId, grantee: Grantee): Promise<void> {
    await this.load();
    if (!this.ownersFor(grantee).has(owner)) return;
    await this.#database.write(() => removeShare({ owner, grantee }), "soon");
    this.#take(owner, grantee);
    this.#tell(grantee);
  }

  /** An account is no more. In whose accounts there may have been something for it. */
  async forget(account: AccountId): Promise<ReadonlySet<AccountId>> {
    await this.load();
    const owners = new Set(this.ownersFor(account));
    await this.#database.write(() => forgetShares(account), "flushed");
    this.#owners.delete(account);
    for (const grantee of this.#owners.keys()) this.#take(account, grantee);
    return owners;
  }

  onChange(listener: ShareListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  async #read(): Promise<void> {
    for (const { owner, grantee } of await this.#database.read(listShares)) this.#put(owner, grantee);
  }

  #put(owner: AccountId, grantee: string): void {
    let owners = this.#owners.get(grantee);
    if (owners === undefined) {
      owners = new Set();
      this.#owners.set(grantee, owners);
      if (grantee.startsWith("@")) this.#domains++;
    }
    owners.add(owner);
  }

  #take(owner: AccountId, grantee: string): void {
    const owners = this.#owners.get(grantee);
    owners?.delete(owner);
    if (owners?.size !== 0) return;
    this.#owners.delete(grantee);
    if (grantee.startsWith("@")) this.#domains--;
  }

  #tell(grantee: Grantee): void {
    for (const listener of this.#listeners) listener(grantee);
  }
}
