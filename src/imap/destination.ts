// The mailbox that messages are to be put into.

import type { AccountMail } from "../mailbox/mail.ts";
import type { Mailbox } from "../model/mailbox.ts";
import type { MailboxName } from "../model/mailbox-name.ts";

/** RFC 9051 6.4.7: TRYCREATE tells that creating the mailbox would help, so destination-missing. */
export function destination(mail: AccountMail, name: MailboxName): Promise<Mailbox> {
  return mail.destination(name);
}
