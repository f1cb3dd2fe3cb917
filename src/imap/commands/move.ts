// MOVE and UID MOVE (RFC 9051 6.4.8, RFC 6851). Here it is one commit, so that no message is ever in both or in neither.

import { noteOwn } from "../arrivals.ts";
import { command } from "../command.ts";
import { ok } from "../completion.ts";
import { destination } from "../destination.ts";
import { newestUids, tellLimit } from "../message-limit.ts";
import { uidsOf } from "../message-set.ts";
import { readCopy } from "../wire/copy-args.ts";
import { copyUid, highestModSeq } from "../wire/response-code.ts";
import { writeStatusText } from "../wire/status-response.ts";

export const move = command({
  name: "MOVE",
  states: ["selected"],
  numbering: ["seq", "uid"],
  expunges: "its-own",
  parse: readCopy,
  async run(session, { messages, to }, { numbering, out, progress }) {
    const { mail, mailbox, features } = session;
    const named = newestUids(session, uidsOf(session, messages, numbering));
    const uids = named.newest;
    const { id } = await destination(mail, to);
    if (uids.length === 0) return ok("Nothing to move");
    const moved = await mailbox.move(uids, id, progress);
    if (moved.modSeq === null) return tellLimit(session, named, ok("Nothing was there to move"), out);
    // RFC 6851 4.3: "Servers ... are also advised to send the COPYUID response code in an untagged OK before sending
    // EXPUNGE or moved responses", which the command loop tells next.
    noteOwn(session, id, moved.to);
    const copied = copyUid(moved.uidValidity, moved.from, moved.to);
    writeStatusText(out, null, { status: "OK", code: copied, text: "Moved" });
    // RFC 7162 3.2.7 with RFC 6851 4.3.
    const code = features.has("QRESYNC") ? highestModSeq(mailbox.highestModSeq) : null;
    return tellLimit(session, named, ok("MOVE completed", code), out);
  },
});
