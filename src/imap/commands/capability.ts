// CAPABILITY (RFC 9051 6.1.1).

import { capabilityText } from "../capabilities.ts";
import { anyState, command, readNothing } from "../command.ts";
import { ok } from "../completion.ts";
import { writeWords } from "../wire/status-response.ts";

export const capability = command({
  name: "CAPABILITY",
  states: anyState,
  numbering: ["seq"],
  parse: readNothing,
  async run(session, _, { out }) {
    writeWords(out, "CAPABILITY", [capabilityText(session)]);
    return ok("CAPABILITY completed");
  },
});
