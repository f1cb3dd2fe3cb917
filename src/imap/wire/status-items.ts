// STATUS (RFC 9051 6.3.11) and its items: MESSAGES, UIDNEXT, UIDVALIDITY, UNSEEN, DELETED, SIZE (RFC 9051 9), RECENT
// (RFC 3501 6.3.10), HIGHESTMODSEQ (RFC 7162 3.1.7), APPENDLIMIT (RFC 7889 3.1), MAILBOXID (RFC 8474 4.3), DELETED-STORAGE
// (RFC 9208 4.1.4).

import type { MailboxName } from "../../model/mailbox-name.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { readMailbox } from "./mailbox-argument.ts";
import { SyntaxFault } from "./syntax-fault.ts";

export const statusItems = [
  "MESSAGES",
  "RECENT",
  "UIDNEXT",
  "UIDVALIDITY",
  "UNSEEN",
  "DELETED",
  "SIZE",
  "HIGHESTMODSEQ",
  "APPENDLIMIT",
  "MAILBOXID",
  "DELETED-STORAGE",
] as const;

export type StatusItem = (typeof statusItems)[number];

export interface StatusArgs {
  readonly mailbox: MailboxName;
  /** In the order asked for, none twice. */
  readonly items: readonly StatusItem[];
}

/** `mailbox SP "(" status-att *(SP status-att) ")"`. */
export function readStatus(args: ArgumentReader): StatusArgs {
  const mailbox = readMailbox(args);
  args.space();
  const items = readStatusItems(args);
  args.end();
  return { mailbox, items };
}

/** `"(" status-att *(SP status-att) ")"`, as LIST RETURN (STATUS ...) has it too (RFC 5819). */
export function readStatusItems(args: ArgumentReader): readonly StatusItem[] {
  return [...new Set(args.list(() => readStatusItem(args)))];
}

function readStatusItem(args: ArgumentReader): StatusItem {
  const word = args.word();
  const item = statusItems.find((name) => name === word);
  if (item === undefined) throw new SyntaxFault("Unknown STATUS item");
  return item;
}
