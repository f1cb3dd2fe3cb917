// What a client has asked by NOTIFY to be told of (RFC 5465), as long as it is to be told of it: what has happened to other
// mailboxes waits here until it can be told, each mailbox once however much happened in it. What is in them is looked up
// then. The selected mailbox has its news itself; this only knows what of it is wanted.

import { notifyNameNoticesMax, notifyStatusesMax } from "../../base/limits.ts";
import { eventLoopTurn } from "../../mailbox/event-loop-turn.ts";
import type { AccountMail, AccountNews } from "../../mailbox/mail.ts";
import type { MailboxId } from "../../model/ids.ts";
import type { Mailbox, NameNotice } from "../../model/mailbox.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { MetadataNews } from "../metadata-news.ts";
import type { Authenticated, Selected } from "../session.ts";
import type { EventGroup } from "../wire/notify-args.ts";
import { writeStatusText } from "../wire/status-response.ts";
import type { Writer } from "../wire/writer.ts";
import { Interest, type SelectedInterest } from "./interest.ts";
import { mailboxesOf } from "./mailbox-index.ts";
import { NameTeller, tellNoAccess } from "./name-notices.ts";
import { type StatusNotice, writeStatusNotice } from "./status-notices.ts";

/** A few milliseconds of work. */
const namesPerTurn = 50;
const noNames: ReadonlySet<MailboxName> = new Set();

export class Notifier implements Disposable {
  readonly #mail: AccountMail;
  #interest: Interest;
  readonly #watching: Disposable | null;
  readonly #metadata: MetadataNews | null;
  #statuses = new Map<MailboxId, StatusNotice>();
  #names = new Map<string, NameNotice>();
  #renamings = 0;
  #listener: (() => void) | null = null;
  #outOfReach = new Set<MailboxName>();
  #overflow: "none" | "to-tell" | "told" = "none";

  /** `groups`: none for NOTIFY NONE. What `before` has not told yet is told by this one, if it is still wanted. */
  constructor(mail: AccountMail, groups: readonly EventGroup[], before: Notifier | null) {
    this.#mail = mail;
    this.#interest = new Interest(groups);
    const wanted = this.#interest.any;
    this.#watching = wanted.size === 0 ? null : mail.watch((news) => this.#hear(news));
    const aboutMetadata = wanted.has("MailboxMetadataChange") || wanted.has("ServerMetadataChange");
    this.#metadata = aboutMetadata ? new MetadataNews(mail, (mailbox) => this.#wantsMetadataOf(mailbox)) : null;
    if (before === null || this.#watching === null) return;
    this.#statuses = before.#statuses;
    this.#names = before.#names;
    this.#renamings = before.#renamings;
    this.#outOfReach = before.#outOfReach;
    if (this.#metadata !== null) before.#metadata?.handOver(this.#metadata);
  }

  get interest(): Interest {
    return this.#interest;
  }

  /** Null when nothing is to be told of the selected mailbox. */
  get selected(): SelectedInterest | null {
    return this.#interest.selected;
  }

  /** Whether there is something to tell. */
  get areThere(): boolean {
    return (
      this.#statuses.size > 0 ||
      this.#names.size > 0 ||
      this.#overflow === "to-tell" ||
      this.#metadata?.areThere === true
    );
  }

  /** Calls `listener` when there is something to tell, at once if there is already. */
  onNews(listener: () => void): Disposable {
    this.#listener = listener;
    const metadata = this.#metadata?.onNews(listener);
    if (this.areThere) listener();
    return {
      [Symbol.dispose]: () => {
        this.#listener = null;
        metadata?.[Symbol.dispose]();
      },
    };
  }

  /**
   * RFC 5465 5.8: the server "may disable notifications ... It MUST notify these clients by sending an untagged OK
   * [NOTIFICATIONOVERFLOW] response and behave as if a NOTIFY NONE command had just been received."
   */
  giveUp(): void {
    if (this.#overflow !== "none") return;
    this.#overflow = "to-tell";
    this.#interest = new Interest([]);
    this[Symbol.dispose]();
    this.#statuses = new Map();
    this.#names = new Map();
    this.#listener?.();
  }

  /** Tells that something will not be told, if so. */
  tellOverflow(to: Writer): void {
    if (this.#overflow !== "to-tell") return;
    this.#overflow = "told";
    writeStatusText(to, null, { status: "OK", code: "NOTIFICATIONOVERFLOW", text: "Too much happens; NOTIFY is off" });
  }

  /** Tells which of these mailboxes the client has asked about and may not hear of. */
  tellNoAccess(mailboxes: readonly Mailbox[], to: Writer): void {
    tellNoAccess({ mailboxes, orphans: noNames, interest: this.#interest, outOfReach: this.#outOfReach }, to);
  }

  /** Tells what happened to all mailboxes but the selected one; yields where it can wait for the client. */
  async *tell(session: Authenticated | Selected, to: Writer): AsyncGenerator<"more", void> {
    if (this.#metadata?.areLost === true) this.giveUp();
    this.tellOverflow(to);
    if (!this.areThere) return;
    const [names, statuses] = [this.#names, this.#statuses];
    this.#names = new Map();
    this.#statuses = new Map();
    const mailboxes = await this.#mail.list();
    if (names.size > 0) yield* this.#tellNames(mailboxes, names, statuses, to);
    await this.#metadata?.tell(to);
    if (statuses.size > 0) yield* this.#tellStatuses(session, mailboxes, statuses, to);
  }

  [Symbol.dispose](): void {
    this.#watching?.[Symbol.dispose]();
    this.#metadata?.[Symbol.dispose]();
    this.#metadata?.forget();
  }

  #hear({ messagesIn, messages, names = [], by }: AccountNews): void {
    // RFC 5465 5: "The server SHOULD omit notifying the client if the event is caused by this client."
    if (by === this.#mail) return;
    if (this.#interest.any.has("MessageNew"))
      for (const id of messagesIn) {
        if (messages !== "flags-only") this.#statuses.set(id, "counts");
        else if (!this.#statuses.has(id)) this.#statuses.set(id, "flags");
      }
    for (const notice of names) {
      // In the order in which it happened last; but each renaming, which leads from one name to the next, and what was before.
      if (notice.kind === "renamed") this.#renamings++;
      const key = `${this.#renamings} ${notice.kind} ${notice.name}`;
      this.#names.delete(key);
      this.#names.set(key, notice);
    }
    if (this.#statuses.size > notifyStatusesMax || this.#names.size > notifyNameNoticesMax) this.giveUp();
    else if (this.#statuses.size + this.#names.size > 0) this.#listener?.();
  }

  #wantsMetadataOf(mailbox: Mailbox | null): boolean {
    if (mailbox === null) return this.#interest.any.has("ServerMetadataChange");
    return this.#interest.eventsOf(mailbox).has("MailboxMetadataChange");
  }

  async *#tellNames(
    mailboxes: readonly Mailbox[],
    names: ReadonlyMap<string, NameNotice>,
    statuses: Map<MailboxId, StatusNotice>,
    to: Writer,
  ): AsyncGenerator<"more", void> {
    const orphans = new Set(await this.#mail.orphanSubscriptions());
    const known = { mailboxes, orphans, interest: this.#interest, outOfReach: this.#outOfReach };
    const teller = new NameTeller(known, [...names.values()], to);
    for (let told = 1; teller.tellNext(); told++) {
      yield "more";
      if (told % namesPerTurn === 0) await eventLoopTurn();
    }
    // RFC 5465 5.1: with FlagChange "the server MUST notify the client about mailbox UIDVALIDITY changes": a name that has
    // come to another mailbox.
    for (const mailbox of mailboxesOf(mailboxes, new Set(teller.newNames)))
      if (this.#interest.eventsOf(mailbox).has("FlagChange")) statuses.set(mailbox.id, "counts");
  }

  *#tellStatuses(
    session: Authenticated | Selected,
    mailboxes: readonly Mailbox[],
    statuses: ReadonlyMap<MailboxId, StatusNotice>,
    to: Writer,
  ): Generator<"more", void> {
    for (const mailbox of mailboxesOf(mailboxes, statuses)) {
      const notice = statuses.get(mailbox.id) ?? "counts";
      if (session.state === "selected" && session.mailbox.id === mailbox.id) {
        // RFC 5465 3.1: the selected mailbox is told in its own way. What it has not told when it is left is told then.
        if (session.mailbox.hasNews && !this.#statuses.has(mailbox.id)) this.#statuses.set(mailbox.id, notice);
        continue;
      }
      const events = this.#interest.messageEventsOf(mailbox);
      if (!events.has(notice === "counts" ? "MessageNew" : "FlagChange")) continue;
      writeStatusNotice(session, mailbox, notice, to);
      yield "more";
    }
  }
}
