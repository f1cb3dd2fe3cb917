// Passwords under argon2id (RFC 9106), kept in the PHC string format with their parameters. Hashing takes a thread of
// the pool that also flushes files, and 46 MiB: so few at once, and the line behind them is bounded.

import { type Argon2Parameters, argon2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { utf8 } from "../base/bytes.ts";
import type { Entropy } from "../base/clock.ts";
import {
  argon2AtOnceMax,
  argon2MemoryKibMax,
  argon2PassesMax,
  argon2WaitingMax,
  guessDelayMsMin,
} from "../base/limits.ts";
import { refuse } from "../model/problem.ts";

const derive = promisify(argon2);
const saltBytes = 16;
const hashBytes = 32;
// RFC 9106 3.1: version 0x13.
const phcForm = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

export class PasswordHasher {
  readonly #entropy: Entropy;
  /** What the password of an unknown user is compared with: costs the same, and nothing hashes to it. */
  readonly #nobody: string;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #waitingMax: number;

  constructor(entropy: Entropy, waitingMax = argon2WaitingMax) {
    this.#entropy = entropy;
    this.#waitingMax = waitingMax;
    this.#nobody = phc(entropy.bytes(saltBytes), entropy.bytes(hashBytes));
  }

  /** Throws credentials-throttled when too many wait already. */
  async hash(password: string): Promise<string> {
    const salt = this.#entropy.bytes(saltBytes);
    const hash = await this.#derive({
      message: utf8(password),
      nonce: salt,
      memory: argon2MemoryKibMax,
      passes: argon2PassesMax,
      parallelism: 1,
      tagLength: hashBytes,
    });
    return phc(salt, hash);
  }

  /** Whether `password` was hashed to `kept`; never for undefined, after the same work. Throws credentials-throttled. */
  async verify(password: string, kept: string | undefined): Promise<boolean> {
    const [, memory, passes, parallelism, salt = "", hash = ""] = phcForm.exec(kept ?? this.#nobody) ?? [];
    if (memory === undefined) throw refuse({ kind: "data-damaged" }, new Error("a password hash cannot be read"));
    const expected = Uint8Array.fromBase64(hash);
    const derived = await this.#derive({
      message: utf8(password),
      nonce: Uint8Array.fromBase64(salt),
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
      tagLength: expected.length,
    });
    return timingSafeEqual(derived, expected) && kept !== undefined;
  }

  async #derive(parameters: Argon2Parameters): Promise<Uint8Array> {
    if (this.#running < argon2AtOnceMax) this.#running++;
    else if (this.#waiting.length < this.#waitingMax) {
      // Whoever is done hands its place over.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else throw refuse({ kind: "credentials-throttled", retryAfterMs: guessDelayMsMin });
    try {
      return await derive("argon2id", parameters);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

function phc(salt: Uint8Array, hash: Uint8Array): string {
  const base64 = (bytes: Uint8Array): string => bytes.toBase64({ omitPadding: true });
  return `$argon2id$v=19$m=${argon2MemoryKibMax},t=${argon2PassesMax},p=1$${base64(salt)}$${base64(hash)}`;
}
