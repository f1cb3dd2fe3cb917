// RSET (RFC 5321 4.1.1.5).

import { answer, type Command } from "../command.ts";
import { reply } from "../wire/reply.ts";

export const rset: Command = {
  verb: "RSET",
  state: "any",
  kind: "junk",
  async run(session) {
    await session.endTransaction();
    return answer(done);
  },
};

const done = reply(250, "2.0.0", "Ok");
