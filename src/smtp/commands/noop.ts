// NOOP (RFC 5321 4.1.1.9); its argument is ignored.

import { answer, type Command } from "../command.ts";
import { reply } from "../wire/reply.ts";

export const noop: Command = {
  verb: "NOOP",
  state: "any",
  kind: "junk",
  run() {
    return answer(done);
  },
};

const done = reply(250, "2.0.0", "Ok");
