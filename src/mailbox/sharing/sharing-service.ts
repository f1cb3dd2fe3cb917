// Sharing between accounts: opens each person's mail with what others share, and changes lists of rights.

import { parseAddress } from "../../directory/address.ts";
import type { Directory } from "../../directory/directory.ts";
import type { Grantee, ShareBook } from "../../directory/share-book.ts";
import type { AclChange, AclEntry, AclSubject } from "../../model/acl.ts";
import type { AccountId, MailboxId } from "../../model/ids.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { ProblemRefusal, refuse } from "../../model/problem.ts";
import { allRights, noRights } from "../../model/rights.ts";
import { changeAcl, forgetSubject } from "../../store/work/acl.ts";
import type { AccountState } from "../account-state.ts";
import type { Acting } from "../acting.ts";
import type { HeldAccount, MailService } from "../mail-service.ts";
import { AccountIds } from "./account-ids.ts";
import type { Neighbour } from "./foreign-account.ts";
import { foreignPrefix } from "./foreign-names.ts";
import { domainOf, type Person } from "./person.ts";
import type { AclOrder, AclRule, PersonalMail } from "./personal-mail.ts";
import { SharedMail } from "./shared-mail.ts";

/** One entry of the list of one mailbox. */
export interface Grant extends AclRule {
  /** The owner's primary address. */
  readonly owner: string;
  readonly mailbox: MailboxName;
}

export interface SharingParts {
  readonly mail: MailService;
  readonly shares: ShareBook;
  readonly directory: Pick<Directory, "account" | "accountAt">;
}

export class SharingService {
  readonly #parts: SharingParts;
  readonly ids = new AccountIds();
  /** Changes of one owner's lists, one after another. */
  readonly #turns = new Map<AccountId, Promise<void>>();

  constructor(parts: SharingParts) {
    this.#parts = parts;
  }

  get shares(): ShareBook {
    return this.#parts.shares;
  }

  /** `address`: the account's primary one. Throws account-missing, store-unavailable. */
  async open(account: AccountId, address: string): Promise<PersonalMail> {
    await this.shares.load();
    const { state, release } = await this.enter(account);
    return new SharedMail({ sharing: this, state, feed: this.#parts.mail.feed, release, address });
  }

  enter(account: AccountId): Promise<HeldAccount> {
    return this.#parts.mail.enter(account);
  }

  /** In whose accounts there may be something for somebody. */
  ownersFor(person: Person): readonly AccountId[] {
    const own = this.shares.ownersFor(person.account);
    // Who shares nothing with anybody does not make anybody think about domains.
    const common = this.shares.namesDomains ? this.#commonTo(person) : nothing;
    if (own.size === 0 && common.size === 0) return nobody;
    return [...own.union(common)].filter((owner) => owner !== person.account);
  }

  #commonTo({ domain }: Person): ReadonlySet<AccountId> {
    return domain === undefined ? nothing : this.shares.ownersFor(`@${domain}`);
  }

  /** As the person who looks knows it; undefined for an account that is no more. */
  async neighbour(owner: AccountId, { domain }: Person): Promise<Neighbour | undefined> {
    const account = await this.#parts.directory.account(owner).catch(unlessMissing);
    if (account === undefined) return undefined;
    const { address } = account;
    const kind = account.shared ? "shared-account" : "person";
    const kinship = domain !== undefined && domainOf(address) === domain ? "same-domain" : "other-domain";
    return { owner, address, kind, prefix: foreignPrefix(address, kind), kinship };
  }

  /**
   * Who an identifier is, and whether rights are given or taken by it; `known` says by which addresses people are known to the one
   * who asks. Throws subject-unknown.
   */
  async subject(identifier: string, known: "primary" | "all"): Promise<Pick<AclEntry, "subject" | "sign">> {
    const name = identifier.replace(/^-/, "");
    const sign = name === identifier ? "grants" : "denies";
    if (name.toLowerCase() === "anyone") return { subject: "anyone", sign };
    const account = await this.#parts.directory.accountAt(name).catch(unlessUnknown);
    if (account === undefined || (known === "primary" && !isSameAddress(name, account.address)))
      throw refuse({ kind: "subject-unknown" });
    return { subject: account.id, sign };
  }

  /** A list of rights as people read it: the owner first, then who is still known. */
  async rules(owner: AccountId, acl: readonly AclEntry[]): Promise<readonly AclRule[]> {
    const account = await this.#parts.directory.account(owner);
    const others = await this.#others(acl);
    return account.shared ? others : [{ identifier: account.address, rights: allRights }, ...others];
  }

  async #others(acl: readonly AclEntry[]): Promise<readonly AclRule[]> {
    const rules: AclRule[] = [];
    for (const { subject, sign, rights } of acl) {
      const name =
        subject === "anyone" ? subject : (await this.#parts.directory.account(subject).catch(unlessMissing))?.address;
      if (name !== undefined) rules.push({ identifier: sign === "denies" ? `-${name}` : name, rights });
    }
    return rules.sort(byIdentifier);
  }

  /**
   * Changes the list of a mailbox, by its id in its account. That there is something to find is written down before it is there.
   * Throws owner-has-all-rights, mailbox-missing, limit-reached.
   */
  changeAcl(
    acting: Acting,
    acls: AccountState["acls"],
    { mailbox, change }: { readonly mailbox: MailboxId; readonly change: AclChange },
  ): Promise<void> {
    const owner = acting.account;
    if (change.subject === owner) {
      if (change.sign === "grants" && (change.rights === allRights || change.how === "add")) return Promise.resolve();
      throw refuse({ kind: "owner-has-all-rights" });
    }
    return this.#inTurn(owner, async () => {
      const grantee = await this.#granteeOf(owner, change.subject);
      const gives = change.sign === "grants" && change.how !== "remove" && change.rights !== noRights;
      if (gives && grantee !== undefined) await this.shares.add(owner, grantee);
      const modSeq = await acting.store.write(() => changeAcl(mailbox, change), "flushed");
      if (modSeq !== null) await acting.announce({ modSeq, messagesIn: [], mailboxes: [mailbox] });
      if (!gives) await this.#tidy(owner, acls, change.subject);
    });
  }

  /** Changes the lists of one mailbox of an account, or of all; answers which. Throws also mailbox-missing, subject-unknown. */
  async give(owner: AccountId, only: MailboxName | undefined, order: AclOrder): Promise<readonly MailboxName[]> {
    const { identifier, how, rights } = order;
    const change = { ...(await this.subject(identifier, "all")), how, rights };
    return this.#within(owner, async (state) => {
      const mailboxes = (await state.mailboxes()).filter(({ name }) => only === undefined || name === only);
      if (mailboxes.length === 0) throw refuse({ kind: "mailbox-missing" });
      for (const { id: mailbox } of mailboxes) await this.changeAcl(state, state.acls, { mailbox, change });
      return mailboxes.map(({ name }) => name);
    });
  }

  /** Everything that is shared: by owner, then by mailbox. */
  async grants(): Promise<readonly Grant[]> {
    await this.shares.load();
    const grants: Grant[] = [];
    for (const owner of this.shares.owners()) {
      const account = await this.#parts.directory.account(owner).catch(unlessMissing);
      if (account === undefined) continue;
      const found = await this.#within(owner, async (state) => {
        await state.acls.load();
        const lists = await state.mailboxes();
        return Promise.all(lists.map(async ({ id, name }) => ({ name, rules: await this.#others(state.acls.of(id)) })));
      });
      for (const { name, rules } of found)
        for (const rule of rules) grants.push({ owner: account.address, mailbox: name, ...rule });
    }
    return grants.sort((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0));
  }

  /** What is wrong with what an account shares, in sentences: somebody with rights who would not find them. */
  async audit(owner: AccountId): Promise<readonly string[]> {
    await this.shares.load();
    return this.#within(owner, async ({ acls }) => {
      await acls.load();
      const findings = new Set<string>();
      for (const acl of acls.all())
        for (const { subject, sign } of acl) {
          const grantee = sign === "grants" ? await this.#granteeOf(owner, subject) : undefined;
          if (grantee === undefined || this.shares.ownersFor(grantee).has(owner)) continue;
          findings.add(`It shares mailboxes with ${grantee}, which the directory does not know of`);
        }
      return [...findings];
    });
  }

  /** Nothing was found for somebody where something might have been: it is not looked for again. */
  tidy(state: AccountState, person: AccountId): Promise<void> {
    return this.#inTurn(state.account, async () => {
      for (const subject of [person, "anyone"] as const) await this.#tidy(state.account, state.acls, subject);
    });
  }

  /** An account has been removed from the directory: what it shared, and what rights it had, are no more. */
  async forget(account: AccountId): Promise<void> {
    for (const owner of await this.shares.forget(account)) {
      const forget = this.#within(owner, async (state) => {
        const forgotten = await state.store.write(() => forgetSubject(account), "flushed");
        if (forgotten !== null) await state.announce({ ...forgotten, messagesIn: [] });
      });
      await forget.catch(unlessMissing);
    }
  }

  async #within<T>(account: AccountId, work: (state: AccountState) => Promise<T>): Promise<T> {
    const { state, release } = await this.enter(account);
    try {
      return await work(state);
    } finally {
      release();
    }
  }

  async #tidy(owner: AccountId, acls: AccountState["acls"], subject: AclSubject): Promise<void> {
    await acls.load();
    for (const acl of acls.all()) if (acl.some((entry) => entry.subject === subject && entry.sign === "grants")) return;
    const grantee = await this.#granteeOf(owner, subject);
    if (grantee !== undefined) await this.shares.remove(owner, grantee);
  }

  async #granteeOf(owner: AccountId, subject: AclSubject): Promise<Grantee | undefined> {
    if (subject !== "anyone") return subject;
    const domain = domainOf((await this.#parts.directory.account(owner)).address);
    return domain === undefined ? undefined : `@${domain}`;
  }

  async #inTurn(owner: AccountId, work: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(owner);
    const turn = (before ?? Promise.resolve()).catch(() => undefined).then(work);
    this.#turns.set(owner, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(owner) === turn) this.#turns.delete(owner);
    }
  }
}

/** People by their addresses, what is denied before what is granted, and everybody at the end. */
function byIdentifier(one: AclRule, other: AclRule): number {
  const [a, b] = [one, other].map(({ identifier }) => identifier.replace(/^-/, ""));
  if (a === b) return one.identifier.length > other.identifier.length ? -1 : 1;
  if (a === "anyone" || b === "anyone") return a === "anyone" ? 1 : -1;
  return (a ?? "") < (b ?? "") ? -1 : 1;
}

const nobody: readonly AccountId[] = [];
const nothing: ReadonlySet<AccountId> = new Set();

function isSameAddress(one: string, other: string): boolean {
  const [a, b] = [parseAddress(one), parseAddress(other)];
  return a !== undefined && a.localKey === b?.localKey && a.domain === b.domain;
}

function unlessKind(...kinds: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof ProblemRefusal && kinds.includes(error.problem.kind)) return undefined;
    throw error;
  };
}

const unlessMissing = unlessKind("account-missing");
const unlessUnknown = unlessKind("account-missing", "address-invalid");
