// Passwords lately found right, so that a mail program that logs in every few minutes costs microseconds. What is
// remembered is an HMAC under a key that only this process knows, over the password and the hash it was checked
// against: with another password on the account nothing remembered fits any more.

import type { Clock, Entropy } from "../base/clock.ts";
import { verifiedPasswordKeptMs, verifiedPasswordsMax } from "../base/limits.ts";
import { hmacSha256 } from "../sasl/scram-verifier.ts";
import { RecentMap } from "./recent-map.ts";

const keyBytes = 32;

export class VerifiedPasswords {
  readonly #clock: Clock;
  readonly #key: Uint8Array;
  /** Mark -> when it is forgotten. */
  readonly #marks = new RecentMap<number>(verifiedPasswordsMax);

  constructor(clock: Clock, entropy: Entropy) {
    this.#clock = clock;
    this.#key = entropy.bytes(keyBytes);
  }

  /** What stands for this password checked against this hash. */
  mark(password: string, kept: string): string {
    return hmacSha256(this.#key, `${kept}\0${password}`).toBase64();
  }

  has(mark: string): boolean {
    const forgottenMs = this.#marks.get(mark);
    if (forgottenMs === undefined) return false;
    if (this.#clock.monotonicMs() < forgottenMs) return true;
    this.#marks.delete(mark);
    return false;
  }

  add(mark: string): void {
    this.#marks.set(mark, this.#clock.monotonicMs() + verifiedPasswordKeptMs);
  }
}
