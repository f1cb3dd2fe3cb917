// The exchange behind SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802 3, 5 and 6; RFC 7677).
// Liberty: a failure is told in the carrying protocol's own terms; the "e=" attribute, which RFC 5802 7 lets a server
// blur anyway, is not sent. A known and an unknown user take the same steps: only the port knows which is which.

import { timingSafeEqual } from "node:crypto";
import { concatBytes, utf8 } from "../base/bytes.ts";
import type { ChannelBindings, ChannelBindingType } from "../model/channel-binding.ts";
import { refuse } from "../model/problem.ts";
import type { ScramProof } from "./credential-port.ts";
import { requireOwnIdentity } from "./identity.ts";
import type { Exchange, SaslContext } from "./mechanism.ts";
import { responseText } from "./response.ts";
import { prepareCredential } from "./saslprep.ts";
import { type BindingFlag, parseClientFinal, parseClientFirst } from "./scram-messages.ts";
import { hmacSha256, type ScramVerifier, sha256 } from "./scram-verifier.ts";

/** Whether the mechanism's name ends in "-PLUS", and the server's half of the nonce (no comma, printable). */
export interface ScramVariant {
  readonly plus: "plus" | "bare";
  readonly serverNonce: string;
}

export async function* scramExchange(
  { credentials, source, channelBindings }: SaslContext,
  initialResponse: Uint8Array | undefined,
  { plus, serverNonce }: ScramVariant,
): Exchange {
  const first = parseClientFirst(responseText(initialResponse ?? (yield new Uint8Array())));
  const bindingData = boundTo(first.flag, plus, channelBindings);
  requireOwnIdentity(first.authzid, first.user);
  const user = prepareCredential(first.user);
  if (user === undefined) throw refuse({ kind: "credentials-wrong" });

  const verifier = await credentials.scramVerifier(user, source);
  const nonce = first.nonce + serverNonce;
  const serverFirst = `r=${nonce},s=${verifier.salt.toBase64()},i=${verifier.iterations}`;
  const final = parseClientFinal(responseText(yield utf8(serverFirst)));

  // RFC 5802 5.1: the nonce and the channel binding must be, byte for byte, those of this exchange.
  const expectedBinding = concatBytes([utf8(first.gs2Header), bindingData]);
  const authMessage = `${first.bare},${serverFirst},${final.withoutProof}`;
  const proof: ScramProof =
    final.nonce === nonce &&
    equalInConstantTime(final.channelBinding, expectedBinding) &&
    isProof(final.proof, authMessage, verifier)
      ? "right"
      : "wrong";
  const verified = await credentials.settleScram(user, proof, source);
  if (proof === "wrong") throw refuse({ kind: "credentials-wrong" });

  // RFC 5802 3: the client checks ServerSignature and so learns that this server knows its verifier. None of our
  // protocols carries data with success, so it goes as a challenge that the client answers with an empty response.
  const acknowledgement = yield utf8(`v=${hmacSha256(verifier.serverKey, authMessage).toBase64()}`);
  if (acknowledgement.length > 0) throw refuse({ kind: "sasl-response-invalid" });
  return verified;
}

// RFC 5802 6: which binding the exchange rests on; its data follows the gs2-header in the client's "c=".
function boundTo(flag: BindingFlag, plus: "plus" | "bare", bindings: ChannelBindings | undefined): Uint8Array {
  if (flag.kind === "required") {
    // "If the server is willing to use channel binding", the client says so by choosing -PLUS; never otherwise.
    const data = plus === "plus" && isBindingType(flag.type) ? bindings?.(flag.type) : undefined;
    if (data === undefined) throw refuse({ kind: "sasl-response-invalid" });
    return data;
  }
  // -PLUS without "p=" is a contradiction.
  if (plus === "plus") throw refuse({ kind: "sasl-response-invalid" });
  // "If the flag is set to "y" and the server supports channel binding, the server MUST fail authentication": someone
  // in between has taken -PLUS out of our list.
  if (flag.kind === "not-offered" && bindings !== undefined) throw refuse({ kind: "credentials-wrong" });
  return new Uint8Array();
}

function isBindingType(type: string): type is ChannelBindingType {
  return type === "tls-exporter" || type === "tls-unique" || type === "tls-server-end-point";
}

// RFC 5802 3: ClientKey := ClientProof XOR ClientSignature, and H(ClientKey) must be StoredKey.
function isProof(proof: Uint8Array, authMessage: string, { storedKey }: ScramVerifier): boolean {
  const clientSignature = hmacSha256(storedKey, authMessage);
  if (proof.length !== clientSignature.length) return false;
  const clientKey = proof.map((byte, at) => byte ^ (clientSignature[at] ?? 0));
  return timingSafeEqual(sha256(clientKey), storedKey);
}

function equalInConstantTime(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
