// NAMESPACE (RFC 9051 6.3.10, RFC 2342).

import { afterLogin, command, readNothing } from "../command.ts";
import { ok } from "../completion.ts";
import { tellNamespaces } from "../namespaces.ts";

export const namespace = command({
  name: "NAMESPACE",
  states: afterLogin,
  numbering: ["seq"],
  parse: readNothing,
  async run(_session, _args, { out }) {
    tellNamespaces(out);
    return ok("NAMESPACE completed");
  },
});
