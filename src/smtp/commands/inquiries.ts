// VRFY, EXPN and HELP (RFC 5321 3.5, 4.1.1.6 to 4.1.1.8): asked mostly by those who collect addresses.

import { answer, type Command } from "../command.ts";
import { reply } from "../wire/reply.ts";

export const vrfy: Command = {
  verb: "VRFY",
  state: "any",
  kind: "junk",
  run() {
    // RFC 5321 3.5.3: 252 when a server does not verify, and mail may be tried.
    return answer(reply(252, "2.1.5", "Send mail and see"));
  },
};

export const expn: Command = {
  verb: "EXPN",
  state: "any",
  kind: "junk",
  run() {
    return answer(reply(502, "5.5.1", "Lists are not expanded here"));
  },
};

export const help: Command = {
  verb: "HELP",
  state: "any",
  kind: "junk",
  run({ parts }) {
    const hello = parts.service === "lmtp" ? "LHLO" : "EHLO";
    return answer(reply(214, "2.0.0", `${hello}, MAIL FROM, RCPT TO, DATA, BDAT, RSET, NOOP, QUIT; see RFC 5321`));
  },
};
