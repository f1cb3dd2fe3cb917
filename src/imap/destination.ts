// The mailbox that messages are to be put into.

import type { AccountMail } from "../mailbox/mail.ts";
import type { Mailbox } from "../model/mailbox.ts";
import type { MailboxName } from "../model/mailbox-name.ts";
import { refuse } from "../model/problem.ts";

/** RFC 9051 6.4.7: TRYCREATE tells that creating the mailbox would help, so destination-missing. */
export async function destination(mail: AccountMail, name: MailboxName): Promise<Mailbox> {
  const mailbox = (await mail.list()).find((other) => other.name === name);
  if (mailbox === undefined) throw refuse({ kind: "destination-missing" });
  if (!mailbox.selectable) throw refuse({ kind: "mailbox-not-selectable" });
  return mailbox;
}
