// UIDL (RFC 1939 7): unique-id listings, "persistent across sessions".

import { command } from "../command.ts";
import { parseScope } from "../wire/request.ts";
import { listing } from "./listing.ts";

export const uidl = command({
  name: "UIDL",
  states: ["transaction"],
  parse: parseScope,
  capability: () => "UIDL",
  run: (session, scope) =>
    listing(session, scope, {
      of: (maildrop, number) => maildrop.uniqueIdOf(number),
      heading: (say) => say.uids(session.maildrop.messages),
    }),
});
