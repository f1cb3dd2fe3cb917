// The client's half of SCRAM-SHA-256 (RFC 5802 3), for tests that log in with it.

import { pbkdf2Sync } from "node:crypto";
import { hmacSha256, sha256 } from "../../src/sasl/scram-verifier.ts";

export interface ScramLogin {
  readonly user: string;
  readonly password: string;
  /** `n,,`, `y,,`, `p=tls-exporter,,` or anything a hostile client makes up. */
  readonly gs2Header: string;
  readonly channelBinding?: Uint8Array;
  readonly nonce?: string;
}

export function scramFirst({ user, gs2Header, nonce = "clientNonce" }: ScramLogin): string {
  return `${gs2Header}${bareFirst(user, nonce)}`;
}

/** client-final-message, and what the server must then answer. */
export function scramFinal(login: ScramLogin, serverFirst: string): { message: string; serverFinal: string } {
  const { r = "", s = "", i = "" } = attributes(serverFirst);
  const salt = Uint8Array.fromBase64(s);
  const salted = new Uint8Array(pbkdf2Sync(login.password.normalize("NFKC"), salt, Number(i), 32, "sha256"));
  const clientKey = hmacSha256(salted, "Client Key");
  const bound = Buffer.concat([Buffer.from(login.gs2Header), login.channelBinding ?? new Uint8Array()]);
  const withoutProof = `c=${bound.toString("base64")},r=${r}`;
  const authMessage = `${bareFirst(login.user, login.nonce ?? "clientNonce")},${serverFirst},${withoutProof}`;
  const signature = hmacSha256(sha256(clientKey), authMessage);
  const proof = clientKey.map((byte, at) => byte ^ (signature[at] ?? 0));
  return {
    message: `${withoutProof},p=${proof.toBase64()}`,
    serverFinal: `v=${hmacSha256(hmacSha256(salted, "Server Key"), authMessage).toBase64()}`,
  };
}

function bareFirst(user: string, nonce: string): string {
  return `n=${user.replaceAll("=", "=3D").replaceAll(",", "=2C")},r=${nonce}`;
}

function attributes(message: string): Record<string, string | undefined> {
  return Object.fromEntries(message.split(",").map((part) => [part.slice(0, 1), part.slice(2)]));
}
