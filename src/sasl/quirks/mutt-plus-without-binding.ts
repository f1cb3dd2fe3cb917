// mutt 2.2.12 with GNU SASL 2.2 (Debian 12), captured 2026-11-24: it takes SCRAM-SHA-256-PLUS when it sees it, has no
// tls-exporter value for it on TLS 1.3, and cancels with "*". Over submission it tries nothing else, and no mail goes out;
// over POP3 it takes the answer to "*" for the answer to its next command, and nobody gets in. Over IMAP it goes on to the
// next mechanism. RFC 5802 6 has a client that cannot bind choose the mechanism without -PLUS; those who run mutt cannot
// wait for that. So submission and POP3 offer no channel binding, and IMAP does.

import type { Mechanism } from "../mechanism.ts";
import { offeredMechanisms, type PlaintextCredentials } from "../mechanisms.ts";

/**
 * `credentials`: whether they may cross the connection as it is. An exchange must know of no bindings then, so that the
 * flag "y" of a client that could bind is the truth (RFC 5802 6) and no downgrade.
 */
export function mechanismsWithoutPlus(credentials: PlaintextCredentials): readonly Mechanism[] {
  return offeredMechanisms(undefined, credentials);
}
