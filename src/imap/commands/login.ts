// LOGIN (RFC 9051 6.2.3).

import { verifyTyped } from "../../sasl/identity.ts";
import { capabilityText } from "../capabilities.ts";
import { command } from "../command.ts";
import { become, no, ok } from "../completion.ts";
import { readLogin } from "../wire/login-args.ts";

export const login = command({
  name: "LOGIN",
  states: ["not-authenticated"],
  numbering: ["seq"],
  parse: readLogin,
  async run({ link, gate }, typed) {
    // RFC 9051 6.2.3: "unless either the client is accessing IMAP service on Implicit TLS port, the STARTTLS command has
    // been negotiated, or some other mechanism that protects the session from password snooping has been provided, the
    // server MUST implement a configuration in which it advertises the LOGINDISABLED capability and does NOT permit LOGIN".
    if (link.mechanisms.length === 0) return no("Begin TLS before logging in", "PRIVACYREQUIRED");
    const verified = await verifyTyped(gate.sasl.credentials, typed, gate.sasl.source);
    const session = await gate.admit(verified);
    // RFC 9051 7.1: capabilities in the completion spare the client a round trip.
    return become(session, ok("Logged in", `CAPABILITY ${capabilityText(session)}`));
  },
});
