// NAMESPACE (RFC 9051 6.3.10, RFC 2342): one personal namespace without a prefix.

import { afterLogin, command, readNothing } from "../command.ts";
import { ok } from "../completion.ts";
import { writeNamespace } from "../wire/status-response.ts";

export const namespace = command({
  name: "NAMESPACE",
  states: afterLogin,
  numbering: ["seq"],
  parse: readNothing,
  async run(_session, _args, { out }) {
    writeNamespace(out, [[""], [], []]);
    return ok("NAMESPACE completed");
  },
});
