// RSET (RFC 1939 5): "If any messages have been marked as deleted by the POP3 server, they are unmarked."

import { command } from "../command.ts";
import { ok } from "../reply.ts";
import { noArgument } from "../wire/request.ts";

export const rset = command({
  name: "RSET",
  states: ["transaction"],
  parse: noArgument,
  // oxlint-disable-next-line require-yield -- one status line is the whole answer
  async *run(session) {
    const { maildrop } = session;
    maildrop.unmarkAll();
    return ok(session, (say) => say.maildrop(maildrop.messages, maildrop.octets));
  },
});
