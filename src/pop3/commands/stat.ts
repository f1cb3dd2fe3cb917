// STAT (RFC 1939 5): "a single space, the number of messages in the maildrop, a single space, and the size of the
// maildrop in octets". Marked messages count in neither.

import { command } from "../command.ts";
import { ok } from "../reply.ts";
import { noArgument } from "../wire/request.ts";

export const stat = command({
  name: "STAT",
  states: ["transaction"],
  parse: noArgument,
  // oxlint-disable-next-line require-yield -- one status line is the whole answer
  async *run(session) {
    const { messages, octets } = session.maildrop;
    return ok(session, `${messages} ${octets}`);
  },
});
