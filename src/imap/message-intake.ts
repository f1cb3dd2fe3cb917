// Takes a message off the wire, straight to the disk: for APPEND and for REPLACE, which takes what APPEND takes (RFC 8508 3.4).

import type { AppendItem, StagedMessage } from "../mailbox/appending.ts";
import type { AccountMail } from "../mailbox/mail.ts";
import { refuse } from "../model/problem.ts";
import type { Dialogue } from "./command.ts";
import type { Link } from "./session.ts";
import type { AppendMessage } from "./wire/append-args.ts";
import type { OfferedLiteral } from "./wire/command-reader.ts";
import { SyntaxFault } from "./wire/syntax-fault.ts";

/** Where messages go to, and how large they may be. */
export interface Intake {
  readonly mail: AccountMail;
  readonly link: Link;
}

/** The message that `literal` announces; refused before the client has sent it where it is too large. */
export async function takeMessage(
  { mail, link }: Intake,
  { flags, internalDateMs }: AppendMessage,
  literal: OfferedLiteral,
  dialogue: Dialogue,
): Promise<AppendItem> {
  const limitBytes = link.appendLimitBytes;
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
