// STARTTLS (RFC 3207 4). The handshake follows the reply; whatever the client sent behind the command is thrown away.

import { answer, type Command } from "../command.ts";
import { reply } from "../wire/reply.ts";

export const starttls: Command = {
  verb: "STARTTLS",
  state: "any",
  kind: "junk",
  run({ parts, client }, argument) {
    if (argument !== "") return answer(reply(501, "5.5.4", "STARTTLS stands alone"));
    if (client.secure) return answer(reply(503, "5.5.1", "TLS is up already"));
    if (parts.startTls === "impossible") return answer(reply(502, "5.5.1", "There is no TLS here"));
    return { replies: [reply(220, "2.0.0", "Go ahead")], next: "start-tls" };
  },
};
