// A session's open mailbox of somebody else's account: what the rights allow (RFC 4314 4), with the person's own \Seen. Rights are
// judged at each use. Once the right to read is taken away, the mailbox is to the session as one that has been deleted.
//
// Everything but \Seen is the owner's view of the mailbox. What a person sees of a message's flags depends on the combination of
// flags only, of which a mailbox has few: each is mapped once.

import { type FlagChange, type FlagSet, noFlags, systemFlags } from "../../model/flags.ts";
import type { AccountId, MailboxId, ModSeq, Uid } from "../../model/ids.ts";
import type { Mailbox } from "../../model/mailbox.ts";
import { refuse } from "../../model/problem.ts";
import { flagsFor, type Reader, type ReaderNumber } from "../../model/readers.ts";
import { hasRight, type Right, type Rights } from "../../model/rights.ts";
import { type UidSet, uidSetOfSorted } from "../../model/uid-set.ts";
import type { Acting } from "../acting.ts";
import type { AppendItem, AppendResult } from "../appending.ts";
import { copy, move, replace } from "../message-use-cases.ts";
import type { Copied, News, StoreFlagsResult, ViewColumns } from "../open-mailbox.ts";
import { SessionMailbox } from "../session-mailbox.ts";
import type { MailboxView } from "../view.ts";
import type { WorkProgress } from "../work-progress.ts";
import { copyAcross, type Moved, moveAcross, replaceAcross } from "./crossing.ts";
import { flagMask, mayStore } from "./flag-rights.ts";
import type { ForeignAccount } from "./foreign-account.ts";
import { type Crossing, Freight, landed } from "./landing.ts";

export interface ForeignOpening {
  readonly mode: "read-write" | "read-only";
  readonly reader: ReaderNumber;
  readonly crossing: Crossing;
  /** The person's own account: where messages are staged. */
  readonly home: Acting;
}

type Expunged = Awaited<ReturnType<SessionMailbox["expunge"]>>;

export class ForeignMailbox extends SessionMailbox {
  readonly #account: ForeignAccount;
  readonly #view: MailboxView;
  readonly #opening: ForeignOpening;
  readonly #watching: Disposable;
  /** The combinations of the view's flags as the person sees them, as far as they have been asked for. */
  readonly #flagSets: FlagSet[] = [];
  #toldRights: Rights;
  #unseen: { readonly modSeq: ModSeq; readonly messages: number } | null = null;

  constructor(account: ForeignAccount, view: MailboxView, opening: ForeignOpening) {
    const { acting, state } = account;
    // \Recent is for the owner, whose mail it is; where there is none, for whoever comes first.
    const recent = account.neighbour.kind === "person" ? "left" : "taken";
    super(state, view, { mode: opening.mode, acting, recent, knownAs: account.idOf(view.id) });
    this.#account = account;
    this.#view = view;
    this.#opening = opening;
    this.#toldRights = this.rights;
    this.#watching = state.acls.onChange(() => {
      if (!hasRight(this.rights, "r")) this.withdraw();
      else if (this.rights !== this.#toldRights) this.wake();
    });
  }

  override get owner(): AccountId {
    return this.#account.owner;
  }

  override get rights(): Rights {
    return this.#account.rights(this.#view.id);
  }

  override get mailbox(): Mailbox | undefined {
    const row = this.gone ? undefined : this.#account.state.mailboxById(this.#view.id);
    return row === undefined ? undefined : this.#account.asMailbox(row, row.messages - this.#countUnseen(), new Set());
  }

  /** Rights that have changed are news, too. */
  override get hasNews(): boolean {
    return super.hasNews || (!this.gone && this.rights !== this.#toldRights);
  }

  override takeNews(expunges: "tell" | "keep"): News {
    this.#toldRights = this.rights;
    return super.takeNews(expunges);
  }

  override get columns(): ViewColumns {
    return { ...super.columns, flagSets: this.#mapped() };
  }

  protected override flagsAt(index: number): FlagSet {
    return this.#mapped()[this.#view.columns.flagIds[index] ?? 0] ?? noFlags;
  }

  override async storeFlags(
    uids: readonly Uid[],
    change: FlagChange,
    flags: FlagSet,
    unchangedSince?: ModSeq,
  ): Promise<StoreFlagsResult> {
    this.mustWrite();
    await this.#judge();
    if (!mayStore(this.rights, change, flags)) throw refuse({ kind: "no-permission" });
    return this.changeFlags({ uids, change, flags, unchangedSince, by: this.#by() });
  }

  override async copy(uids: readonly Uid[], to: MailboxId, progress?: WorkProgress): Promise<Copied> {
    await this.#judge();
    const landing = await this.#opening.crossing.landing(to);
    if (landing.account !== this.owner) return copyAcross(this, uids, landing, progress);
    const { acting, mailbox, by } = landing;
    return copy(acting, { source: this.#view.id, uids: uidSetOfSorted(uids), to: mailbox, ...(by && { by }) });
  }

  override async move(uids: readonly Uid[], to: MailboxId, progress?: WorkProgress): Promise<Moved> {
    this.mustWrite();
    await this.#judge("t", "e");
    const landing = await this.#opening.crossing.landing(to);
    if (landing.account !== this.owner) return moveAcross(this, uids, landing, progress);
    const { acting, mailbox, by } = landing;
    return move(acting, { source: this.#view.id, uids: uidSetOfSorted(uids), to: mailbox, ...(by && { by }) });
  }

  override async replace(uid: Uid, to: MailboxId, item: AppendItem): Promise<AppendResult> {
    this.mustWrite();
    await this.#judge("t", "e");
    const { home, crossing } = this.#opening;
    const landing = await crossing.landing(to);
    if (landing.account !== this.owner) return replaceAcross(this, uid, item, { from: home, to: landing });
    await using freight = new Freight(landing.acting);
    await freight.addStaged(item, home);
    const [message] = freight.messages;
    if (message === undefined) throw new Error("a message that is staged is carried");
    const replaced = { mailbox: this.#view.id, uid };
    const result = await replace(landing.acting, replaced, landing.mailbox, landed(message, landing));
    freight.delivered();
    await item.message.discard();
    return result;
  }

  override async expunge(among?: UidSet): Promise<Expunged> {
    await this.#judge("e");
    return super.expunge(among);
  }

  override async remove(uids: readonly Uid[]): Promise<Expunged> {
    await this.#judge("t", "e");
    return super.remove(uids);
  }

  override [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
    super[Symbol.dispose]();
  }

  /** Throws mailbox-missing when the person may not even read it any more, no-permission without one of the rights. */
  async #judge(...needed: readonly Right[]): Promise<void> {
    await this.#account.load();
    if (this.gone || !hasRight(this.rights, "r")) throw refuse({ kind: "mailbox-missing" });
    if (needed.some((right) => !hasRight(this.rights, right))) throw refuse({ kind: "no-permission" });
  }

  #by(): Reader {
    return { number: this.#opening.reader, mayChange: flagMask(this.rights) };
  }

  #mapped(): readonly FlagSet[] {
    const { flagSets, seenBy } = this.#view.columns;
    for (let id = this.#flagSets.length; id < flagSets.length; id++)
      this.#flagSets.push(flagsFor(this.#opening.reader, flagSets[id] ?? noFlags, seenBy[id] ?? ""));
    return this.#flagSets;
  }

  #countUnseen(): number {
    const { modSeq, length } = this.#view;
    if (this.#unseen?.modSeq === modSeq) return this.#unseen.messages;
    const unseen = this.#mapped().map(({ bits }) => (bits & systemFlags["\\Seen"]) === 0);
    const { flagIds } = this.#view.columns;
    let messages = 0;
    for (let at = 0; at < length; at++) if (unseen[flagIds[at] ?? 0] === true) messages++;
    this.#unseen = { modSeq, messages };
    return messages;
  }
}
