// STARTTLS (RFC 9051 6.2.1). What was sent behind it in the clear is thrown away by the conversation.

import { command, readNothing } from "../command.ts";
import { bad, ok } from "../completion.ts";

export const startTls = command({
  name: "STARTTLS",
  states: ["not-authenticated"],
  numbering: ["seq"],
  parse: readNothing,
  async run({ link }) {
    if (link.startTls === "not-offered") return bad("TLS is not offered here");
    return { ...ok("Begin TLS now"), next: { kind: "start-tls" } };
  },
});
