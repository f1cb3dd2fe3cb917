// SCRAM-SHA-256-PLUS (RFC 7677): the client proves that both ends see the same TLS connection. Bindings offered:
// tls-exporter (RFC 9266) on TLS 1.3, tls-unique (RFC 5929 3) on TLS 1.2, tls-server-end-point (RFC 5929 4) on both.

import { scramNonceBytes } from "../base/limits.ts";
import type { Mechanism } from "./mechanism.ts";
import { scramExchange } from "./scram.ts";

export const scramSha256Plus: Mechanism = {
  name: "SCRAM-SHA-256-PLUS",
  start: (context, initialResponse) =>
    scramExchange(context, initialResponse, {
      plus: "plus",
      serverNonce: context.entropy.bytes(scramNonceBytes).toBase64(),
    }),
};
