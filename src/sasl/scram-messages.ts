// The client's messages of SCRAM (RFC 5802 7: formal syntax), read to the letter.

import { refuse } from "../model/problem.ts";
import { decodeResponse } from "./response.ts";

/** RFC 5802 7: gs2-cbind-flag. */
export type BindingFlag =
  /** "n": the client does not support channel binding. */
  | { readonly kind: "unsupported" }
  /** "y": it does, but thinks that the server does not. */
  | { readonly kind: "not-offered" }
  /** "p=": it wants this type. */
  | { readonly kind: "required"; readonly type: string };

export interface ClientFirst {
  readonly flag: BindingFlag;
  readonly authzid: string;
  readonly user: string;
  readonly nonce: string;
  /** gs2-header with its closing comma, as it came: part of what the client binds to. */
  readonly gs2Header: string;
  /** client-first-message-bare, as it came: the first part of AuthMessage. */
  readonly bare: string;
}

export interface ClientFinal {
  readonly channelBinding: Uint8Array;
  readonly nonce: string;
  readonly proof: Uint8Array;
  /** client-final-message-without-proof, as it came: the last part of AuthMessage. */
  readonly withoutProof: string;
}

// gs2-header = gs2-cbind-flag "," [ "a=" saslname ] ","
const gs2HeaderShape = /^(?:p=([A-Za-z0-9.-]+)|n|y),(?:a=([^,]+))?,/;
// client-first-message-bare = [reserved-mext ","] username "," nonce ["," extensions]; c-nonce is printable but for ",".
const bareShape = /^n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,[A-Za-z]=[^,\0]+)*$/;
// client-final-message = channel-binding "," nonce ["," extensions] "," proof
const finalShape = /^(c=([^,]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,[A-Za-z]=[^,\0]+)*),p=([^,]+)$/;

export function parseClientFirst(message: string): ClientFirst {
  const header = gs2HeaderShape.exec(message);
  if (header === null) throw refuse({ kind: "sasl-response-invalid" });
  const [gs2Header, bindingType, authzid] = header;
  const bare = message.slice(gs2Header.length);
  // RFC 5802 5.1: "m=" announces an extension that must be understood, and "its presence MUST cause authentication failure".
  const [, user, nonce] = bareShape.exec(bare) ?? [];
  if (user === undefined || nonce === undefined) throw refuse({ kind: "sasl-response-invalid" });
  return {
    flag: bindingFlag(message, bindingType),
    authzid: authzid === undefined ? "" : decodeSaslName(authzid),
    user: decodeSaslName(user),
    nonce,
    gs2Header,
    bare,
  };
}

export function parseClientFinal(message: string): ClientFinal {
  const [, withoutProof, channelBinding, nonce, proof] = finalShape.exec(message) ?? [];
  if (withoutProof === undefined || channelBinding === undefined || nonce === undefined || proof === undefined) {
    throw refuse({ kind: "sasl-response-invalid" });
  }
  return { channelBinding: decodeResponse(channelBinding), nonce, proof: decodeResponse(proof), withoutProof };
}

function bindingFlag(message: string, type: string | undefined): BindingFlag {
  if (type !== undefined) return { kind: "required", type };
  return { kind: message.startsWith("y") ? "not-offered" : "unsupported" };
}

// RFC 5802 5.1: "," is sent as "=2C" and "=" as "=3D"; with any other "=" "the server MUST fail the authentication".
function decodeSaslName(encoded: string): string {
  if (/=(?!2C|3D)/.test(encoded) || encoded.includes("\0")) throw refuse({ kind: "sasl-response-invalid" });
  return encoded.replaceAll("=2C", ",").replaceAll("=3D", "=");
}
