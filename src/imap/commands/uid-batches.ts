// UIDBATCHES (RFC 10022): in which ranges of UIDs there are as many messages each, so that a client can do its work bit by bit.

import { imapUidBatchMessagesMin } from "../../base/limits.ts";
import { command, type Dialogue, type LongReply } from "../command.ts";
import { no, ok } from "../completion.ts";
import { tellNews } from "../news.ts";
import type { Selected } from "../session.ts";
import { numbersOf, uidBatches as batchesOf } from "../uid-batches.ts";
import { readUidBatches, type UidBatchesArgs, writeUidBatches } from "../wire/uid-batches.ts";

export const uidBatches = command({
  name: "UIDBATCHES",
  states: ["selected"],
  numbering: ["seq"],
  // It names batches, but no messages (RFC 10022 3.5: it is made for UIDONLY).
  parse: readUidBatches,
  run: (session, args, dialogue) => tellBatches(session, args, dialogue),
});

async function* tellBatches(session: Selected, args: UidBatchesArgs, { out, tag }: Dialogue): LongReply {
  // RFC 10022 3.1.3: smaller batches would be sequence numbers by another name.
  if (args.size < imapUidBatchMessagesMin)
    return no(`A batch has ${imapUidBatchMessagesMin} messages or more`, "TOOFEW");
  // What is gone would make batches smaller than they were asked for.
  for (const step of tellNews(session, "tell", out)) yield step;
  writeUidBatches(out, tag, batchesOf(numbersOf(session.mailbox), args));
  return ok("UIDBATCHES completed");
}
