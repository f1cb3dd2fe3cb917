// A directory in memory, for tests of protocols: accounts by address, all with the same password. What the real one
// does about guessing, hashing and aliases has its own tests.

import type { Account, AccountSettings, Directory, Recipient } from "../../src/directory/directory.ts";
import type { AccountId } from "../../src/model/ids.ts";
import { refuse } from "../../src/model/problem.ts";
import type { ScramProof, Verified } from "../../src/sasl/credential-port.ts";
import { fakeScramVerifier, type ScramVerifier, scramVerifierOf } from "../../src/sasl/scram-verifier.ts";

export const memoryPassword = "secret";

export class MemoryDirectory implements Directory {
  readonly #accounts = new Map<string, Account>();
  /** The next login is refused because of too many failed ones. */
  throttledMs = 0;

  /** Adds the account, or puts another in its place. */
  set(
    id: AccountId,
    address: string,
    settings: Partial<AccountSettings> = {},
    state: "enabled" | "disabled" | "shared" = "enabled",
  ) {
    this.#accounts.set(address, {
      id,
      address,
      displayName: "",
      disabled: state === "disabled",
      shared: state === "shared",
      settings: {
        pop3Deletion: "expunge",
        copySent: false,
        withoutCapabilities: [],
        administrator: false,
        ...settings,
      },
      createdAtMs: 0,
    });
  }

  remove(id: AccountId): void {
    for (const [address, account] of this.#accounts) if (account.id === id) this.#accounts.delete(address);
  }

  clear(): void {
    this.#accounts.clear();
    this.throttledMs = 0;
  }

  async verifyPassword(user: string, password: string): Promise<Verified> {
    this.#throttle();
    if (password !== memoryPassword) throw refuse({ kind: "credentials-wrong" });
    return this.#verified(user);
  }

  async scramVerifier(user: string): Promise<ScramVerifier> {
    this.#throttle();
    if (!this.#accounts.has(user)) return fakeScramVerifier(new Uint8Array(32), user);
    // One round is enough where nothing is secret.
    return await scramVerifierOf(memoryPassword, new TextEncoder().encode("sixteen bytes!!!"), 1);
  }

  async settleScram(user: string, proof: ScramProof): Promise<Verified> {
    if (proof === "wrong") throw refuse({ kind: "credentials-wrong" });
    return this.#verified(user);
  }

  async resolveRecipient(address: string): Promise<Recipient> {
    const cut = address.lastIndexOf("@");
    if (cut < 1) return { kind: "invalid" };
    if (!address.endsWith("@example.org")) return { kind: "foreign" };
    const [local = "", tag] = address.slice(0, cut).split("+");
    const account = this.#accounts.get(`${local}${address.slice(cut)}`);
    return account === undefined ? { kind: "unknown" } : { kind: "account", accountId: account.id, tag };
  }

  async ownsAddress(account: AccountId, address: string): Promise<boolean> {
    const recipient = await this.resolveRecipient(address);
    return recipient.kind === "account" && recipient.accountId === account;
  }

  async account(id: AccountId): Promise<Account> {
    for (const account of this.#accounts.values()) if (account.id === id) return account;
    throw refuse({ kind: "account-missing" });
  }

  async accountAt(address: string): Promise<Account> {
    const account = this.#accounts.get(address);
    if (account === undefined) throw refuse({ kind: "account-missing" });
    return account;
  }

  #throttle(): void {
    if (this.throttledMs > 0) throw refuse({ kind: "credentials-throttled", retryAfterMs: this.throttledMs });
  }

  #verified(user: string): Verified {
    const account = this.#accounts.get(user);
    if (account === undefined) throw refuse({ kind: "credentials-wrong" });
    if (account.disabled) throw refuse({ kind: "account-disabled" });
    return { accountId: account.id, address: account.address };
  }
}
