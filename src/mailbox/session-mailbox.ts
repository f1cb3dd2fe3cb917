// One session's open mailbox: the shared view, the session's own numbers, and what it has been told.

import type { FlagChange, FlagSet } from "../model/flags.ts";
import type { AccountId, ContentId, MailboxId, ModSeq, Uid } from "../model/ids.ts";
import { asUid } from "../model/ids.ts";
import type { Mailbox } from "../model/mailbox.ts";
import { refuse } from "../model/problem.ts";
import { allRights, type Rights } from "../model/rights.ts";
import { hasUid, intersection, type UidSet, uidSet, uidSetOfSorted } from "../model/uid-set.ts";
import type { StoredBody } from "../store/store.ts";
import type { TextIndex } from "../store/text-index.ts";
import { readContents, readOrder, readSaveDates } from "../store/work/contents.ts";
import type { FlagsOrder } from "../store/work/store-flags.ts";
import type { AccountState } from "./account-state.ts";
import type { Acting } from "./acting.ts";
import type { AppendItem, AppendResult } from "./appending.ts";
import { readBodies, readBody } from "./body.ts";
import { markFlags } from "./marked-flags.ts";
import { copy, expunge, move, replace, storeFlags } from "./message-use-cases.ts";
import type {
  ContentFacts,
  Copied,
  CopyResult,
  MessageFacts,
  News,
  OpenMailbox,
  OrderFacts,
  StoreFlagsResult,
  ViewColumns,
} from "./open-mailbox.ts";
import { SessionNumbers } from "./session-numbers.ts";
import { asNewMessage } from "./staging.ts";
import type { MailboxView, ViewListener } from "./view.ts";

export interface Opening {
  readonly mode: "read-write" | "read-only";
  /** Whose changes those are that are made through it. */
  readonly acting: Acting;
  /** Whether messages are \Recent no more once this session has seen them so (RFC 3501 2.3.2). */
  readonly recent?: "taken" | "left";
  /** What the session calls it, if not as its account does. */
  readonly knownAs?: MailboxId;
}

const noListeners: readonly (() => void)[] = [];
/** Shared by the sessions that have told nothing of themselves; never added to. */
const nothingTold = new Map<number, ModSeq>();

export class SessionMailbox implements OpenMailbox, ViewListener {
  readonly id: MailboxId;
  readonly readOnly: boolean;
  readonly #state: AccountState;
  readonly #acting: Acting;
  #view: MailboxView;
  readonly #numbers: SessionNumbers;
  #newsListeners = noListeners;
  /** Flag changes up to this modSeq have been told. */
  #toldModSeq: ModSeq;
  /** What the session itself told since then: UID -> the modSeq that it told. */
  #told = nothingTold;
  readonly #recent: [from: number, to: number][] = [];
  readonly #takesRecent: boolean;
  #announcing = false;

  constructor(state: AccountState, view: MailboxView, { mode, acting, recent = "taken", knownAs }: Opening) {
    this.id = knownAs ?? view.id;
    this.readOnly = mode === "read-only";
    this.#takesRecent = mode === "read-write" && recent === "taken";
    this.#state = state;
    this.#acting = acting;
    this.#view = view;
    this.#numbers = new SessionNumbers(view);
    this.#toldModSeq = view.modSeq;
    view.listen(this);
    this.#claimRecent();
  }

  get owner(): AccountId | null {
    return null;
  }
  get rights(): Rights {
    return allRights;
  }
  get mailbox(): Mailbox | undefined {
    return this.#state.mailboxById(this.#view.id);
  }
  get gone(): boolean {
    return this.#view.gone;
  }
  get exists(): number {
    return this.#numbers.exists;
  }
  get columns(): ViewColumns {
    return this.#view.columns;
  }
  get textIndex(): TextIndex {
    return this.#state.store.textIndex;
  }
  get knownRows(): number {
    return this.#numbers.shown;
  }
  get highestModSeq(): ModSeq {
    return this.#view.modSeq;
  }
  get recent(): number {
    let count = this.#numbers.held.filter((uid) => this.isRecent(uid)).length;
    for (const [from, to] of this.#recent) count += this.#numbers.countShown(from, to);
    return count;
  }

  uidAt(seq: number): Uid | undefined {
    const uid = this.#numbers.uidAt(seq);
    return uid === undefined ? undefined : asUid(uid);
  }

  seqOf(uid: number): number {
    return this.#numbers.seqOf(uid);
  }

  uidsWithin(set: UidSet): Uid[] {
    const found: Uid[] = [];
    for (const [from, to] of set.ranges) {
      for (let at = this.#view.firstFrom(from); at < this.#view.length; at++) {
        const uid = this.#view.uidAt(at);
        if (uid > to || !this.#numbers.knows(uid)) break;
        found.push(asUid(uid));
      }
    }
    const held = this.#numbers.held.filter((uid) => hasUid(set, uid));
    return held.length === 0 ? found : [...found, ...held].sort((a, b) => a - b);
  }

  facts(uid: number): MessageFacts | undefined {
    const at = this.#view.indexOf(uid);
    if (at < 0) return undefined;
    const { modSeqs, sizes, contents, internalDatesMs } = this.#view.columns;
    return {
      uid: asUid(uid),
      flags: this.flagsAt(at),
      // oxlint-disable-next-line no-unsafe-type-assertion -- the column was filled from rows
      modSeq: (modSeqs[at] ?? 0) as ModSeq,
      size: sizes[at] ?? 0,
      // oxlint-disable-next-line no-unsafe-type-assertion -- the column was filled from rows
      content: (contents[at] ?? 0) as ContentId,
      internalDateMs: internalDatesMs[at] ?? 0,
    };
  }

  /** The flags in a row of the view, as this session's user sees them. */
  protected flagsAt(index: number): FlagSet {
    return this.#view.flagsAt(index);
  }

  indexOf(uid: number): number {
    return this.#view.indexOf(uid);
  }

  keywords(): readonly string[] {
    return this.#view.keywords();
  }

  changedSince(since: ModSeq): Uid[] {
    return this.#view.changedSince(since).filter((uid) => this.#numbers.knows(uid));
  }

  async vanishedSince(since: ModSeq, among: UidSet | undefined): Promise<UidSet> {
    // What is committed and not yet shown is still there for this session: it will be told in its turn.
    const gone = await this.#view.vanishedSince(since);
    return among === undefined ? gone : intersection(gone, among);
  }

  isRecent(uid: number): boolean {
    for (const [from, to] of this.#recent) if (uid >= from && uid <= to) return true;
    return false;
  }

  get hasNews(): boolean {
    return (
      this.gone ||
      this.#numbers.held.length > 0 ||
      this.#numbers.hasUnseenMessages ||
      this.#toldModSeq < this.#view.modSeq
    );
  }

  takeNews(expunges: "tell" | "keep"): News {
    const changed = this.#untoldFlags();
    this.#toldModSeq = this.#view.modSeq;
    this.#told = nothingTold;
    const expunged = expunges === "tell" ? this.#numbers.release() : [];
    const flagged = changed.map((uid) => ({ uid, seq: this.#numbers.seqOf(uid) })).filter(({ seq }) => seq > 0);
    const arrived = this.#numbers.hasUnseenMessages;
    if (arrived) {
      this.#numbers.showAll();
      this.#claimRecent();
    }
    return { expunged, exists: arrived ? this.#numbers.exists : null, flagged };
  }

  onNews(listener: () => void): Disposable {
    this.#newsListeners = [...this.#newsListeners, listener];
    if (this.hasNews) this.#announce();
    return {
      [Symbol.dispose]: () => {
        this.#newsListeners = this.#newsListeners.filter((other) => other !== listener);
      },
    };
  }

  markTold(uids: readonly Uid[], modSeq: ModSeq): void {
    if (uids.length === 0) return;
    if (this.#told === nothingTold) this.#told = new Map();
    for (const uid of uids) this.#told.set(uid, modSeq);
  }

  wasTold(uid: Uid, modSeq: ModSeq): boolean {
    return modSeq <= Math.max(this.#toldModSeq, this.#told.get(uid) ?? 0);
  }

  contents(contents: readonly ContentId[]): Promise<readonly ContentFacts[]> {
    return this.#state.store.read(() => readContents(contents));
  }

  order(contents: readonly ContentId[]): Promise<readonly OrderFacts[]> {
    return this.#state.store.read(() => readOrder(contents));
  }

  body(content: ContentId): Promise<StoredBody> {
    return readBody(this.#state.store, content);
  }

  bodies(contents: readonly ContentId[], bytesMax: number): Promise<ReadonlyMap<ContentId, StoredBody>> {
    return readBodies(this.#state.store, contents, bytesMax);
  }

  saveDates(uids: readonly Uid[]): Promise<readonly (number | null)[]> {
    return this.#state.store.read(() => readSaveDates(this.#view.id, uids));
  }

  async storeFlags(
    uids: readonly Uid[],
    change: FlagChange,
    flags: FlagSet,
    unchangedSince?: ModSeq,
  ): Promise<StoreFlagsResult> {
    return this.changeFlags({ uids, change, flags, unchangedSince });
  }

  protected async changeFlags(order: Omit<FlagsOrder, "mailbox">): Promise<StoreFlagsResult> {
    this.mustWrite();
    if (order.change !== "remove" && this.#view.tooManyKeywords(order.flags))
      throw refuse({ kind: "too-many-keywords" });
    const whole = { ...order, mailbox: this.#view.id };
    const marked = await markFlags(this.#acting, this.#view, whole);
    if (marked !== null) return marked;
    const { found, ...result } = await storeFlags(this.#acting, whole);
    // What somebody else has changed in the same commit may be yet to be shown, and is what the flags are now.
    await this.#view.catchUp(found);
    return result;
  }

  copy(uids: readonly Uid[], to: MailboxId): Promise<Copied> {
    return copy(this.#acting, { source: this.#view.id, uids: uidSetOfSorted(uids), to });
  }

  async move(uids: readonly Uid[], to: MailboxId): Promise<CopyResult & { readonly modSeq: ModSeq | null }> {
    this.mustWrite();
    return move(this.#acting, { source: this.#view.id, uids: uidSetOfSorted(uids), to });
  }

  async replace(uid: Uid, to: MailboxId, item: AppendItem): Promise<AppendResult> {
    this.mustWrite();
    const message = asNewMessage(item, this.#acting.clock.nowMs());
    return replace(this.#acting, { mailbox: this.#view.id, uid }, to, message);
  }

  async expunge(among?: UidSet): Promise<{ readonly uids: readonly Uid[]; readonly modSeq: ModSeq | null }> {
    this.mustWrite();
    return expunge(this.#acting, this.#view.id, { uids: among ?? uidSet([[1, 0xffff_ffff]]), which: "deleted" });
  }

  async remove(uids: readonly Uid[]): Promise<{ readonly uids: readonly Uid[]; readonly modSeq: ModSeq | null }> {
    this.mustWrite();
    return expunge(this.#acting, this.#view.id, { uids: uidSet(uids.map((uid) => [uid, uid])), which: "all" });
  }

  [Symbol.dispose](): void {
    this.#view.forget(this);
    this.#newsListeners = noListeners;
    this.#state.leaveView(this.#view);
  }

  protected mustWrite(): void {
    if (this.readOnly) throw refuse({ kind: "read-only" });
  }

  /** The session may see the mailbox no more: all that it knew of is gone, as with one that is deleted. */
  protected withdraw(): void {
    if (this.gone) return;
    this.#view.forget(this);
    this.#view = this.#view.emptied();
    this.#numbers.moveTo(this.#view);
    this.#announce();
  }

  /** Known messages whose flags changed since the session was last told, ascending. */
  #untoldFlags(): Uid[] {
    if (this.#toldModSeq >= this.#view.modSeq) return [];
    const changed = this.#view.flagsChangedSince(this.#toldModSeq);
    const uids = changed === "many" ? this.changedSince(this.#toldModSeq) : [...changed].sort((a, b) => a - b);
    return uids.filter((uid) => {
      const told = this.#told.get(uid);
      return this.#numbers.knows(uid) && (told === undefined || told < (this.facts(uid)?.modSeq ?? 0));
    });
  }

  // RFC 3501 2.3.2: the first session that is told of a message sees it as \Recent; EXAMINE does not take it away.
  #claimRecent(): void {
    const last = this.#view.uidAt(this.#view.length - 1);
    const latest = this.#recent.at(-1);
    // What it has seen so already is not seen so twice, although nobody took it.
    const from = Math.max(this.#view.recentClaimed, (latest?.[1] ?? 0) + 1);
    if (last < from) return;
    if (latest !== undefined && latest[1] + 1 === from) latest[1] = last;
    else this.#recent.push([from, last]);
    if (this.#takesRecent) this.#view.recentClaimed = last + 1;
  }

  // What the view tells.

  expunged(uids: readonly Uid[]): void {
    this.#numbers.hold(uids);
  }

  changed(): void {
    this.#announce();
  }

  /** There may be news that the view knows nothing of. */
  protected wake(): void {
    this.#announce();
  }

  // Several changes within one turn of the event loop are one piece of news.
  #announce(): void {
    if (this.#announcing || this.#newsListeners.length === 0) return;
    this.#announcing = true;
    queueMicrotask(() => {
      this.#announcing = false;
      if (this.hasNews) for (const listener of this.#newsListeners) listener();
    });
  }
}
