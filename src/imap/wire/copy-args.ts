// COPY and MOVE (RFC 9051 6.4.7, 6.4.8; RFC 6851): `sequence-set SP mailbox`; UID EXPUNGE (RFC 9051 6.4.9): `sequence-set`.

import type { MailboxName } from "../../model/mailbox-name.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { readMailbox } from "./mailbox-argument.ts";
import { readSequenceSet, type SequenceSet } from "./sequence-set.ts";

export interface CopyArgs {
  readonly messages: SequenceSet;
  readonly to: MailboxName;
}

export function readCopy(args: ArgumentReader): CopyArgs {
  const messages = readSequenceSet(args);
  args.space();
  const to = readMailbox(args);
  args.end();
  return { messages, to };
}

export function readUidExpunge(args: ArgumentReader): SequenceSet {
  const messages = readSequenceSet(args);
  args.end();
  return messages;
}
