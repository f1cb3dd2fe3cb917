// ENABLE (RFC 9051 6.3.1, RFC 5161). Liberty: it is taken with a mailbox selected too, which RFC 9051 leaves to the server.

import { afterLogin, command } from "../command.ts";
import { ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import { enableable } from "../features.ts";
import { readEnable } from "../wire/enable-args.ts";
import { writeWords } from "../wire/status-response.ts";

export const enable = command({
  name: "ENABLE",
  states: afterLogin,
  numbering: ["seq"],
  parse: readEnable,
  async run(session, wanted, { out }) {
    // RFC 5161 3.1: what is unknown, and what needs no enabling, is ignored.
    const { withheld } = session.features;
    const known = enableable.filter((name) => wanted.includes(name.toUpperCase()) && withheld.shows(name));
    writeWords(out, "ENABLED", known);
    // RFC 7162 3.2.3: QRESYNC enables CONDSTORE too.
    if (known.includes("CONDSTORE") || known.includes("QRESYNC")) enableCondstore(session, out);
    if (known.includes("METADATA")) session.features.hearOfMetadata(session.mail);
    if (known.includes("UIDONLY") && session.state === "selected") session.contexts.endNumbered(out);
    for (const feature of known) session.features.enable(feature);
    return ok("ENABLE completed");
  },
});
