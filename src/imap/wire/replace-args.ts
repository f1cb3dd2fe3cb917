// REPLACE (RFC 8508 5): `seq-number SP mailbox append-message`, of which this is what stands before the message.

import type { MailboxName } from "../../model/mailbox-name.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { readMailbox } from "./mailbox-argument.ts";
import { readSeqNumber, type SequenceSet } from "./sequence-set.ts";

export interface ReplaceArgs {
  /** The one message to be replaced. */
  readonly message: SequenceSet;
  readonly to: MailboxName;
  /** What follows, up to the message's literal. */
  readonly args: ArgumentReader;
}

export function readReplace(args: ArgumentReader): ReplaceArgs {
  const number = readSeqNumber(args);
  args.space();
  const to = readMailbox(args);
  return { message: { kind: "ranges", ranges: [[number, number]] }, to, args };
}
