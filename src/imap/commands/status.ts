// STATUS (RFC 9051 6.3.11).

import { refuse } from "../../model/problem.ts";
import { afterLogin, command } from "../command.ts";
import { ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import { statusValues } from "../status-values.ts";
import { readStatus } from "../wire/status-items.ts";
import { writeStatus } from "../wire/status-response.ts";

export const status = command({
  name: "STATUS",
  states: afterLogin,
  numbering: ["seq"],
  parse: readStatus,
  async run(session, { mailbox: name, items }, { out }) {
    const mailbox = await session.mail.find(name);
    if (!mailbox.selectable) throw refuse({ kind: "mailbox-not-selectable" });
    // RFC 7162 3.1: asking for HIGHESTMODSEQ says that the client knows CONDSTORE.
    if (items.includes("HIGHESTMODSEQ")) enableCondstore(session, out);
    writeStatus(out, name, statusValues(session, mailbox, items));
    return ok("STATUS completed");
  },
});
