// DELE (RFC 1939 5): "The POP3 server does not actually delete the message until the POP3 session enters the UPDATE
// state."

import { command } from "../command.ts";
import { ok } from "../reply.ts";
import { parseMessageNumber } from "../wire/request.ts";
import { unlessThere } from "./numbered.ts";

export const dele = command({
  name: "DELE",
  states: ["transaction"],
  parse: (argument) => parseMessageNumber(argument?.trim() ?? ""),
  // oxlint-disable-next-line require-yield -- one status line is the whole answer
  async *run(session, number) {
    const refused = unlessThere(session, number);
    if (refused !== null) return refused;
    session.maildrop.mark(number);
    return ok(session, (say) => say.marked(number));
  },
});
