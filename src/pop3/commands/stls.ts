// STLS (RFC 2595 4): TLS on the connection as it is. Nothing said in the clear counts inside: the session begins anew,
// so that neither a USER nor a LANG slipped in by another (RFC 6856 7) outlives it.

import { command } from "../command.ts";
import { err, ok } from "../reply.ts";
import { noArgument } from "../wire/request.ts";

export const stls = command({
  name: "STLS",
  states: ["authorization"],
  parse: noArgument,
  capability: ({ tls }) => (tls === "offered" ? "STLS" : null),
  // oxlint-disable-next-line require-yield -- one status line is the whole answer
  async *run(session, _, { tls }) {
    // RFC 2595 4: "The STLS command is only permitted in AUTHORIZATION state" and not when TLS is active already.
    if (tls === "active") return err(session, null, (say) => say.tlsAlready);
    if (tls === "absent") return err(session, null, (say) => say.tlsNotOffered);
    // RFC 6856 2.1: "Clients MUST NOT issue the STLS command after issuing UTF8".
    if (session.text === "utf-8") return err(session, null, (say) => say.tlsAfterUtf8);
    return ok(session, (say) => say.beginTls, "start-tls");
  },
});
