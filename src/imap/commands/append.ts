// APPEND (RFC 9051 6.3.12) of one message or several (RFC 3502), with literal8 (RFC 3516 4.4) and UTF8 (RFC 6855 4). All or
// nothing: messages go to the disk as they arrive and into the mailbox together, once the command has ended well.

import { imapAppendHeldBytesMax, imapAppendOverheadBytes, inlineBodyBytesMax } from "../../base/limits.ts";
import type { AccountMail, AppendItem, StagedMessage } from "../../mailbox/mail.ts";
import type { Mailbox } from "../../model/mailbox.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { refuse } from "../../model/problem.ts";
import { afterLogin, command, type Dialogue } from "../command.ts";
import { type Completion, ok } from "../completion.ts";
import { destination } from "../destination.ts";
import { type AppendMessage, readAppendMessage, readAppendMessageEnd } from "../wire/append-args.ts";
import type { ArgumentReader } from "../wire/argument-reader.ts";
import type { OfferedLiteral } from "../wire/command-reader.ts";
import { readMailbox } from "../wire/mailbox-argument.ts";
import { appendUid } from "../wire/response-code.ts";
import { beyondLimit, SyntaxFault } from "../wire/syntax-fault.ts";

export const append = command({
  name: "APPEND",
  states: afterLogin,
  numbering: ["seq"],
  parse: (args) => ({ to: readMailbox(args), args }),
  async run({ mail, link }, { to, args }, dialogue) {
    const items: AppendItem[] = [];
    try {
      return await takeMessages({ mail, limitBytes: link.appendLimitBytes, to, items }, args, dialogue);
    } catch (error) {
      for (const { message } of items) await message.discard();
      throw error;
    }
  },
});

interface Intake {
  readonly mail: AccountMail;
  readonly limitBytes: number;
  readonly to: MailboxName;
  readonly items: AppendItem[];
}

async function takeMessages(intake: Intake, first: ArgumentReader, dialogue: Dialogue): Promise<Completion> {
  const { mail, to, items } = intake;
  let mailbox: Mailbox | null = null;
  let part = { args: first, literal: dialogue.literal };
  let heldBytes = 0;
  while (part.literal !== null) {
    const described = readAppendMessage(part.args, part.literal);
    heldBytes += imapAppendOverheadBytes + Math.min(part.literal.bytes, inlineBodyBytesMax);
    if (items.length > 0 && heldBytes > imapAppendHeldBytesMax) throw beyondLimit("Too many messages in one APPEND");
    // Refused before the client has sent the message.
    mailbox ??= await destination(mail, to);
    items.push(await takeMessage(intake, described, part.literal, dialogue));
    part = await dialogue.nextPart();
    readAppendMessageEnd(part.args, described);
  }
  if (mailbox === null) throw new SyntaxFault("A message is missing");
  part.args.end();
  const { uidValidity, uids } = await mail.append(mailbox.id, items);
  return ok("APPEND completed", appendUid(uidValidity, uids));
}

async function takeMessage(
  { mail, limitBytes }: Intake,
  { flags, internalDateMs }: AppendMessage,
  literal: OfferedLiteral,
  dialogue: Dialogue,
): Promise<AppendItem> {
  if (literal.bytes > limitBytes) throw refuse({ kind: "message-too-large", limitBytes });
  // RFC 3502 6.3.11: a literal of no octets abandons the whole command.
  if (literal.bytes === 0) throw new SyntaxFault("An empty message", "NO");
  const sink = mail.newMessage();
  let message: StagedMessage;
  try {
    for await (const piece of dialogue.pieces()) await sink.write(piece);
    message = await sink.finish();
  } catch (error) {
    await sink.discard();
    throw error;
  }
  return { message, flags, ...(internalDateMs === null ? {} : { internalDateMs }) };
}
