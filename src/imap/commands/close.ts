// CLOSE and UNSELECT (RFC 9051 6.4.1, 6.4.2; RFC 3691): CLOSE expunges without telling; neither does anything to an examined mailbox.

import { hasRight } from "../../model/rights.ts";
import { command, readNothing } from "../command.ts";
import { become, ok } from "../completion.ts";
import { authenticated } from "../session.ts";

export const close = command({
  name: "CLOSE",
  states: ["selected"],
  numbering: ["seq"],
  parse: readNothing,
  async run(session) {
    const { mailbox } = session;
    // RFC 4314 4: without "e" it "MUST ignore the expunge request, close the mailbox, and return the tagged OK response".
    if (!mailbox.readOnly && hasRight(mailbox.rights, "e")) await mailbox.expunge();
    return become(authenticated(session), ok("CLOSE completed"));
  },
});

export const unselect = command({
  name: "UNSELECT",
  states: ["selected"],
  numbering: ["seq"],
  parse: readNothing,
  async run(session) {
    return become(authenticated(session), ok("UNSELECT completed"));
  },
});
