// USER (RFC 1939 7). The answer is the same whether the name is known or not; RFC 6856 2.2 has names in UTF-8.

import { command } from "../command.ts";
import { takesPasswords } from "../context.ts";
import { err, ok } from "../reply.ts";

export const user = command({
  name: "USER",
  states: ["authorization"],
  parse: (argument) => (argument === null || argument === "" ? null : argument),
  // RFC 2449 6.2, RFC 2595 4: not announced where a password may not be sent.
  capability: (context) => (takesPasswords(context) ? "USER" : null),
  // oxlint-disable-next-line require-yield -- one status line is the whole answer
  async *run(session, name, context) {
    // RFC 3206 4: AUTH is also for "an attempt to authenticate in violation of policy".
    if (!takesPasswords(context)) return err(session, "AUTH", (say) => say.tlsRequired);
    return ok({ ...session, user: name }, (say) => say.nameNoted);
  },
});
