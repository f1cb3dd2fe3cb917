// NOTIFY (RFC 5465 3.1): which events the client is told of from now on, between commands too.

import { afterLogin, command, type Dialogue, type LongReply } from "../command.ts";
import { type Completion, no, ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import { Notifier } from "../notify/notifier.ts";
import { writeFirstStatus } from "../notify/status-notices.ts";
import type { Authenticated, Selected } from "../session.ts";
import { tellAccumulated } from "../tell-changes.ts";
import { type EventGroup, type NotifyArgs, type NotifyEvent, notifyEvents, readNotify } from "../wire/notify-args.ts";
import { badEvent } from "../wire/response-code.ts";

export const notify = command({
  name: "NOTIFY",
  states: afterLogin,
  numbering: ["seq"],
  parse: readNotify,
  run: (session, args, dialogue) => listen(session, args, dialogue),
});

async function* listen(session: Authenticated | Selected, args: NotifyArgs, dialogue: Dialogue): LongReply {
  const { features, mail } = session;
  const { out } = dialogue;
  const groups = args.kind === "none" ? [] : args.groups;
  const refusal = whyNot(session, groups);
  if (refusal !== null) return refusal;
  // What others share has to be there before it can be told that more has come.
  if (groups.length > 0) await mail.list();
  const notifier = new Notifier(mail, groups, features.notifier);
  // Without that its client would think that it has heard of everything before.
  features.notifier?.tellOverflow(out);
  features.listenBy(notifier);
  if (args.kind === "none") return ok("NOTIFY completed");
  // RFC 7162 3.1: whoever asks for MODSEQ knows CONDSTORE.
  if (notifier.selected?.fetch?.some(({ attribute }) => attribute === "MODSEQ")) enableCondstore(session, out);
  if (session.state === "selected") yield* tellAccumulated(session, dialogue);
  const mailboxes = await mail.list();
  notifier.tellNoAccess(mailboxes, out);
  if (args.status === "told") {
    const selected = session.state === "selected" ? session.mailbox.id : null;
    for (const mailbox of mailboxes) {
      if (mailbox.id === selected) continue;
      writeFirstStatus(session, mailbox, notifier.interest.messageEventsOf(mailbox), out);
      yield "more";
    }
  }
  return ok("NOTIFY completed");
}

/** RFC 5465 3.1: "If the client requests information for events of an unsupported type": NO, with those that are supported. */
function whyNot({ features }: Authenticated | Selected, groups: readonly EventGroup[]): Completion | null {
  const supported = notifyEvents.filter((event) => !aboutMetadata.has(event) || features.withheld.shows("METADATA"));
  const isSupported = (event: NotifyEvent): boolean => supported.includes(event);
  const some = groups.some(({ events, hasUnknownEvents }) => hasUnknownEvents || ![...events].every(isSupported));
  return some ? no("No such event here", badEvent(supported)) : null;
}

const aboutMetadata: ReadonlySet<NotifyEvent> = new Set(["MailboxMetadataChange", "ServerMetadataChange"]);
