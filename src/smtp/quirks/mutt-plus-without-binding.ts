// mutt 2.2.12 with GNU SASL 2.2 (Debian 12), captured 2026-11-24: it takes SCRAM-SHA-256-PLUS when it sees it, has no
// tls-exporter value for it on TLS 1.3, cancels with "*" and tries nothing else, so that no mail goes out. RFC 5802 6 has a
// client that cannot bind choose the mechanism without -PLUS. Over IMAP and POP3 it goes on to the next mechanism.

import type { Mechanism } from "../../sasl/mechanism.ts";
import { offeredMechanisms } from "../../sasl/mechanisms.ts";
import type { ClientFacts, SessionParts } from "../session.ts";

/**
 * What submission offers: none with channel binding. An exchange knows of no bindings then, so that the flag "y" of a
 * client that could bind is the truth (RFC 5802 6), not a downgrade.
 */
export function submissionMechanisms(
  { plaintext }: Pick<SessionParts, "plaintext">,
  { secure }: Pick<ClientFacts, "secure">,
): readonly Mechanism[] {
  return offeredMechanisms(undefined, secure ? "allowed" : plaintext);
}
