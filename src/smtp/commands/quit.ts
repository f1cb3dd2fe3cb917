// QUIT (RFC 5321 4.1.1.10).

import { answerAndClose, type Command } from "../command.ts";
import { reply } from "../wire/reply.ts";

export const quit: Command = {
  verb: "QUIT",
  state: "any",
  kind: "mail",
  run() {
    return answerAndClose(bye, "client");
  },
};

const bye = reply(221, "2.0.0", "Good-bye");
