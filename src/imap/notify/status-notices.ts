// What happened to messages of mailboxes that are not selected, as STATUS responses (RFC 5465 5.1 to 5.3), and those by which
// NOTIFY SET STATUS begins (RFC 5465 3.1).

import type { Mailbox } from "../../model/mailbox.ts";
import type { Authenticated, Selected } from "../session.ts";
import { statusValues } from "../status-values.ts";
import type { NotifyEvent } from "../wire/notify-args.ts";
import type { StatusItem } from "../wire/status-items.ts";
import { writeStatus } from "../wire/status-response.ts";
import type { Writer } from "../wire/writer.ts";

/** "counts": messages came or went. */
export type StatusNotice = "counts" | "flags";

/** UNSEEN comes along: it is what a client shows beside the name, and it has changed more often than not. */
export function writeStatusNotice(
  session: Authenticated | Selected,
  mailbox: Mailbox,
  notice: StatusNotice,
  to: Writer,
): void {
  // RFC 5465 5.2: "(UIDNEXT MESSAGES)"; 5.1: "at least HIGHESTMODSEQ and UIDVALIDITY".
  const items: StatusItem[] =
    notice === "counts" ? ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"] : ["UIDVALIDITY", "UNSEEN"];
  // RFC 5465 5.1 to 5.3: once CONDSTORE or QRESYNC is enabled.
  if (session.features.has("CONDSTORE")) items.push("HIGHESTMODSEQ");
  writeStatus(to, mailbox.name, statusValues(session, mailbox, items));
}

/** Nothing for a mailbox of which no message event is wanted. */
export function writeFirstStatus(
  session: Authenticated | Selected,
  mailbox: Mailbox,
  events: ReadonlySet<NotifyEvent>,
  to: Writer,
): void {
  if (!events.has("MessageNew")) return;
  const items: StatusItem[] = ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"];
  // RFC 5465 3.1: with FlagChange, where "the server also supports the CONDSTORE ... and/or QRESYNC": enabled or not.
  const { features } = session;
  const supported = events.has("FlagChange") && features.withheld.shows("CONDSTORE");
  if (supported || features.has("CONDSTORE")) items.push("HIGHESTMODSEQ");
  writeStatus(to, mailbox.name, statusValues(session, mailbox, items));
}
