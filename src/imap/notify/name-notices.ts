// What happened to names of mailboxes, as LIST responses (RFC 5465 5.4 and 5.5): created, deleted, renamed, subscribed.
//
// Liberty: what a name is, is told as it is by now, which may be after something else has happened to it.

import { notifyNamesMax } from "../../base/limits.ts";
import { isForeignName } from "../../mailbox/sharing/foreign-names.ts";
import type { MailboxId } from "../../model/ids.ts";
import type { Mailbox, NameNotice } from "../../model/mailbox.ts";
import { hierarchySeparator, type MailboxName, parentName } from "../../model/mailbox-name.ts";
import { hasRight } from "../../model/rights.ts";
import { attributesOf } from "../listed-names.ts";
import { writeList } from "../wire/list-response.ts";
import type { NotifyEvent } from "../wire/notify-args.ts";
import type { Writer } from "../wire/writer.ts";
import type { Interest } from "./interest.ts";
import { indexOf, type MailboxIndex } from "./mailbox-index.ts";

export interface Names {
  readonly mailboxes: readonly Mailbox[];
  /** Subscribed names that have no mailbox. */
  readonly orphans: ReadonlySet<MailboxName>;
  readonly interest: Interest;
  /** Names that have been told as \NoAccess, and not otherwise since. */
  readonly outOfReach: Set<MailboxName>;
}

/**
 * Tells one thing after another, each name as it was called then: whoever follows knows by it what is renamed next.
 */
export class NameTeller {
  /** The mailboxes that have a name which another one may have had before. */
  readonly newNames: MailboxId[] = [];
  readonly #names: Names;
  readonly #index: MailboxIndex;
  readonly #notices: readonly NameNotice[];
  /** Those after which names mean something else. */
  readonly #turns: readonly { readonly at: number; readonly notice: NameNotice }[];
  readonly #to: Writer;
  /** How many notices have been told. */
  #at = 0;
  /** What has been told of names since the last time that something was renamed. */
  readonly #told = new Map<MailboxName, string>();

  constructor(names: Names, notices: readonly NameNotice[], to: Writer) {
    this.#names = names;
    this.#index = indexOf(names.mailboxes);
    this.#notices = notices;
    this.#turns = notices
      .map((notice, at) => ({ at, notice }))
      .filter(({ notice: { kind } }) => kind === "renamed" || kind === "deleted");
    this.#to = to;
  }

  /** False when all has been told. */
  tellNext(): boolean {
    const notice = this.#notices[this.#at++];
    if (notice === undefined) return false;
    const { kind, name } = notice;
    if (kind === "subscription") this.#tell("SubscriptionChange", name);
    else if (kind === "renamed") {
      this.#told.clear();
      this.#tell("MailboxName", name, notice.oldName);
    } else {
      this.#tellAccess(name);
      this.#tell("MailboxName", name);
      // RFC 5465 5.4: "If a mailbox is created or deleted, the mailbox itself and its direct parent (whether it is an existing
      // mailbox or not) are considered to be affected."
      const above = parentName(name);
      if (above !== undefined) this.#tell("MailboxName", above);
    }
    const mailbox = this.#mailboxNow(name);
    if (mailbox !== undefined && kind !== "subscription" && kind !== "deleted") this.newNames.push(mailbox.id);
    return true;
  }

  #tell(event: NotifyEvent, name: MailboxName, oldName?: MailboxName): void {
    if (!this.#eventsOf(event, name, oldName).has(event)) return;
    const mailbox = this.#mailboxNow(name);
    const attributes = this.#attributesNow(name, mailbox);
    if (mailbox?.subscribed ?? this.#names.orphans.has(name)) attributes.push("\\Subscribed");
    const told = attributes.join(" ");
    if (oldName === undefined && this.#told.get(name) === told) return;
    this.#told.set(name, told);
    writeList(this.#to, oldName === undefined ? { attributes, name } : { attributes, name, oldName });
  }

  /**
   * RFC 5465 5.9: whose messages are watched, but not its name: "The server SHOULD return the LIST response with the \NoAccess
   * name attribute if and when the mailbox loses the 'l' right", and without it when it has come back.
   */
  #tellAccess(name: MailboxName): void {
    const wanted = this.#eventsOf("MailboxName", name);
    if (wanted.size === 0 || wanted.has("MailboxName")) return;
    const { outOfReach } = this.#names;
    const mailbox = this.#mailboxNow(name);
    if (mailbox !== undefined) {
      if (outOfReach.delete(name)) writeList(this.#to, { attributes: this.#attributesNow(name, mailbox), name });
    } else if (isForeignName(name) && !outOfReach.has(name)) {
      if (outOfReach.size < notifyNamesMax) outOfReach.add(name);
      writeList(this.#to, { attributes: ["\\NoAccess"], name });
    }
  }

  /** What is wanted of the name, or of the one it had. */
  #eventsOf(event: NotifyEvent, name: MailboxName, oldName?: MailboxName): ReadonlySet<NotifyEvent> {
    const { interest, orphans } = this.#names;
    const mailbox = this.#mailboxNow(name);
    // What has ceased to be subscribed was among the subscribed ones.
    const subscribed = event === "SubscriptionChange" || (mailbox?.subscribed ?? orphans.has(name));
    const seen = { id: mailbox?.id ?? null, name, role: mailbox?.role ?? null, subscribed };
    const now = interest.eventsOf(seen);
    return oldName === undefined ? now : now.union(interest.eventsOf({ ...seen, name: oldName }));
  }

  /** The mailbox that has the name at this point, by whatever name it is found now. */
  #mailboxNow(name: MailboxName): Mailbox | undefined {
    let now: string = name;
    for (const { at, notice } of this.#turns) {
      if (at < this.#at) continue;
      if (notice.kind === "deleted" && notice.name === now) return undefined;
      if (notice.kind !== "renamed") continue;
      if (notice.oldName === now || now.startsWith(notice.oldName + hierarchySeparator))
        now = notice.name + now.slice(notice.oldName.length);
    }
    return this.#index.byName.get(now);
  }

  #attributesNow(name: MailboxName, mailbox: Mailbox | undefined): string[] {
    return attributesIn(this.#index, name, mailbox);
  }
}

/**
 * RFC 5465 5: "All event types described in this document require the 'l' and 'r' rights on all observed mailboxes."
 */
export function isUnreadable({ rights }: Mailbox): boolean {
  return !hasRight(rights, "r");
}

/** RFC 5465 3.1: who may LIST a mailbox but not hear of it "MUST" be told so. */
export function tellNoAccess({ mailboxes, interest, outOfReach }: Names, to: Writer): void {
  for (const mailbox of mailboxes) {
    if (!isUnreadable(mailbox) || interest.eventsOf(mailbox).size === 0) continue;
    const { name } = mailbox;
    writeList(to, { attributes: attributesIn(indexOf(mailboxes), name, mailbox), name });
    if (outOfReach.size < notifyNamesMax) outOfReach.add(name);
  }
}

/** RFC 5465 5.4: "If, after the event, the mailbox name does not refer to a mailbox accessible to the client, the \Nonexistent flag MUST be included." */
function attributesIn({ parents }: MailboxIndex, name: MailboxName, mailbox: Mailbox | undefined): string[] {
  if (mailbox?.selectable === true) return attributesOf(mailbox, parents);
  if (mailbox !== undefined && isUnreadable(mailbox)) return [...attributesOf(mailbox, parents), "\\NoAccess"];
  // RFC 5258 3: \NonExistent implies \Noselect.
  return parents.has(name) ? ["\\NonExistent", "\\HasChildren"] : ["\\NonExistent"];
}
