// EXPUNGE (RFC 9051 6.4.3) and UID EXPUNGE (RFC 9051 6.4.9, RFC 4315 2.1). The command loop tells what is gone.

import type { UidSet } from "../../model/uid-set.ts";
import { command } from "../command.ts";
import { ok } from "../completion.ts";
import { uidSetOf } from "../message-set.ts";
import { readUidExpunge } from "../wire/copy-args.ts";
import { highestModSeq } from "../wire/response-code.ts";
import type { SequenceSet } from "../wire/sequence-set.ts";

export const expunge = command({
  name: "EXPUNGE",
  states: ["selected"],
  numbering: ["seq", "uid"],
  sequenceNumbers: "none",
  parse: (args, numbering): SequenceSet | null => {
    if (numbering === "uid") return readUidExpunge(args);
    args.end();
    return null;
  },
  async run(session, messages) {
    const { mailbox, features } = session;
    const among: UidSet | undefined = messages === null ? undefined : uidSetOf(session, messages);
    const { modSeq } = await mailbox.expunge(among);
    // RFC 7162 3.2.7: HIGHESTMODSEQ in the completion when at least one message was expunged.
    const tells = modSeq !== null && features.has("QRESYNC");
    return ok("EXPUNGE completed", tells ? highestModSeq(mailbox.highestModSeq) : null);
  },
});
