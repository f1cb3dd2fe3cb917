// The values of STATUS items (RFC 9051 6.3.11), from counters that are kept as mail changes.

import type { Mailbox } from "../model/mailbox.ts";
import { mailboxIdText } from "./object-ids.ts";
import type { Authenticated, Selected } from "./session.ts";
import type { StatusItem } from "./wire/status-items.ts";

export type StatusValues = readonly (readonly [StatusItem, number | string | null])[];

export function statusValues(
  { link }: Authenticated | Selected,
  mailbox: Mailbox,
  items: readonly StatusItem[],
): StatusValues {
  return items.map((item) => [item, item === "APPENDLIMIT" ? link.appendLimitBytes : valueOf(mailbox, item)] as const);
}

function valueOf(mailbox: Mailbox, item: Exclude<StatusItem, "APPENDLIMIT">): number | string {
  switch (item) {
    case "MESSAGES":
      return mailbox.messages;
    case "RECENT":
      // RFC 3501 6.3.10. Messages that were expunged before anyone saw them count too: clients only look for "some".
      return Math.min(mailbox.messages, mailbox.uidNext - mailbox.recentUid);
    case "UIDNEXT":
      return mailbox.uidNext;
    case "UIDVALIDITY":
      return mailbox.uidValidity;
    case "UNSEEN":
      return mailbox.unseen;
    case "DELETED":
      return mailbox.deleted;
    case "DELETED-STORAGE":
      return mailbox.deletedBytes;
    case "SIZE":
      return mailbox.bytes;
    case "HIGHESTMODSEQ":
      return mailbox.highestModSeq;
    case "MAILBOXID":
      return mailboxIdText(mailbox);
  }
}
