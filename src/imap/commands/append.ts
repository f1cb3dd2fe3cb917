// APPEND (RFC 9051 6.3.12) of one message or several (RFC 3502), with literal8 (RFC 3516 4.4), UTF8 (RFC 6855 4) and CATENATE
// (RFC 4469). All or nothing: messages go to the disk as they arrive and into the mailbox together, once the command has ended well.

import { imapAppendHeldBytesMax, imapAppendOverheadBytes, inlineBodyBytesMax } from "../../base/limits.ts";
import type { AppendItem } from "../../mailbox/appending.ts";
import type { Mailbox } from "../../model/mailbox.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { noteOwn } from "../arrivals.ts";
import { afterLogin, type CommandPart, command, type Dialogue } from "../command.ts";
import { type Completion, ok } from "../completion.ts";
import { destination } from "../destination.ts";
import { takeMessage } from "../message-intake.ts";
import { writeSoftQuota } from "../quota-roots.ts";
import type { Authenticated, Selected } from "../session.ts";
import { readAppendMessage } from "../wire/append-args.ts";
import type { ArgumentReader } from "../wire/argument-reader.ts";
import { readMailbox } from "../wire/mailbox-argument.ts";
import { appendUid } from "../wire/response-code.ts";
import { beyondLimit, SyntaxFault, tooManyMessages } from "../wire/syntax-fault.ts";

export const append = command({
  name: "APPEND",
  states: afterLogin,
  numbering: ["seq"],
  parse: (args) => ({ to: readMailbox(args), args }),
  async run(session, { to, args }, dialogue) {
    const items: AppendItem[] = [];
    try {
      return await takeMessages({ session, to, items }, args, dialogue);
    } catch (error) {
      for (const { message } of items) await message.discard();
      throw error;
    }
  },
});

interface Messages {
  readonly session: Authenticated | Selected;
  readonly to: MailboxName;
  readonly items: AppendItem[];
}

async function takeMessages(
  { session, to, items }: Messages,
  first: ArgumentReader,
  dialogue: Dialogue,
): Promise<Completion> {
  const { mail } = session;
  let mailbox: Mailbox | null = null;
  let part: CommandPart = { args: first, literal: dialogue.literal };
  let heldBytes = 0;
  for (;;) {
    const described = readAppendMessage(part.args, part.literal);
    if (described === null) break;
    heldBytes += imapAppendOverheadBytes + Math.min(part.literal?.bytes ?? 0, inlineBodyBytesMax);
    // RFC 9738 3.1.
    if (items.length >= session.link.messagesPerCommandMax) throw tooManyMessages(session.link.messagesPerCommandMax);
    if (items.length > 0 && heldBytes > imapAppendHeldBytesMax) throw beyondLimit("Too many messages in one APPEND");
    // Refused before the client has sent the message.
    mailbox ??= await destination(mail, to);
    const { item, next } = await takeMessage(session, described, part, dialogue);
    items.push(item);
    if (described.form === "catenated") heldBytes += Math.min(item.message.size, inlineBodyBytesMax);
    part = next;
  }
  if (mailbox === null) throw new SyntaxFault("A message is missing");
  part.args.end();
  const { uidValidity, uids, room } = await mail.append(mailbox.id, items);
  noteOwn(session, mailbox.id, uids);
  writeSoftQuota(dialogue.out, room);
  return ok("APPEND completed", appendUid(uidValidity, uids));
}
