// A session's hold on its user's mail: the own account, and the mailboxes of others by the rights to them. Whoever shares nothing
// and has nothing shared pays for two look-ups in memory. Rights are enforced here and in ForeignMailbox, for every protocol alike.
//
// Of a mailbox that one may not see, one learns nothing: what is refused there is refused as for one that there is not (RFC 4314 6).

import type { Feed } from "../../feed/feed.ts";
import type { MailboxId } from "../../model/ids.ts";
import type { Mailbox, MailboxRole } from "../../model/mailbox.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import type { EntryName, MetadataChange, MetadataEntry, MetadataNotice, MetadataOwner } from "../../model/metadata.ts";
import { refuse } from "../../model/problem.ts";
import { hasAnyRight, hasRight, type Right, type Rights } from "../../model/rights.ts";
import { readQuota } from "../../store/work/quota.ts";
import { AccountLease } from "../account-lease.ts";
import type { AccountState } from "../account-state.ts";
import { type Acting, SessionActing } from "../acting.ts";
import type { AppendItem, AppendResult } from "../appending.ts";
import type { AccountNews } from "../mail.ts";
import { usableDestination } from "../mailbox-use-cases.ts";
import type { OpenMailbox } from "../open-mailbox.ts";
import { innerId, isForeignId } from "./account-ids.ts";
import { AclDesk } from "./acl-desk.ts";
import { flagMask, mayWrite } from "./flag-rights.ts";
import type { ForeignAccount } from "./foreign-account.ts";
import { ForeignMailbox } from "./foreign-mailbox.ts";
import { changeForeignMetadata, foreignMetadata, foreignMetadataOfMailboxes } from "./foreign-metadata.ts";
import { isForeignName } from "./foreign-names.ts";
import { ForeignNews } from "./foreign-news.ts";
import { createForeign, removeForeign, renameForeign } from "./foreign-use-cases.ts";
import { type Crossing, type Landing, landStaged } from "./landing.ts";
import { Neighbours, unlessRefused } from "./neighbours.ts";
import { OwnMailbox } from "./own-mailbox.ts";
import { Person } from "./person.ts";
import type { AclOrder, AclRule, GrantableRights, PersonalMail, QuotaRoot } from "./personal-mail.ts";
import type { SharingService } from "./sharing-service.ts";

export interface SharedMailParts {
  readonly sharing: SharingService;
  readonly state: AccountState;
  readonly feed: Feed;
  readonly release: () => void;
  /** The user's primary one. */
  readonly address: string;
}

interface Surroundings {
  readonly neighbours: Neighbours;
  readonly news: ForeignNews;
}

export class SharedMail extends AccountLease implements PersonalMail, Crossing {
  readonly #sharing: SharingService;
  readonly #state: AccountState;
  readonly #acting: Acting;
  readonly #person: Person;
  /** Made at the first need: most sessions never look around. */
  #surroundings: Surroundings | null = null;

  constructor({ sharing, state, feed, release, address }: SharedMailParts) {
    super(state, feed, release);
    this.#sharing = sharing;
    this.#state = state;
    this.#acting = new SessionActing(state, this);
    this.#person = new Person(this.account, address);
  }

  override async list(): Promise<readonly Mailbox[]> {
    if (!this.#isSharedWith) return super.list();
    const subscribed = new Set(await super.orphanSubscriptions());
    return [...(await super.list()), ...(await this.#foreign(subscribed))];
  }

  override async find(name: MailboxName, need: Right = "r"): Promise<Mailbox> {
    const own = await this.#own(name);
    return own ?? (await this.#foreignMailbox(name, [need]));
  }

  override async destination(name: MailboxName): Promise<Mailbox> {
    const own = await this.#own(name);
    if (own !== undefined) return usableDestination(own);
    const place = isForeignName(name) ? await this.#neighbours.place(name) : undefined;
    const row = await place?.account.row(place.name);
    const rights = row === undefined ? undefined : place?.account.rights(row.id);
    if (place === undefined || row === undefined || rights === undefined || !hasAnyRight(rights, ["i", "l"]))
      throw refuse({ kind: "destination-missing" });
    if (!hasRight(rights, "i")) throw refuse({ kind: "no-permission" });
    if (!row.selectable) throw refuse({ kind: "mailbox-not-selectable" });
    return usable(await place.account.mailbox(row));
  }

  override async create(name: MailboxName, role?: MailboxRole): Promise<Mailbox> {
    if (!isForeignName(name)) return super.create(name, role);
    return createForeign(await this.#neighbours.place(name), role);
  }

  override async remove(name: MailboxName): Promise<void> {
    if (!isForeignName(name) || (await this.#own(name)) !== undefined) return super.remove(name);
    return removeForeign(await this.#neighbours.place(name));
  }

  override async rename(from: MailboxName, to: MailboxName): Promise<void> {
    const own = isForeignName(from) ? await this.#own(from) : null;
    if (own === undefined) {
      const target = isForeignName(to) ? await this.#neighbours.place(to) : undefined;
      return renameForeign(await this.#neighbours.place(from), target);
    }
    if (!isForeignName(to)) return super.rename(from, to);
    if ((await this.#own(from)) === undefined) throw refuse({ kind: "mailbox-missing" });
    // No mailbox of one's own goes there.
    throw refuse({ kind: "no-permission" });
  }

  override async orphanSubscriptions(): Promise<readonly MailboxName[]> {
    const orphans = await super.orphanSubscriptions();
    if (orphans.length === 0 || !this.#isSharedWith) return orphans;
    const there = new Set((await this.#foreign(new Set())).map(({ name }) => name));
    return orphans.filter((name) => !there.has(name));
  }

  override async append(to: MailboxId, items: readonly AppendItem[]): Promise<AppendResult> {
    if (!isForeignId(to)) return super.append(to, items);
    return landStaged(await this.landing(to), items, this.#acting);
  }

  override async open(id: MailboxId, mode: "read-write" | "read-only"): Promise<OpenMailbox> {
    if (isForeignId(id)) return this.#openForeign(id, mode);
    const view = await this.#state.enterView(id);
    return new OwnMailbox(this.#state, view, { mode, acting: this.#acting, crossing: this });
  }

  override async metadata(owner: MetadataOwner): Promise<readonly MetadataEntry[]> {
    if (owner === null || !isForeignId(owner)) return super.metadata(owner);
    return foreignMetadata(await this.#account(owner), innerId(owner));
  }

  override async metadataOfMailboxes(name: EntryName): Promise<ReadonlyMap<MailboxId, Uint8Array>> {
    const own = await super.metadataOfMailboxes(name);
    if (!this.#isSharedWith) return own;
    const all = new Map(own);
    for (const account of await this.#neighbours.accounts())
      for (const [id, value] of await foreignMetadataOfMailboxes(account, name)) all.set(id, value);
    return all;
  }

  override async changeMetadata(owner: MetadataOwner, changes: readonly MetadataChange[]): Promise<void> {
    if (owner === null || !isForeignId(owner)) return super.changeMetadata(owner, changes);
    return changeForeignMetadata(await this.#account(owner), innerId(owner), changes);
  }

  override watchMetadata(listener: (notice: MetadataNotice) => void): Disposable {
    const own = super.watchMetadata((notice) => {
      if (notice.names.length > 0) listener(notice);
    });
    const foreign = this.#news.watchMetadata(this, listener);
    return disposeBoth(own, foreign);
  }

  override watch(listener: (news: AccountNews) => void): Disposable {
    return disposeBoth(super.watch(listener), this.#news.watch(listener));
  }

  override async flush(): Promise<void> {
    await super.flush();
    const opened = (await this.#surroundings?.neighbours.openAccounts()) ?? [];
    for (const { state } of opened) await state.store.flush();
  }

  acl(name: MailboxName): Promise<readonly AclRule[]> {
    return this.#desk.acl(name);
  }

  changeAcl(name: MailboxName, order: AclOrder): Promise<void> {
    return this.#desk.change(name, order);
  }

  grantable(name: MailboxName, identifier: string): Promise<GrantableRights> {
    return this.#desk.grantable(name, identifier);
  }

  myRights(name: MailboxName): Promise<Rights> {
    return this.#desk.myRights(name);
  }

  async quotaRootsOf(name: MailboxName): Promise<readonly QuotaRoot[]> {
    const place =
      isForeignName(name) && (await this.#own(name)) === undefined ? await this.#neighbours.place(name) : null;
    if (place === null) return [{ address: null, quota: await this.quota() }];
    // RFC 9208 4.1.2: the mailbox need not exist; one that may not be read is told of no more than one that does not.
    const row = await place?.account.row(place.name);
    if (place === undefined || row === undefined || !place.account.may(row.id, "r")) return [];
    return [await rootOf(place.account)];
  }

  async quotaRoot(address: string): Promise<QuotaRoot | undefined> {
    if (!this.#isSharedWith) return undefined;
    for (const account of await this.#neighbours.accounts()) {
      if (account.neighbour.address !== address) continue;
      const readable = (await account.mailboxes()).some(({ rights }) => hasRight(rights, "r"));
      return readable ? rootOf(account) : undefined;
    }
    return undefined;
  }

  /** Where messages go that are put into a mailbox. */
  async landing(to: MailboxId): Promise<Landing> {
    if (!isForeignId(to)) return { account: this.account, acting: this.#acting, mailbox: to, by: undefined };
    const account = await this.#neighbours.accountOf(to);
    const mailbox = innerId(to);
    await account?.load();
    if (account === undefined || !hasAnyRight(account.rights(mailbox), ["i", "l"]))
      throw refuse({ kind: "destination-missing" });
    const rights = account.rights(mailbox);
    if (!hasRight(rights, "i")) throw refuse({ kind: "no-permission" });
    const by = { number: await account.reader(), mayChange: flagMask(rights) };
    return { account: account.owner, acting: account.acting, mailbox, by };
  }

  override [Symbol.dispose](): void {
    this.#surroundings?.news[Symbol.dispose]();
    this.#surroundings?.neighbours[Symbol.dispose]();
    super[Symbol.dispose]();
  }

  /** Whether there may be something of others. */
  get #isSharedWith(): boolean {
    return this.#sharing.ownersFor(this.#person).length > 0;
  }

  get #neighbours(): Neighbours {
    return this.#around().neighbours;
  }

  get #news(): ForeignNews {
    return this.#around().news;
  }

  get #desk(): AclDesk {
    return new AclDesk(this.#sharing, this.#acting, this.#state, () => this.#neighbours);
  }

  #around(): Surroundings {
    if (this.#surroundings !== null) return this.#surroundings;
    const news = new ForeignNews(this.#person);
    const opened = (account: ForeignAccount): void => news.follow(account);
    const neighbours = new Neighbours({ sharing: this.#sharing, person: this.#person, by: this, opened });
    news.listenTo(this.#sharing.shares, neighbours);
    this.#surroundings = { neighbours, news };
    return this.#surroundings;
  }

  /** An own mailbox by its name. */
  async #own(name: MailboxName): Promise<Mailbox | undefined> {
    return (await this.#state.mailboxes()).find((mailbox) => mailbox.name === name);
  }

  /** Those that may be listed: RFC 4314 4 asks for "l". */
  async #foreign(subscribed: ReadonlySet<MailboxName>): Promise<readonly Mailbox[]> {
    const all: Mailbox[] = [];
    for (const account of await this.#neighbours.accounts()) {
      const mailboxes = await account.mailboxes(subscribed).catch(unlessRefused);
      if (mailboxes === undefined) continue;
      // Nobody waits for what only saves a look the next time.
      if (mailboxes.length === 0) this.#sharing.tidy(account.state, this.account).catch(() => undefined);
      for (const mailbox of mailboxes) if (hasRight(mailbox.rights, "l")) all.push(mailbox);
    }
    return all;
  }

  async #foreignMailbox(name: MailboxName, needed: readonly Right[]): Promise<Mailbox> {
    const place = isForeignName(name) ? await this.#neighbours.place(name) : undefined;
    const row = await place?.account.row(place.name);
    const mailbox = row === undefined ? undefined : await place?.account.mailbox(row);
    if (mailbox === undefined || !hasAnyRight(mailbox.rights, [...needed, "l"]))
      throw refuse({ kind: "mailbox-missing" });
    if (!hasAnyRight(mailbox.rights, needed)) throw refuse({ kind: "no-permission" });
    return mailbox;
  }

  async #account(id: MailboxId): Promise<ForeignAccount> {
    const account = await this.#neighbours.accountOf(id);
    if (account === undefined) throw refuse({ kind: "mailbox-missing" });
    await account.load();
    return account;
  }

  async #openForeign(id: MailboxId, mode: "read-write" | "read-only"): Promise<OpenMailbox> {
    const account = await this.#account(id);
    const inner = innerId(id);
    const reader = await account.reader();
    if (!account.may(inner, "r")) throw refuse({ kind: account.may(inner, "l") ? "no-permission" : "mailbox-missing" });
    const view = await account.state.enterView(inner);
    const rights = account.rights(inner);
    if (!hasRight(rights, "r")) {
      account.state.leaveView(view);
      throw refuse({ kind: "mailbox-missing" });
    }
    const granted = mode === "read-write" && mayWrite(rights) ? mode : "read-only";
    return new ForeignMailbox(account, view, { mode: granted, reader, crossing: this, home: this.#acting });
  }
}

/** A mailbox of the name that a client has just used. */
function usable(mailbox: Mailbox | undefined): Mailbox {
  if (mailbox === undefined) throw refuse({ kind: "destination-missing" });
  return mailbox;
}

async function rootOf({ neighbour, state }: ForeignAccount): Promise<QuotaRoot> {
  return { address: neighbour.address, quota: await state.store.read(() => readQuota(state.quota)) };
}

function disposeBoth(one: Disposable, other: Disposable): Disposable {
  return {
    [Symbol.dispose]: () => {
      one[Symbol.dispose]();
      other[Symbol.dispose]();
    },
  };
}
