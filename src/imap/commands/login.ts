// LOGIN (RFC 9051 6.2.3).

import { verifyTyped } from "../../sasl/identity.ts";
import { capabilityText } from "../capabilities.ts";
import { command } from "../command.ts";
import { become, ok } from "../completion.ts";
import { tlsIsMissing } from "../tls-is-missing.ts";
import { readLogin } from "../wire/login-args.ts";

export const login = command({
  name: "LOGIN",
  states: ["not-authenticated"],
  numbering: ["seq"],
  parse: readLogin,
  // RFC 9051 6.2.3: where neither TLS nor something like it protects the connection, LOGIN is not permitted.
  whyNot: tlsIsMissing,
  async run({ gate }, typed) {
    const verified = await verifyTyped(gate.sasl.credentials, typed, gate.sasl.source);
    const session = await gate.admit(verified);
    // RFC 9051 7.1: capabilities in the completion spare the client a round trip.
    return become(session, ok("Logged in", `CAPABILITY ${capabilityText(session)}`));
  },
});
