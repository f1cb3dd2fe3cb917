// NOOP (RFC 1939 5).

import { command } from "../command.ts";
import { ok } from "../reply.ts";
import { noArgument } from "../wire/request.ts";

export const noop = command({
  name: "NOOP",
  states: ["transaction"],
  parse: noArgument,
  // oxlint-disable-next-line require-yield -- one status line is the whole answer
  async *run(session) {
    return ok(session, (say) => say.nothingDone);
  },
});
