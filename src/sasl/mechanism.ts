// The one shape of every SASL mechanism (RFC 4422), server side, without any I/O: an adapter carries the challenges
// and responses in its own protocol's framing and turns refusals into its own codes.

import type { Entropy } from "../base/clock.ts";
import type { ChannelBindings } from "../model/channel-binding.ts";
import type { AttemptSource, CredentialPort, Verified } from "./credential-port.ts";

export type MechanismName = "PLAIN" | "LOGIN" | "SCRAM-SHA-256" | "SCRAM-SHA-256-PLUS";

/** What an exchange may ask and know. */
export interface SaslContext {
  readonly credentials: CredentialPort;
  readonly source: AttemptSource;
  readonly entropy: Entropy;
  /** Undefined without TLS. */
  readonly channelBindings: ChannelBindings | undefined;
}

/**
 * Yields challenges, is resumed with the client's decoded responses, returns who was verified. Throws ProblemRefusal:
 * sasl-response-invalid for what cannot be read, and whatever the credential port refuses with. It holds nothing: to cancel, drop it.
 */
export type Exchange = AsyncGenerator<Uint8Array, Verified, Uint8Array>;

export interface Mechanism {
  readonly name: MechanismName;
  /** `initialResponse` is undefined when the client sent none, which differs from an empty one (RFC 4422 4.3.a). */
  start(context: SaslContext, initialResponse: Uint8Array | undefined): Exchange;
}
