// The directory over the store: domains, accounts, addresses and passwords of the installation. The mail of an account
// is another service's; whoever adds or removes an account asks both.

import type { Clock, Entropy } from "../base/clock.ts";
import { type AccountId, asAccountId } from "../model/ids.ts";
import { refuse } from "../model/problem.ts";
import type { AttemptSource, ScramProof, Verified } from "../sasl/credential-port.ts";
import { makeScramVerifier, type ScramVerifier } from "../sasl/scram-verifier.ts";
import type { Database } from "../store/store.ts";
import {
  type AccountRow,
  deleteAccount,
  getAccount,
  insertAccount,
  listAccounts,
  oldestAccount,
  updateAccount,
} from "../store/work/directory-accounts.ts";
import {
  type AddressKind,
  type AddressRow,
  deleteAddress,
  findAddress,
  insertAddress,
  listAddresses,
} from "../store/work/directory-addresses.ts";
import { addDomain, hasDomain, listDomains, removeDomain } from "../store/work/directory-domains.ts";
import { type PasswordRow, putPassword } from "../store/work/directory-passwords.ts";
import { settingOr } from "../store/work/directory-settings.ts";
import {
  type Address,
  catchAllKey,
  type DomainName,
  formatAddress,
  formatDomain,
  parseAddress,
  parseDomain,
  parseLocalPart,
  splitTag,
} from "./address.ts";
import { Authenticator, type AuthenticatorParts } from "./authenticator.ts";
import type { Account, AccountSettings, Directory, Recipient } from "./directory.ts";
import type { DirectoryPolicy } from "./directory-policy.ts";
import { PasswordHasher } from "./password-hash.ts";

export interface DirectoryParts extends Pick<AuthenticatorParts, "clock" | "entropy" | "sleep" | "attempted"> {
  readonly database: Database;
  readonly policy: DirectoryPolicy;
}

export interface NewAccount {
  readonly id: AccountId;
  readonly address: string;
  readonly displayName: string;
  /** Prepared (`prepareCredential`); null for an account that is nobody's own. */
  readonly password: string | null;
}

export interface OwnedAddress {
  /** As people see it; `@domain` for a catch-all. */
  readonly address: string;
  readonly account: AccountId;
  readonly kind: AddressKind;
}

export interface OwnDomain {
  /** In U-labels. */
  readonly domain: string;
  /** In A-labels, as DNS has it. */
  readonly asciiDomain: string;
  readonly addresses: number;
}

const accountIdBytes = 8;
const secretBytes = 32;

export class StoredDirectory implements Directory {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #policy: DirectoryPolicy;
  readonly #hasher: PasswordHasher;
  readonly #authenticator: Authenticator;

  private constructor(parts: DirectoryParts, secret: Uint8Array) {
    this.#database = parts.database;
    this.#clock = parts.clock;
    this.#entropy = parts.entropy;
    this.#policy = parts.policy;
    this.#hasher = new PasswordHasher(parts.entropy);
    this.#authenticator = new Authenticator({ ...parts, hasher: this.#hasher, secret });
  }

  static async open(parts: DirectoryParts): Promise<StoredDirectory> {
    const fresh = parts.entropy.bytes(secretBytes);
    const secret = await parts.database.write(() => settingOr("server-secret", fresh), "flushed");
    return new StoredDirectory(parts, secret);
  }

  verifyPassword(user: string, password: string, source: AttemptSource): Promise<Verified> {
    return this.#authenticator.verifyPassword(user, password, source);
  }

  scramVerifier(user: string, source: AttemptSource): Promise<ScramVerifier> {
    return this.#authenticator.scramVerifier(user, source);
  }

  settleScram(user: string, proof: ScramProof, source: AttemptSource): Promise<Verified> {
    return this.#authenticator.settleScram(user, proof, source);
  }

  async resolveRecipient(text: string): Promise<Recipient> {
    const address = parseAddress(text);
    if (address !== undefined) return await this.#resolve(address);
    // RFC 5321 4.5.1: "postmaster" without a domain is taken in any case of letters.
    if (parseLocalPart(text)?.localKey !== "postmaster") return { kind: "invalid" };
    const accountId = await this.#database.read(() => oldestAccount(undefined));
    return accountId === undefined ? { kind: "unknown" } : { kind: "account", accountId, tag: undefined };
  }

  async ownsAddress(account: AccountId, text: string): Promise<boolean> {
    const recipient = await this.resolveRecipient(text);
    return recipient.kind === "account" && recipient.accountId === account;
  }

  async account(id: AccountId): Promise<Account> {
    const row = await this.#database.read(() => getAccount(id));
    if (row === undefined) throw refuse({ kind: "account-missing" });
    return accountOf(row);
  }

  /** The account that has this address, primary or alias. Throws address-invalid, account-missing. */
  async accountAt(address: string): Promise<Account> {
    const key = requireAddress(address);
    const row = await this.#database.read(() => findAddress(key));
    if (row === undefined) throw refuse({ kind: "account-missing" });
    return await this.account(row.account);
  }

  async accounts(): Promise<readonly Account[]> {
    return (await this.#database.read(listAccounts)).map(accountOf);
  }

  /** An id that no account has. */
  newAccountId(): AccountId {
    return asAccountId(this.#entropy.bytes(accountIdBytes).toHex());
  }

  /** Throws address-invalid, domain-missing, address-exists: whatever would keep the address from being given out. */
  async requireFree(text: string): Promise<void> {
    const key = requireAddress(text);
    const [served, row] = await this.#database.read(function* () {
      return [yield* hasDomain(key.domain), yield* findAddress(key)] as const;
    });
    if (!served) throw refuse({ kind: "domain-missing" });
    if (row !== undefined) throw refuse({ kind: "address-exists" });
  }

  /** Throws address-invalid, domain-missing, address-exists. */
  async addAccount(account: NewAccount): Promise<Account> {
    const primary = requireAddress(account.address);
    const password = account.password === null ? null : await this.#passwordRow(account.password);
    const row: AccountRow = {
      id: account.id,
      address: formatAddress(primary),
      displayName: account.displayName,
      disabled: 0,
      pop3Deletion: this.#policy.settings.pop3Deletion,
      copySent: this.#policy.settings.copySent ? 1 : 0,
      withoutCapabilities: this.#policy.settings.withoutCapabilities.join(" "),
      administrator: this.#policy.settings.administrator ? 1 : 0,
      shared: password === null ? 1 : 0,
      createdAtMs: this.#clock.nowMs(),
    };
    await this.#database.write(() => insertAccount(row, primary, password), "flushed");
    return accountOf(row);
  }

  /** `password` prepared (`prepareCredential`). Throws account-missing, account-shared. */
  async setPassword(id: AccountId, password: string): Promise<void> {
    const { id: known, shared } = await this.account(id);
    if (shared) throw refuse({ kind: "account-shared" });
    const row = await this.#passwordRow(password);
    await this.#database.write(() => putPassword(known, row), "flushed");
  }

  /** Throws account-missing. */
  async changeAccount(
    id: AccountId,
    changes: Partial<Pick<Account, "displayName" | "disabled">> & { readonly settings?: Partial<AccountSettings> },
  ): Promise<Account> {
    const account = await this.account(id);
    const changed = { ...account, ...changes, settings: { ...account.settings, ...changes.settings } };
    await this.#database.write(() => updateAccount(rowOf(changed)), "flushed");
    return changed;
  }

  /** From now on nobody logs in to it and no mail finds it; its mail stays with the mail service. */
  async removeAccount(id: AccountId): Promise<void> {
    await this.#database.write(() => deleteAccount(id), "flushed");
  }

  async domains(): Promise<readonly OwnDomain[]> {
    const rows = await this.#database.read(listDomains);
    return rows.map(({ name, addresses }) => {
      const asciiDomain = requireDomain(name);
      return { domain: formatDomain(asciiDomain), asciiDomain, addresses };
    });
  }

  /** Throws address-invalid, domain-exists. */
  async addDomain(text: string): Promise<void> {
    const domain = requireDomain(text);
    const nowMs = this.#clock.nowMs();
    await this.#database.write(() => addDomain(domain, nowMs), "flushed");
  }

  /** Throws address-invalid, domain-missing, domain-in-use. */
  async removeDomain(text: string): Promise<void> {
    const domain = requireDomain(text);
    await this.#database.write(() => removeDomain(domain), "flushed");
  }

  /** All addresses, or those of one account. */
  async addresses(account?: AccountId): Promise<readonly OwnedAddress[]> {
    return (await this.#database.read(() => listAddresses(account))).map(ownedAddress);
  }

  /** An alias, or with `@domain` the catch-all of a domain. Throws address-invalid, domain-missing, address-exists. */
  async addAddress(text: string, account: AccountId): Promise<OwnedAddress> {
    const key = requireAddressOrCatchAll(text);
    const row: AddressRow = { ...key, account, kind: key.localKey === catchAllKey ? "catch-all" : "alias" };
    await this.account(account);
    await this.#database.write(() => insertAddress(row), "flushed");
    return ownedAddress(row);
  }

  /** Throws address-invalid, address-missing, address-primary. */
  async removeAddress(text: string): Promise<void> {
    const key = requireAddressOrCatchAll(text);
    await this.#database.write(() => deleteAddress(key), "flushed");
  }

  async #resolve(address: Address): Promise<Recipient> {
    const { domain } = address;
    const tagged = splitTag(address, this.#policy.subaddressSeparator);
    return await this.#database.read(function* () {
      if (!(yield* hasDomain(domain))) return { kind: "foreign" } as const;
      const exact = yield* findAddress(address);
      if (exact !== undefined) return found(exact.account);
      const untagged = tagged === undefined ? undefined : yield* findAddress(tagged.address);
      if (untagged !== undefined) return found(untagged.account, tagged?.tag);
      const catchAll = yield* findAddress({ domain, localKey: catchAllKey });
      if (catchAll !== undefined) return found(catchAll.account);
      // RFC 5321 4.5.1: a domain that takes mail takes mail to its postmaster.
      const postmaster = address.localKey === "postmaster" ? yield* oldestAccount(domain) : undefined;
      return postmaster === undefined ? ({ kind: "unknown" } as const) : found(postmaster);
    });
  }

  async #passwordRow(password: string): Promise<PasswordRow> {
    const [argon2, scram] = await Promise.all([
      this.#hasher.hash(password),
      makeScramVerifier(password, this.#entropy),
    ]);
    return {
      argon2,
      scramSalt: scram.salt,
      scramIterations: scram.iterations,
      scramStoredKey: scram.storedKey,
      scramServerKey: scram.serverKey,
      changedAtMs: this.#clock.nowMs(),
    };
  }
}

function found(accountId: AccountId, tag?: string): Recipient {
  return { kind: "account", accountId, tag };
}

function accountOf(row: AccountRow): Account {
  return {
    id: row.id,
    address: row.address,
    displayName: row.displayName,
    disabled: row.disabled === 1,
    shared: row.shared === 1,
    settings: {
      pop3Deletion: row.pop3Deletion,
      copySent: row.copySent === 1,
      withoutCapabilities: row.withoutCapabilities.split(" ").filter((name) => name !== ""),
      administrator: row.administrator === 1,
    },
    createdAtMs: row.createdAtMs,
  };
}

function rowOf(account: Account): AccountRow {
  return {
    ...account,
    disabled: account.disabled ? 1 : 0,
    shared: account.shared ? 1 : 0,
    pop3Deletion: account.settings.pop3Deletion,
    copySent: account.settings.copySent ? 1 : 0,
    withoutCapabilities: account.settings.withoutCapabilities.join(" "),
    administrator: account.settings.administrator ? 1 : 0,
  };
}

function ownedAddress(row: AddressRow): OwnedAddress {
  const domain = requireDomain(row.domain);
  const address =
    row.kind === "catch-all" ? `@${formatDomain(domain)}` : formatAddress({ localPart: row.localPart, domain });
  return { address, account: row.account, kind: row.kind };
}

function requireDomain(text: string): DomainName {
  const domain = parseDomain(text);
  if (domain === undefined) throw refuse({ kind: "address-invalid" });
  return domain;
}

function requireAddress(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw refuse({ kind: "address-invalid" });
  return address;
}

function requireAddressOrCatchAll(text: string): Address {
  if (!text.startsWith("@")) return requireAddress(text);
  return { localPart: "", localKey: catchAllKey, domain: requireDomain(text.slice(1)) };
}
