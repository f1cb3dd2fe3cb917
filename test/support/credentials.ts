// A keeper of credentials in memory, for tests of whatever logs in. It counts what it is asked.

import { createHash } from "node:crypto";
import type { Entropy } from "../../src/base/clock.ts";
import { asAccountId } from "../../src/model/ids.ts";
import { refuse } from "../../src/model/problem.ts";
import type { AttemptSource, CredentialPort, ScramProof, Verified } from "../../src/sasl/credential-port.ts";
import { fakeScramVerifier, type ScramVerifier, scramVerifierOf } from "../../src/sasl/scram-verifier.ts";

export interface Ask {
  readonly ask: "password" | "scram-verifier" | "scram-right" | "scram-wrong";
  readonly user: string;
  readonly source: AttemptSource;
}

export class MemoryCredentials implements CredentialPort {
  readonly asked: Ask[] = [];
  readonly #passwords: ReadonlyMap<string, string>;

  constructor(passwords: Readonly<Record<string, string>>) {
    this.#passwords = new Map(Object.entries(passwords));
  }

  async verifyPassword(user: string, password: string, source: AttemptSource): Promise<Verified> {
    this.asked.push({ ask: "password", user, source });
    if (this.#passwords.get(user) !== password) throw refuse({ kind: "credentials-wrong" });
    return this.#verified(user);
  }

  async scramVerifier(user: string, source: AttemptSource): Promise<ScramVerifier> {
    this.asked.push({ ask: "scram-verifier", user, source });
    const password = this.#passwords.get(user);
    if (password === undefined) return fakeScramVerifier(new Uint8Array(32), user);
    // One round is enough where nothing is secret, and keeps tests quick.
    return await scramVerifierOf(password, sha256(user).subarray(0, 16), 1);
  }

  async settleScram(user: string, proof: ScramProof, source: AttemptSource): Promise<Verified> {
    this.asked.push({ ask: proof === "right" ? "scram-right" : "scram-wrong", user, source });
    if (proof === "wrong" || !this.#passwords.has(user)) throw refuse({ kind: "credentials-wrong" });
    return this.#verified(user);
  }

  #verified(user: string): Verified {
    return { accountId: asAccountId(Buffer.from(sha256(user)).toString("hex").slice(0, 16)), address: user };
  }
}

/** Chance that repeats: the bytes 0, 1, 2 and so on. */
export const countingEntropy: Entropy = { bytes: (length) => Uint8Array.from({ length }, (_, at) => at & 0xff) };

function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(text).digest());
}
