// Files a letter into one account: one transaction, on the disk when it resolves. Trace fields come before it here, since
// they name the recipient (RFC 5321 4.4).

import type { AccountMail } from "../mailbox/mail.ts";
import { type FlagSet, flagSet, noFlags, systemFlags } from "../model/flags.ts";
import type { AccountId } from "../model/ids.ts";
import type { MailboxRole } from "../model/mailbox.ts";
import { inboxName } from "../model/mailbox-name.ts";
import type { Letter } from "./letter.ts";

/** What delivery needs of the mail service. */
export interface FilingPort {
  /** Throws account-missing, store-unavailable. */
  open(account: AccountId): Promise<Pick<AccountMail, "find" | "byRole" | "newMessage" | "append"> & Disposable>;
}

export interface Filing {
  readonly account: AccountId;
  /** "sent" falls back to INBOX when the account has no such mailbox. */
  readonly to: Extract<MailboxRole, "inbox" | "sent">;
  readonly internalDateMs: number;
}

/** Throws ProblemRefusal: nothing has been filed then. */
export async function fileLetter(mail: FilingPort, letter: Letter, filing: Filing): Promise<void> {
  using account = await mail.open(filing.account);
  const mailbox = (filing.to === "sent" ? await account.byRole("sent") : undefined) ?? (await account.find(inboxName));
  const sink = account.newMessage();
  try {
    for await (const piece of letter.pieces(0)) {
      const room = sink.write(piece);
      if (room !== undefined) await room;
    }
  } catch (error) {
    await sink.discard();
    throw error;
  }
  const message = await sink.finish();
  const flags = filing.to === "sent" ? seen : noFlags;
  try {
    await account.append(mailbox.id, [{ message, flags, internalDateMs: filing.internalDateMs }]);
  } catch (error) {
    await message.discard();
    throw error;
  }
}

const seen: FlagSet = flagSet(systemFlags["\\Seen"], []);
