// LIST (RFC 1939 5): scan listings, the whole maildrop however large. Sizes are those of the stored bytes. A message
// that is sent as a surrogate may differ: RFC 6858 4 lets LIST tell the size of either.

import { command } from "../command.ts";
import { parseScope } from "../wire/request.ts";
import { listing } from "./listing.ts";

export const list = command({
  name: "LIST",
  states: ["transaction"],
  parse: parseScope,
  run: (session, scope) =>
    listing(session, scope, {
      of: (maildrop, number) => maildrop.sizeOf(number),
      heading: (say) => say.maildrop(session.maildrop.messages, session.maildrop.octets),
    }),
});
