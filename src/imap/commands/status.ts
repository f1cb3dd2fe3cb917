// STATUS (RFC 9051 6.3.11).

import { refuse } from "../../model/problem.ts";
import { afterLogin, command } from "../command.ts";
import { ok } from "../completion.ts";
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
    writeStatus(out, name, statusValues(session, mailbox, items));
    return ok("STATUS completed");
  },
});
