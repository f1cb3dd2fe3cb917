// Which events a client wants to be notified of (RFC 5465 6): of the selected mailbox, and of each other one. Filters are
// not resolved beforehand but asked about a mailbox when something has happened to it, so that they cost the same however
// many mailboxes there are, and hold for those that come later.

import type { Mailbox } from "../../model/mailbox.ts";
import { type FilteredMailbox, type MailboxTest, mailboxTest } from "../filtered-mailboxes.ts";
import type { FetchItem } from "../wire/fetch-item.ts";
import { type EventGroup, isAboutSelected, type NotifyEvent } from "../wire/notify-args.ts";

/** What is wanted of the selected mailbox. */
export interface SelectedInterest {
  /** RFC 5465 6.1.2: expunges "now", or "delayed" until a command that may hear of them. */
  readonly expunges: "now" | "delayed";
  readonly flags: "told" | "not-asked";
  /** What new messages are told with; null: nothing. */
  readonly fetch: readonly FetchItem[] | null;
}

interface WantedEvents {
  readonly test: MailboxTest;
  readonly events: ReadonlySet<NotifyEvent>;
}

const nothing: ReadonlySet<NotifyEvent> = new Set();

export class Interest {
  /** Null when nothing is to be told of it. */
  readonly selected: SelectedInterest | null;
  readonly #others: readonly WantedEvents[];
  /** Events that are wanted of any mailbox at all. */
  readonly any: ReadonlySet<NotifyEvent>;

  constructor(groups: readonly EventGroup[]) {
    const own = groups.find(isAboutSelected);
    const others = groups.filter((group) => !isAboutSelected(group));
    this.selected =
      own === undefined || own.events.size === 0
        ? null
        : {
            expunges: own.filter.specifier === "SELECTED" ? "now" : "delayed",
            flags: own.events.has("FlagChange") ? "told" : "not-asked",
            fetch: own.fetch,
          };
    this.#others = others.map(({ filter, events }) => ({ test: mailboxTest(filter, null), events }));
    this.any = new Set(others.flatMap(({ events }) => [...events]));
  }

  /**
   * The events that are wanted of a mailbox while it is not selected, which the specifiers for the selected one have no say
   * in. RFC 5465 6: "multiple <event-group>s can apply to the same mailbox". RFC 5465 8: NONE "means that the client does not
   * wish to receive any events for the specified mailboxes", so it prevails.
   */
  eventsOf(mailbox: FilteredMailbox): ReadonlySet<NotifyEvent> {
    let found: ReadonlySet<NotifyEvent> = nothing;
    for (const { test, events } of this.#others) {
      if (!test(mailbox)) continue;
      if (events.size === 0) return nothing;
      found = found.size === 0 ? events : found.union(events);
    }
    return found;
  }

  /** The same of messages: RFC 5465 6 speaks of selectable mailboxes. */
  messageEventsOf(mailbox: Mailbox): ReadonlySet<NotifyEvent> {
    return mailbox.selectable ? this.eventsOf(mailbox) : nothing;
  }
}
