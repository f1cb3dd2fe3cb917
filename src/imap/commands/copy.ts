// COPY and UID COPY (RFC 9051 6.4.7). All or nothing: a failed copy leaves the destination unchanged.

import { noteOwn } from "../arrivals.ts";
import { command } from "../command.ts";
import { ok } from "../completion.ts";
import { destination } from "../destination.ts";
import { tooMany } from "../message-limit.ts";
import { uidsOf } from "../message-set.ts";
import { writeSoftQuota } from "../quota-roots.ts";
import { readCopy } from "../wire/copy-args.ts";
import { copyUid } from "../wire/response-code.ts";

export const copy = command({
  name: "COPY",
  states: ["selected"],
  numbering: ["seq", "uid"],
  parse: readCopy,
  async run(session, { messages, to }, { numbering, out, progress }) {
    const uids = uidsOf(session, messages, numbering);
    // RFC 9738 3.1: all or nothing (RFC 9051 6.4.7).
    const refusal = tooMany(session, uids);
    if (refusal !== null) return refusal;
    const { id } = await destination(session.mail, to);
    if (uids.length === 0) return ok("Nothing to copy");
    const copied = await session.mailbox.copy(uids, id, progress);
    noteOwn(session, id, copied.to);
    writeSoftQuota(out, copied.room);
    // RFC 4315 3: no COPYUID when nothing was copied.
    if (copied.from.length === 0) return ok("Nothing was there to copy");
    return ok("COPY completed", copyUid(copied.uidValidity, copied.from, copied.to));
  },
});
