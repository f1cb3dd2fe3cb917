// EXPUNGE (RFC 9051 6.4.3) and UID EXPUNGE (RFC 9051 6.4.9, RFC 4315 2.1). The command loop tells what is gone.

import type { UidSet } from "../../model/uid-set.ts";
import { command } from "../command.ts";
import { ok } from "../completion.ts";
import { type Newest, newestDeleted, tellLimit } from "../message-limit.ts";
import { uidSetOf } from "../message-set.ts";
import { readUidExpunge } from "../wire/copy-args.ts";
import { highestModSeq } from "../wire/response-code.ts";
import type { SequenceSet } from "../wire/sequence-set.ts";

const everything: Newest<UidSet | undefined> = { newest: undefined, lowest: null };

export const expunge = command({
  name: "EXPUNGE",
  states: ["selected"],
  numbering: ["seq", "uid"],
  expunges: "its-own",
  sequenceNumbers: "none",
  parse: (args, numbering): SequenceSet | null => {
    if (numbering === "uid") return readUidExpunge(args);
    args.end();
    return null;
  },
  async run(session, messages, { out }) {
    const { mailbox, features } = session;
    // RFC 9738 3.1: EXPUNGE itself is not limited.
    const named = messages === null ? everything : newestDeleted(session, uidSetOf(session, messages));
    const { modSeq } = await mailbox.expunge(named.newest);
    // RFC 7162 3.2.7: HIGHESTMODSEQ in the completion when at least one message was expunged.
    const tells = modSeq !== null && features.has("QRESYNC");
    const completion = ok("EXPUNGE completed", tells ? highestModSeq(mailbox.highestModSeq) : null);
    return tellLimit(session, named, completion, out);
  },
});
