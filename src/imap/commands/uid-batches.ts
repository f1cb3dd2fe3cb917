// UIDBATCHES (RFC 10022): in which ranges of UIDs there are as many messages each, so that a client can do its work bit by bit.

import { imapUidBatchMessagesMin } from "../../base/limits.ts";
import { command } from "../command.ts";
import { no, ok } from "../completion.ts";
import { uidBatches as batchesOf, messagesIn } from "../uid-batches.ts";
import { readUidBatches, writeUidBatches } from "../wire/uid-batches.ts";

export const uidBatches = command({
  name: "UIDBATCHES",
  states: ["selected"],
  numbering: ["seq"],
  // It names batches, but no messages (RFC 10022 3.5: it is made for UIDONLY).
  parse: readUidBatches,
  async run({ mailbox, link }, args, { out, tag }) {
    // RFC 10022 3.1.3: smaller batches would be sequence numbers by another name.
    if (args.size < imapUidBatchMessagesMin)
      return no(`A batch has ${imapUidBatchMessagesMin} messages or more`, "TOOFEW");
    // RFC 10022 3.4: a batch is for one command, which works on no more than that.
    const size = Math.min(args.size, link.messagesPerCommandMax);
    writeUidBatches(out, tag, batchesOf(messagesIn(mailbox), { ...args, size }));
    return ok("UIDBATCHES completed");
  },
});
