// What the mechanisms ask of whoever keeps the credentials: a port, not a database.
// Law for every implementation: an unknown user costs the same time and gets the same answers as a known one.

import type { AccountId } from "../model/ids.ts";
import type { ScramVerifier } from "./scram-verifier.ts";

/** Who has proved to be who: what every protocol's session starts from. */
export interface Verified {
  readonly accountId: AccountId;
  /** The account's address in its canonical spelling, whatever spelling or alias the client logged in with. */
  readonly address: string;
}

/** Where an attempt comes from, for throttling and the log. */
export interface AttemptSource {
  readonly remoteAddress: string;
  readonly protocol: "imap" | "pop3" | "submission" | "http";
}

/** Users and passwords come prepared (`prepareCredential`); implementations compare them as they are. */
export interface CredentialPort {
  /**
   * Resolves when `password` is the user's; counts the attempt either way.
   * Refuses with credentials-wrong, credentials-throttled, account-disabled or store-unavailable.
   */
  verifyPassword(user: string, password: string, source: AttemptSource): Promise<Verified>;

  /**
   * What a SCRAM exchange with `user` is checked against. For a user who is unknown, or has none:
   * `fakeScramVerifier`, so that the exchange goes on and fails at its end. Refuses with credentials-throttled.
   */
  scramVerifier(user: string, source: AttemptSource): Promise<ScramVerifier>;

  /**
   * Told of each SCRAM proof that a client gave. Resolves only for a known, enabled user with a right proof;
   * refuses with credentials-wrong or account-disabled otherwise, after counting the attempt.
   */
  settleScram(user: string, proof: ScramProof, source: AttemptSource): Promise<Verified>;
}

export type ScramProof = "right" | "wrong";
