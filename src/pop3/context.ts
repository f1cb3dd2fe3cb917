// What commands may use besides their session: the services, the listener's policy, and facts of the connection.

import type { Entropy } from "../base/clock.ts";
import type { Directory } from "../directory/directory.ts";
import type { LanguageTag } from "../model/language.ts";
import type { ProblemRefusal } from "../model/problem.ts";
import type { Verified } from "../sasl/credential-port.ts";
import type { Mechanism, SaslContext } from "../sasl/mechanism.ts";
import type { PlaintextCredentials } from "../sasl/mechanisms.ts";
import { mechanismsWithoutPlus } from "../sasl/quirks/mutt-plus-without-binding.ts";
import type { Pop3Event } from "./events.ts";
import type { Maildrop } from "./maildrop.ts";
import type { Pop3Patience } from "./patience.ts";

/** The part of the directory that POP3 needs. */
export type Pop3Directory = Pick<Directory, "verifyPassword" | "scramVerifier" | "settleScram" | "account">;

export interface Pop3Context {
  readonly directory: Pop3Directory;
  readonly entropy: Entropy;
  readonly patience: Pop3Patience;
  /** Seconds between two logins of an account (RFC 2449 6.5); 0 when they may follow each other at once. */
  readonly loginDelaySeconds: number;
  /** What `LANG *` chooses (RFC 6856 3.2). */
  readonly preferredLanguage: LanguageTag;
  /** Name and version for CAPA. */
  readonly implementation: string;
  readonly remoteAddress: string;
  readonly tls: "active" | "offered" | "absent";
  /** Of this listener: only trial mode on loopback says "allowed". */
  readonly plaintext: PlaintextCredentials;
  /** Opens the maildrop of whom a command has verified; or says how many seconds too early that is. */
  admit(verified: Verified): Promise<Maildrop | { readonly waitSeconds: number }>;
  loginRefused(refusal: ProblemRefusal): void;
  report(event: Pop3Event): void;
}

export function mechanismsOf(context: Pop3Context): readonly Mechanism[] {
  return mechanismsWithoutPlus(takesPasswords(context) ? "allowed" : "refused");
}

/** RFC 8314 3: whether a password may cross this connection. */
export function takesPasswords({ tls, plaintext }: Pop3Context): boolean {
  return tls === "active" || plaintext === "allowed";
}

export function saslContextOf({ directory, remoteAddress, entropy }: Pop3Context): SaslContext {
  return { credentials: directory, source: { remoteAddress, protocol: "pop3" }, entropy, channelBindings: undefined };
}
