// What the mailbox specifiers of NOTIFY and ESEARCH stand for in an account (RFC 5465 6, RFC 7377 2.2). Names in "subtree" and
// "mailboxes" need no mailbox: one that is not there matches nothing, and those below it are found all the same.
//
// Loops (RFC 7377 2.2) cannot be: the hierarchy is in the names, and each mailbox is looked at once.

import { isForeignId } from "../mailbox/sharing/account-ids.ts";
import { isForeignName } from "../mailbox/sharing/foreign-names.ts";
import type { MailboxId } from "../model/ids.ts";
import type { Mailbox } from "../model/mailbox.ts";
import { hierarchySeparator } from "../model/mailbox-name.ts";
import type { MailboxFilter } from "./wire/mailbox-filter.ts";

/** What a filter looks at; without an id it is a name that has no mailbox. */
export type FilteredMailbox = Pick<Mailbox, "name" | "role" | "subscribed"> & { readonly id: MailboxId | null };

export type MailboxTest = (mailbox: FilteredMailbox) => boolean;

/** Whether a mailbox is one that the filter means, selectable or not. `selected` is the session's, if it has one. */
export function mailboxTest(filter: MailboxFilter, selected: MailboxId | null): MailboxTest {
  switch (filter.specifier) {
    case "SELECTED":
    case "SELECTED-DELAYED":
      // RFC 5465 6.1: without a selected mailbox "such mailbox specifiers don't refer to any mailbox".
      return ({ id }) => id !== null && id === selected;
    case "INBOXES":
      // RFC 5465 6.3: those "to which messages may be delivered": mail that arrives is filed into INBOX, and nowhere else.
      return ({ role }) => role === "inbox";
    case "PERSONAL":
      // RFC 5465 6.2: "all selectable mailboxes in the user's personal namespace(s)".
      return ({ id, name }) => (id === null ? !isForeignName(name) : !isForeignId(id));
    case "SUBSCRIBED":
      return ({ subscribed }) => subscribed;
    case "MAILBOXES": {
      const names = new Set<string | null>(filter.names);
      return ({ name }) => names.has(name);
    }
    case "SUBTREE": {
      const tops = new Set<string | null>(filter.names);
      return ({ name }) => tops.has(name) || ancestors(name).some((above) => tops.has(above));
    }
    case "SUBTREE-ONE": {
      const tops = new Set<string | null>(filter.names);
      return ({ name }) => tops.has(name) || tops.has(ancestors(name)[0] ?? null);
    }
  }
}

/** The selectable mailboxes that any of the filters means, each once, in the order of `mailboxes`. */
export function filteredMailboxes<M extends FilteredMailbox & { readonly selectable: boolean }>(
  filters: readonly MailboxFilter[],
  mailboxes: readonly M[],
  selected: MailboxId | null,
): M[] {
  const tests = filters.map((filter) => mailboxTest(filter, selected));
  return mailboxes.filter((mailbox) => mailbox.selectable && tests.some((test) => test(mailbox)));
}

/** From the parent up to the top of the hierarchy, which is null. */
function ancestors(name: string): (string | null)[] {
  const above: (string | null)[] = [];
  for (let cut = name.lastIndexOf(hierarchySeparator); cut > 0; cut = name.lastIndexOf(hierarchySeparator, cut - 1))
    above.push(name.slice(0, cut));
  above.push(null);
  return above;
}
