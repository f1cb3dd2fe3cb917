// SCRAM-SHA-256 (RFC 7677), without channel binding.

import { scramNonceBytes } from "../base/limits.ts";
import type { Mechanism } from "./mechanism.ts";
import { scramExchange } from "./scram.ts";

export const scramSha256: Mechanism = {
  name: "SCRAM-SHA-256",
  start: (context, initialResponse) =>
    scramExchange(context, initialResponse, {
      plus: "bare",
      serverNonce: context.entropy.bytes(scramNonceBytes).toBase64(),
    }),
};
