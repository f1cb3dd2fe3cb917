// SUBSCRIBE and UNSUBSCRIBE (RFC 9051 6.3.7, 6.3.8). A name need not be that of a mailbox: it may be one again.

import { afterLogin, command } from "../command.ts";
import { ok } from "../completion.ts";
import { readOnlyMailbox } from "../wire/mailbox-argument.ts";

export const subscribe = command({
  name: "SUBSCRIBE",
  states: afterLogin,
  numbering: ["seq"],
  parse: readOnlyMailbox,
  async run({ mail }, name) {
    await mail.subscribe(name);
    return ok("SUBSCRIBE completed");
  },
});

export const unsubscribe = command({
  name: "UNSUBSCRIBE",
  states: afterLogin,
  numbering: ["seq"],
  parse: readOnlyMailbox,
  async run({ mail }, name) {
    await mail.unsubscribe(name);
    return ok("UNSUBSCRIBE completed");
  },
});
