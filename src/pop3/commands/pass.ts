// PASS (RFC 1939 7): "Since the PASS command has exactly one argument, a POP3 server may treat spaces in the argument
// as part of the password, instead of as argument separators."

import { verifyTyped } from "../../sasl/identity.ts";
import { command } from "../command.ts";
import { saslContextOf, takesPasswords } from "../context.ts";
import { logIn } from "../log-in.ts";
import { err } from "../reply.ts";

export const pass = command({
  name: "PASS",
  states: ["authorization"],
  parse: (argument) => argument,
  // oxlint-disable-next-line require-yield -- one status line is the whole answer
  async *run(session, password, context) {
    if (!takesPasswords(context)) return err(session, "AUTH", (say) => say.tlsRequired);
    const { user } = session;
    if (user === null) return err(session, null, (say) => say.nameFirst);
    const { credentials, source } = saslContextOf(context);
    return await logIn(session, context, () => verifyTyped(credentials, { user, password }, source));
  },
});
