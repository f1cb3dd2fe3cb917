// What happened to names of mailboxes, as LIST responses (RFC 5465 5.4 and 5.5): created, deleted, renamed, subscribed.
//
// Liberty: a name is told as it is when it is told, which may be after something else has happened to it.

import { notifyNamesMax } from "../../base/limits.ts";
import { isForeignName } from "../../mailbox/sharing/foreign-names.ts";
import type { MailboxId } from "../../model/ids.ts";
import type { Mailbox, NameNotice } from "../../model/mailbox.ts";
import { type MailboxName, parentName } from "../../model/mailbox-name.ts";
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

/** Answers the mailboxes that have a name which another one may have had before. */
export function* tellNames(
  { mailboxes, orphans, interest, outOfReach }: Names,
  notices: Iterable<NameNotice>,
  to: Writer,
): Generator<"more", MailboxId[]> {
  const index = indexOf(mailboxes);
  const newNames: MailboxId[] = [];
  const told = new Set<MailboxName>();
  const tell = (event: NotifyEvent, name: MailboxName, how: "itself" | "parent", oldName?: MailboxName): void => {
    // As it is now it has been told already.
    if (oldName === undefined && told.has(name)) return;
    const mailbox = index.byName.get(name);
    const wanted = eventsOf(interest, event, { name, oldName, mailbox, orphans });
    let attributes = attributesNow(index, name, mailbox);
    if (!wanted.has(event)) {
      if (wanted.size === 0 || how === "parent" || event !== "MailboxName") return;
      const changed = accessNow(name, mailbox, outOfReach);
      if (changed === null) return;
      if (changed === "lost") attributes = ["\\NoAccess"];
    }
    told.add(name);
    if (mailbox?.subscribed ?? orphans.has(name)) attributes.push("\\Subscribed");
    writeList(to, oldName === undefined ? { attributes, name } : { attributes, name, oldName });
  };
  for (const notice of notices) {
    const { kind, name } = notice;
    if (kind === "subscription") tell("SubscriptionChange", name, "itself");
    else if (kind === "renamed") tell("MailboxName", name, "itself", notice.oldName);
    else {
      tell("MailboxName", name, "itself");
      // RFC 5465 5.4: "If a mailbox is created or deleted, the mailbox itself and its direct parent (whether it is an existing
      // mailbox or not) are considered to be affected."
      const above = parentName(name);
      if (above !== undefined) tell("MailboxName", above, "parent");
    }
    const mailbox = index.byName.get(name);
    if (mailbox !== undefined && kind !== "subscription" && kind !== "deleted") newNames.push(mailbox.id);
    yield "more";
  }
  return newNames;
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
    writeList(to, { attributes: attributesNow(indexOf(mailboxes), name, mailbox), name });
    if (outOfReach.size < notifyNamesMax) outOfReach.add(name);
  }
}

interface NamedThing {
  readonly name: MailboxName;
  readonly oldName: MailboxName | undefined;
  readonly mailbox: Mailbox | undefined;
  readonly orphans: ReadonlySet<MailboxName>;
}

function eventsOf(
  interest: Interest,
  event: NotifyEvent,
  { name, oldName, mailbox, orphans }: NamedThing,
): ReadonlySet<NotifyEvent> {
  // What has ceased to be subscribed was among the subscribed ones.
  const subscribed = event === "SubscriptionChange" || (mailbox?.subscribed ?? orphans.has(name));
  const seen = { id: mailbox?.id ?? null, name, role: mailbox?.role ?? null, subscribed };
  const now = interest.eventsOf(seen);
  return oldName === undefined ? now : now.union(interest.eventsOf({ ...seen, name: oldName }));
}

/**
 * RFC 5465 5.9: whose messages are watched, but not its name: "The server SHOULD return the LIST response with the \NoAccess
 * name attribute if and when the mailbox loses the 'l' right", and without it when it has come back.
 */
function accessNow(
  name: MailboxName,
  mailbox: Mailbox | undefined,
  outOfReach: Set<MailboxName>,
): "lost" | "found" | null {
  if (mailbox !== undefined) return outOfReach.delete(name) ? "found" : null;
  if (!isForeignName(name) || outOfReach.has(name)) return null;
  if (outOfReach.size < notifyNamesMax) outOfReach.add(name);
  return "lost";
}

/** RFC 5465 5.4: "If, after the event, the mailbox name does not refer to a mailbox accessible to the client, the \Nonexistent flag MUST be included." */
function attributesNow({ parents }: MailboxIndex, name: MailboxName, mailbox: Mailbox | undefined): string[] {
  if (mailbox?.selectable === true) return attributesOf(mailbox, parents);
  if (mailbox !== undefined && isUnreadable(mailbox)) return [...attributesOf(mailbox, parents), "\\NoAccess"];
  // RFC 5258 3: \NonExistent implies \Noselect.
  return parents.has(name) ? ["\\NonExistent", "\\HasChildren"] : ["\\NonExistent"];
}
