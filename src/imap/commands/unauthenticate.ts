// UNAUTHENTICATE (RFC 8437): back to where the greeting left the session, for a program that acts for one account after
// another. Only where the configuration offers it (RFC 8437 8: there MUST be a way to disable it).

import { afterLogin, command, readNothing } from "../command.ts";
import { bad, ok } from "../completion.ts";

export const unauthenticate = command({
  name: "UNAUTHENTICATE",
  states: afterLogin,
  numbering: ["seq"],
  // RFC 8437 3: BAD where it is not advertised.
  whyNot: ({ link }) => (link.unauthenticate === "offered" ? null : bad("Unknown command")),
  parse: readNothing,
  run: async () => ({ ...ok("Logged out"), next: { kind: "unauthenticate" } }),
});
