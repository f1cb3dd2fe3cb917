// LOGOUT (RFC 9051 6.1.3): BYE before OK.

import { anyState, command, readNothing } from "../command.ts";
import { ok } from "../completion.ts";
import { writeStatusText } from "../wire/status-response.ts";

export const logout = command({
  name: "LOGOUT",
  states: anyState,
  numbering: ["seq"],
  parse: readNothing,
  async run(_session, _args, { out }) {
    writeStatusText(out, null, { status: "BYE", code: null, text: "Good-bye" });
    return { ...ok("LOGOUT completed"), next: { kind: "close" } };
  },
});
