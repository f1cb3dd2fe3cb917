// NOTIFY (RFC 5465 8): `"NOTIFY" SP ("NONE" / "SET" [SP "STATUS"] SP event-group *(SP event-group))`.
//
// Liberty: what is unknown as a FETCH attribute is BAD in a MessageNew as it is in a FETCH.

import { notifyGroupsMax, notifyNamesMax } from "../../base/limits.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { type FetchItem, readFetchAttributes } from "./fetch-item.ts";
import { type MailboxFilter, readMailboxFilter } from "./mailbox-filter.ts";
import { octet } from "./octets.ts";
import { SyntaxFault } from "./syntax-fault.ts";

/** event-name; RFC 5465 8 spells them so. */
export const notifyEvents = [
  "MessageNew",
  "MessageExpunge",
  "FlagChange",
  "MailboxName",
  "SubscriptionChange",
  "MailboxMetadataChange",
  "ServerMetadataChange",
] as const;

export type NotifyEvent = (typeof notifyEvents)[number];

export interface EventGroup {
  readonly filter: MailboxFilter;
  /** Empty for NONE. */
  readonly events: ReadonlySet<NotifyEvent>;
  /** What a new message of the selected mailbox is told with; null: nothing is fetched. */
  readonly fetch: readonly FetchItem[] | null;
  /** An event that is none of ours: AnnotationChange, or one that is yet to be invented. */
  readonly hasUnknownEvents: boolean;
}

export type NotifyArgs =
  | { readonly kind: "none" }
  | { readonly kind: "set"; readonly status: "told" | "not-asked"; readonly groups: readonly EventGroup[] };

export function readNotify(args: ArgumentReader): NotifyArgs {
  const word = args.word();
  if (word === "NONE") {
    args.end();
    return { kind: "none" };
  }
  if (word !== "SET") throw new SyntaxFault("NOTIFY is followed by SET or NONE");
  args.space();
  const status = args.takeWord("STATUS") ? "told" : "not-asked";
  if (status === "told") args.space();
  const groups = [readGroup(args)];
  while (args.peek() === octet.space) {
    args.space();
    // Spaces before the end of the line are let pass everywhere.
    if (args.peek() !== octet.open) break;
    groups.push(readGroup(args));
  }
  args.end();
  checkGroups(groups);
  return { kind: "set", status, groups };
}

/** `"(" filter-mailboxes SP events ")"`. */
function readGroup(args: ArgumentReader): EventGroup {
  args.open();
  const filter = readMailboxFilter(args, "SUBTREE-ONE");
  args.space();
  const events = args.peek() === octet.open ? readEvents(args) : readNone(args);
  args.close();
  const group = { filter, ...events };
  checkGroup(group);
  return group;
}

type Events = Omit<EventGroup, "filter">;

function readNone(args: ArgumentReader): Events {
  if (!args.takeWord("NONE")) throw new SyntaxFault("Events are a list, or NONE");
  return { events: new Set(), fetch: null, hasUnknownEvents: false };
}

const byWord = new Map<string, NotifyEvent>(notifyEvents.map((name) => [name.toUpperCase(), name]));
const annotationChange = "ANNOTATIONCHANGE";

function readEvents(args: ArgumentReader): Events {
  const events = new Set<NotifyEvent>();
  const unknown = new Set<string>();
  let fetch: readonly FetchItem[] | null = null;
  args.list(() => {
    const word = args.word();
    if (word === "") throw new SyntaxFault("Expected an event");
    const event = byWord.get(word);
    if (event === undefined) unknown.add(word);
    else events.add(event);
    if (event === "MessageNew" && args.takeText(" (")) fetch = readFetchAttributes(args);
  });
  // RFC 5465 5: "If the FlagChange and/or AnnotationChange events are specified, MessageNew and MessageExpunge MUST also be
  // specified by the client. Otherwise, the server MUST respond with the tagged BAD response."
  const changes = events.has("FlagChange") || unknown.has(annotationChange);
  if ((changes || events.has("MessageExpunge")) && !events.has("MessageNew"))
    throw new SyntaxFault("MessageNew is missing");
  if (events.has("MessageNew") && !events.has("MessageExpunge")) throw new SyntaxFault("MessageExpunge is missing");
  return { events, fetch, hasUnknownEvents: unknown.size > 0 };
}

const messageEvents: ReadonlySet<NotifyEvent> = new Set(["MessageNew", "MessageExpunge", "FlagChange"]);

export function isAboutSelected({ filter: { specifier } }: Pick<EventGroup, "filter">): boolean {
  return specifier === "SELECTED" || specifier === "SELECTED-DELAYED";
}

function checkGroup(group: EventGroup): void {
  if (isAboutSelected(group)) {
    // RFC 5465 6.1: "It is an error to specify other types of events with either".
    for (const event of group.events)
      if (!messageEvents.has(event)) throw new SyntaxFault("Only message events are for the selected mailbox");
  } else if (group.fetch !== null) {
    // RFC 5465 8: the list "may only be present for the SELECTED/SELECTED-DELAYED mailbox filter".
    throw new SyntaxFault("Only messages of the selected mailbox are fetched");
  }
}

function checkGroups(groups: readonly EventGroup[]): void {
  // RFC 5465 6.1: "Only one of the mailbox specifiers affecting the currently selected mailbox can be specified".
  if (groups.filter(isAboutSelected).length > 1) throw new SyntaxFault("One group is for the selected mailbox");
  let names = 0;
  for (const { filter } of groups) if ("names" in filter) names += filter.names.length;
  // RFC 5465 3.1: "NO - Unsupported NOTIFY event, NOTIFY too complex or expensive, etc."
  if (groups.length > notifyGroupsMax || names > notifyNamesMax)
    throw new SyntaxFault("Too many mailboxes to watch", "NO", "NOTIFICATIONOVERFLOW");
}
