// One account in memory, shared by all its sessions: its store, its list of mailboxes, and the views that are open.

import type { Clock } from "../base/clock.ts";
import { retainedViewsMax } from "../base/limits.ts";
import type { AccountChange, Feed, FeedListener } from "../feed/feed.ts";
import type { AccountId, MailboxId } from "../model/ids.ts";
import { refuse } from "../model/problem.ts";
import type { QuotaAmounts } from "../model/quota.ts";
import type { AccountStore } from "../store/store.ts";
import type { Delta } from "../store/work/catch-up.ts";
import { listMailboxes, type MailboxRow, readMailboxes, setRecent } from "../store/work/mailboxes.ts";
import { AccountAcls } from "./sharing/account-acls.ts";
import { MailboxView } from "./view.ts";

interface HeldView {
  readonly loading: Promise<MailboxView>;
  /** Null while it is being loaded. */
  view: MailboxView | null;
  sessions: number;
}

export class AccountState {
  readonly account: AccountId;
  readonly store: AccountStore;
  readonly clock: Clock;
  /** For an account without limits of its own. */
  readonly quota: QuotaAmounts;
  readonly #feed: Feed;
  readonly #following: Disposable;
  /** Views by mailbox, the least recently left first. A view nobody has open is kept for the next SELECT. */
  readonly #views = new Map<MailboxId, HeldView>();
  #mailboxes: readonly MailboxRow[] = [];
  #byId = new Map<MailboxId, MailboxRow>();
  /** What in the list is older than what was announced. */
  #stale: Set<MailboxId> | "all" = "all";
  #listing: Promise<void> | null = null;
  readonly #acls: AccountAcls;
  /** Null when every open view shows what was announced last. */
  #catchingUp: Promise<unknown> | null = null;

  constructor(store: AccountStore, feed: Feed, clock: Clock, quota: QuotaAmounts) {
    this.account = store.account;
    this.store = store;
    this.clock = clock;
    this.quota = quota;
    this.#feed = feed;
    this.#acls = new AccountAcls(store);
    this.#following = feed.subscribe(this.account, (change) => this.#follow(change));
  }

  /** All mailboxes with counters as of now, INBOX first, then by name. */
  async mailboxes(): Promise<readonly MailboxRow[]> {
    while (this.#stale === "all" || this.#stale.size > 0 || this.#listing !== null) {
      this.#listing ??= this.#refreshList().finally(() => {
        this.#listing = null;
      });
      await this.#listing;
    }
    return this.#mailboxes;
  }

  /** As last read; undefined when it has been deleted. */
  mailboxById(id: MailboxId): MailboxRow | undefined {
    return this.#byId.get(id);
  }

  /** What others may do here; read once somebody asks. */
  get acls(): AccountAcls {
    return this.#acls;
  }

  /** Calls `listener` after each commit that changes the account. */
  subscribe(listener: FeedListener): Disposable {
    return this.#feed.subscribe(this.account, listener);
  }

  /**
   * Tells everyone on the account what was committed; resolves when the open views show it. A `delta` of the first
   * mailbox spares its view the look into the log.
   */
  async announce(change: AccountChange, delta?: Delta): Promise<void> {
    const [first] = change.messagesIn;
    if (delta !== undefined && first !== undefined) this.#views.get(first)?.view?.take(delta);
    this.#feed.publish(this.account, change);
    if (this.#catchingUp !== null) await this.#catchingUp;
  }

  /** The view of a mailbox, for one more session. Throws mailbox-missing, mailbox-not-selectable. */
  async enterView(id: MailboxId): Promise<MailboxView> {
    await this.mailboxes();
    const row = this.#byId.get(id);
    if (row === undefined) throw refuse({ kind: "mailbox-missing" });
    if (!row.selectable) throw refuse({ kind: "mailbox-not-selectable" });
    let held = this.#views.get(id);
    if (held === undefined) {
      const loading = MailboxView.load(this.store, id, row.recentUid);
      const entry: HeldView = { loading, view: null, sessions: 0 };
      loading.then(
        (view) => {
          entry.view = view;
        },
        () => this.#views.delete(id),
      );
      held = entry;
    }
    this.#views.delete(id);
    this.#views.set(id, held);
    held.sessions++;
    return held.loading;
  }

  leaveView(view: MailboxView): void {
    const held = this.#views.get(view.id);
    if (held === undefined) return;
    held.sessions--;
    const row = this.#byId.get(view.id);
    // Losing this in a crash makes a message \Recent twice, which does no harm.
    if (row !== undefined && view.recentClaimed > row.recentUid)
      this.store
        .write(() => setRecent(view.id, view.recentClaimed), "soon")
        .then(
          () => this.#markStale([row.id]),
          () => undefined,
        );
    this.#dropUnusedViews();
  }

  close(): void {
    this.#following[Symbol.dispose]();
    this.#views.clear();
  }

  /** The account is being removed: whoever has a mailbox of it open is told that it is gone. */
  async endViews(): Promise<void> {
    for (const { loading } of this.#views.values())
      await loading.then((view) => view.markGone()).catch(() => undefined);
  }

  #follow(change: AccountChange): void {
    this.#markStale(change.mailboxes.length > 0 ? "all" : change.messagesIn);
    const waits: Promise<void>[] = [];
    for (const id of change.messagesIn) {
      const held = this.#views.get(id);
      if (held === undefined || (held.view !== null && held.view.modSeq >= change.modSeq)) continue;
      waits.push(held.loading.then((view) => view.catchUp(change.modSeq), notLoaded));
    }
    if (change.mailboxes.length > 0) waits.push(this.#dropDeleted(change.mailboxes));
    if (change.mailboxes.length > 0 && change.metadata === undefined) waits.push(this.#acls.refresh());
    const catchingUp = waits.length === 0 ? null : Promise.all(waits);
    this.#catchingUp = catchingUp;
    // Who announced it waits for it and hears of a failure; this only keeps it from counting as unhandled.
    catchingUp?.catch(() => undefined);
  }

  async #dropDeleted(ids: readonly MailboxId[]): Promise<void> {
    await this.mailboxes();
    for (const id of ids) {
      const held = this.#views.get(id);
      if (held === undefined || this.#byId.get(id)?.selectable === true) continue;
      this.#views.delete(id);
      (await held.loading.catch(notLoaded))?.markGone();
    }
  }

  #markStale(what: readonly MailboxId[] | "all"): void {
    if (this.#stale === "all") return;
    if (what === "all" || this.#stale.size + what.length > rowsReadAloneMax) this.#stale = "all";
    else for (const id of what) this.#stale.add(id);
  }

  /** Costs as much as has changed, for as long as that is a few counters: the list may be long, and is asked for often. */
  async #refreshList(): Promise<void> {
    const stale = this.#stale;
    this.#stale = new Set();
    try {
      if (stale === "all") this.#takeList(await this.store.read(listMailboxes));
      else this.#takeRows(await this.store.read(() => readMailboxes(stale)), stale);
    } catch (error) {
      this.#stale = "all";
      throw error;
    }
  }

  #takeList(rows: MailboxRow[]): void {
    this.#mailboxes = rows.sort((a, b) => rank(a) - rank(b));
    this.#byId = new Map(rows.map((row) => [row.id, row]));
  }

  /** Names have not changed, or their change is yet to be announced: each row keeps its place. */
  #takeRows(rows: readonly MailboxRow[], asked: ReadonlySet<MailboxId>): void {
    for (const id of asked) this.#byId.delete(id);
    for (const row of rows) this.#byId.set(row.id, row);
    // Who has the list from before keeps it as it was.
    this.#mailboxes = this.#mailboxes
      .filter(({ id }) => this.#byId.has(id))
      .map((row) => this.#byId.get(row.id) ?? row);
  }

  #dropUnusedViews(): void {
    let unused = 0;
    for (const held of this.#views.values()) if (held.sessions === 0) unused++;
    for (const [id, held] of this.#views) {
      if (unused <= retainedViewsMax) return;
      if (held.sessions > 0) continue;
      this.#views.delete(id);
      unused--;
    }
  }
}

/** Beyond so many mailboxes it is cheaper to read the whole list. */
const rowsReadAloneMax = 32;

const rank = (row: MailboxRow): number => (row.role === "inbox" ? 0 : 1);

/** Who asked for the view hears why there is none. */
function notLoaded(): undefined {
  return undefined;
}
