// What happened to names of mailboxes, as LIST responses (RFC 5465 5.4 and 5.5): created, deleted, renamed, subscribed.
//
// Liberty: a name is told as it is when it is told, which may be after something else has happened to it.

import type { MailboxId } from "../../model/ids.ts";
import type { Mailbox, NameNotice } from "../../model/mailbox.ts";
import { type MailboxName, parentName } from "../../model/mailbox-name.ts";
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
}

/** Answers the mailboxes that have a name which another one may have had before. */
export function* tellNames(
  { mailboxes, orphans, interest }: Names,
  notices: Iterable<NameNotice>,
  to: Writer,
): Generator<"more", MailboxId[]> {
  const index = indexOf(mailboxes);
  const newNames: MailboxId[] = [];
  const told = new Set<MailboxName>();
  const tell = (event: NotifyEvent, name: MailboxName, oldName?: MailboxName): void => {
    // As it is now it has been told already.
    if (oldName === undefined && told.has(name)) return;
    const mailbox = index.byName.get(name);
    if (!isWanted(interest, event, { name, oldName, mailbox, orphans })) return;
    told.add(name);
    const attributes = attributesNow(index, name, mailbox);
    if (mailbox?.subscribed ?? orphans.has(name)) attributes.push("\\Subscribed");
    writeList(to, oldName === undefined ? { attributes, name } : { attributes, name, oldName });
  };
  for (const notice of notices) {
    const { kind, name } = notice;
    if (kind === "subscription") tell("SubscriptionChange", name);
    else if (kind === "renamed") tell("MailboxName", name, notice.oldName);
    else {
      tell("MailboxName", name);
      // RFC 5465 5.4: "If a mailbox is created or deleted, the mailbox itself and its direct parent (whether it is an existing
      // mailbox or not) are considered to be affected."
      const above = parentName(name);
      if (above !== undefined) tell("MailboxName", above);
    }
    const mailbox = index.byName.get(name);
    if (mailbox !== undefined && kind !== "subscription" && kind !== "deleted") newNames.push(mailbox.id);
    yield "more";
  }
  return newNames;
}

interface NamedThing {
  readonly name: MailboxName;
  readonly oldName: MailboxName | undefined;
  readonly mailbox: Mailbox | undefined;
  readonly orphans: ReadonlySet<MailboxName>;
}

function isWanted(interest: Interest, event: NotifyEvent, { name, oldName, mailbox, orphans }: NamedThing): boolean {
  // What has ceased to be subscribed was among the subscribed ones.
  const subscribed = event === "SubscriptionChange" || (mailbox?.subscribed ?? orphans.has(name));
  const seen = { id: mailbox?.id ?? null, name, role: mailbox?.role ?? null, subscribed };
  if (interest.eventsOf(seen).has(event)) return true;
  return oldName !== undefined && interest.eventsOf({ ...seen, name: oldName }).has(event);
}

/** RFC 5465 5.4: "If, after the event, the mailbox name does not refer to a mailbox accessible to the client, the \Nonexistent flag MUST be included." */
function attributesNow({ parents }: MailboxIndex, name: MailboxName, mailbox: Mailbox | undefined): string[] {
  if (mailbox?.selectable === true) return attributesOf(mailbox, parents);
  // RFC 5258 3: \NonExistent implies \Noselect.
  return parents.has(name) ? ["\\NonExistent", "\\HasChildren"] : ["\\NonExistent"];
}
