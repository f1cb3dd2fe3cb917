// What a server keeps to check SCRAM-SHA-256 with, instead of a password (RFC 5802 3, RFC 7677).

import { createHash, createHmac, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import { utf8 } from "../base/bytes.ts";
import type { Entropy } from "../base/clock.ts";
import { scramIterations, scramSaltBytes } from "../base/limits.ts";

export interface ScramVerifier {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

const keyBytes = 32;
const derive = promisify(pbkdf2);

/** The verifier of a prepared password (`prepareCredential`), under a new salt. Works off the event loop. */
export async function makeScramVerifier(password: string, entropy: Entropy): Promise<ScramVerifier> {
  return scramVerifierOf(password, entropy.bytes(scramSaltBytes), scramIterations);
}

/** RFC 5802 3: SaltedPassword := Hi(Normalize(password), salt, i), and the two keys from it. */
export async function scramVerifierOf(password: string, salt: Uint8Array, iterations: number): Promise<ScramVerifier> {
  const saltedPassword = await derive(utf8(password), salt, iterations, keyBytes, "sha256");
  const clientKey = hmacSha256(saltedPassword, "Client Key");
  return { salt, iterations, storedKey: sha256(clientKey), serverKey: hmacSha256(saltedPassword, "Server Key") };
}

/**
 * A verifier for a user who has none: the same for the same name each time, as a real one would be. Nobody can answer
 * it, since no preimage of its storedKey exists anywhere. `secret` is the server's own and must outlive restarts.
 */
export function fakeScramVerifier(secret: Uint8Array, user: string): ScramVerifier {
  // RFC 5802 7 lets a server answer other-error "to prevent information disclosure"; a missing salt would disclose as much.
  const part = (name: string): Uint8Array => hmacSha256(secret, `${name}\0${user}`);
  return {
    salt: part("salt").subarray(0, scramSaltBytes),
    iterations: scramIterations,
    storedKey: part("stored key"),
    serverKey: part("server key"),
  };
}

/** HMAC() of RFC 5802 2.2 with SHA-256. */
export function hmacSha256(key: Uint8Array, data: string | Uint8Array): Uint8Array {
  return new Uint8Array(createHmac("sha256", key).update(data).digest());
}

/** H() of RFC 5802 2.2 with SHA-256. */
export function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(data).digest());
}
