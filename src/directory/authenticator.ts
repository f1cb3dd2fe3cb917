// The keeper of credentials behind every SASL mechanism and LOGIN command: passwords under argon2id, SCRAM verifiers
// beside them, delays for guessing. An unknown user costs the same look-up, the same hash and the same delays as a
// known one.

import type { Clock, Entropy } from "../base/clock.ts";
import { guessDelayMsMax, guessWaitingMax } from "../base/limits.ts";
import { refuse } from "../model/problem.ts";
import { clientOf } from "../net/accept-limits.ts";
import type { AttemptSource, CredentialPort, ScramProof, Verified } from "../sasl/credential-port.ts";
import { fakeScramVerifier, type ScramVerifier } from "../sasl/scram-verifier.ts";
import type { Database } from "../store/store.ts";
import { findLogin, type LoginRow } from "../store/work/directory-passwords.ts";
import { parseAddress } from "./address.ts";
import { type Attempt, GuessThrottle } from "./guess-throttle.ts";
import type { PasswordHasher } from "./password-hash.ts";
import { VerifiedPasswords } from "./verified-passwords.ts";

/** How an attempt ended, for metrics and the log. */
export type AttemptOutcome = "right" | "wrong" | "disabled" | "throttled";

export interface AuthenticatorParts {
  readonly database: Database;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Resolves after so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Told of each attempt that ended, with the user name as it was given. */
  readonly attempted: (outcome: AttemptOutcome, user: string, source: AttemptSource) => void;
  /** The server's own secret, the same after each start. */
  readonly secret: Uint8Array;
}

interface Login {
  readonly row: LoginRow | undefined;
  readonly network: string;
  /** What guesses are counted for: an account under all its names, or a name that is nobody's. */
  readonly account: string;
}

export class Authenticator implements CredentialPort {
  readonly #parts: AuthenticatorParts;
  readonly #throttle: GuessThrottle;
  readonly #verified: VerifiedPasswords;
  /** The same password of the same user from the same network, given many times at once, is one attempt. */
  readonly #underWay = new Map<string, Promise<Verified>>();
  #waiting = 0;

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
    this.#throttle = new GuessThrottle(parts.clock);
    this.#verified = new VerifiedPasswords(parts.clock, parts.entropy);
  }

  async verifyPassword(user: string, password: string, source: AttemptSource): Promise<Verified> {
    const login = await this.#find(user, source);
    const mark = this.#verified.mark(password, login.row?.argon2 ?? login.account);
    const same = `${mark} ${login.network}`;
    const underWay = this.#underWay.get(same);
    if (underWay !== undefined) return await underWay;
    const attempt = this.#settle(login, user, source, () => this.#isRight(login.row, password, mark));
    this.#underWay.set(same, attempt);
    try {
      return await attempt;
    } finally {
      this.#underWay.delete(same);
    }
  }

  async scramVerifier(user: string, source: AttemptSource): Promise<ScramVerifier> {
    const { row, network, account } = await this.#find(user, source);
    // The attempt itself is made, and waited for, with the proof.
    const waitMs = this.#throttle.waitMs(network, account);
    if (waitMs > guessDelayMsMax) throw this.#throttled(waitMs, user, source);
    if (row === undefined) return fakeScramVerifier(this.#parts.secret, canonicalUser(user));
    return {
      salt: row.scramSalt,
      iterations: row.scramIterations,
      storedKey: row.scramStoredKey,
      serverKey: row.scramServerKey,
    };
  }

  async settleScram(user: string, proof: ScramProof, source: AttemptSource): Promise<Verified> {
    const login = await this.#find(user, source);
    return await this.#settle(login, user, source, async () => proof === "right" && login.row !== undefined);
  }

  async #settle(login: Login, user: string, source: AttemptSource, isRight: () => Promise<boolean>): Promise<Verified> {
    const attempt = await this.#admit(login, user, source);
    let right: boolean;
    try {
      right = await isRight();
    } catch (error) {
      attempt.dropped();
      throw error;
    }
    const { row } = login;
    if (!right || row === undefined) {
      attempt.wrong();
      this.#parts.attempted("wrong", user, source);
      throw refuse({ kind: "credentials-wrong" });
    }
    attempt.right();
    this.#parts.attempted(row.disabled === 1 ? "disabled" : "right", user, source);
    // Only the owner is told.
    if (row.disabled === 1) throw refuse({ kind: "account-disabled" });
    return { accountId: row.account, address: row.address };
  }

  async #isRight(row: LoginRow | undefined, password: string, mark: string): Promise<boolean> {
    if (row !== undefined && this.#verified.has(mark)) return true;
    const right = await this.#parts.hasher.verify(password, row?.argon2);
    if (right) this.#verified.add(mark);
    return right;
  }

  async #admit(login: Login, user: string, source: AttemptSource): Promise<Attempt> {
    const admission = this.#throttle.admit(login.network, login.account);
    if ("retryAfterMs" in admission) throw this.#throttled(admission.retryAfterMs, user, source);
    if (admission.waitMs === 0) return admission;
    if (this.#waiting >= guessWaitingMax) {
      admission.dropped();
      throw this.#throttled(admission.waitMs, user, source);
    }
    this.#waiting++;
    try {
      await this.#parts.sleep(admission.waitMs);
    } finally {
      this.#waiting--;
    }
    return admission;
  }

  #throttled(retryAfterMs: number, user: string, source: AttemptSource): Error {
    this.#parts.attempted("throttled", user, source);
    return refuse({ kind: "credentials-throttled", retryAfterMs });
  }

  async #find(user: string, source: AttemptSource): Promise<Login> {
    // What is no address is looked for all the same, under a name that nobody has.
    const address = parseAddress(user) ?? { domain: "", localKey: user };
    const row = await this.#parts.database.read(() => findLogin(address));
    return {
      row,
      network: clientOf(source.remoteAddress) ?? "this machine",
      account: row?.account ?? `name ${canonicalUser(user)}`,
    };
  }
}

/** All spellings of an address are one user, whether the user is known or not. */
function canonicalUser(user: string): string {
  const address = parseAddress(user);
  return address === undefined ? user.toLowerCase() : `${address.localKey}@${address.domain}`;
}
