// NOOP (RFC 9051 6.1.2) and CHECK (RFC 3501 6.4.1): both do nothing but let the client hear what is new, which the
// command loop tells. All that was acknowledged is on the disk already, but for flags: CHECK waits for those.

import { anyState, command, readNothing } from "../command.ts";
import { ok } from "../completion.ts";

export const noop = command({
  name: "NOOP",
  states: anyState,
  numbering: ["seq"],
  parse: readNothing,
  async run() {
    return ok("NOOP completed");
  },
});

export const check = command({
  name: "CHECK",
  states: ["selected"],
  numbering: ["seq"],
  parse: readNothing,
  async run({ mail }) {
    await mail.flush();
    return ok("CHECK completed");
  },
});
