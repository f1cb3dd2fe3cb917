// What the mechanisms do alike with the names and passwords that a client gives.

import { refuse } from "../model/problem.ts";
import type { AttemptSource, CredentialPort, Verified } from "./credential-port.ts";
import { prepareCredential } from "./saslprep.ts";

/** Verifies a name and a password just as they came: also for IMAP's LOGIN and POP3's USER and PASS. */
export async function verifyTyped(
  credentials: CredentialPort,
  typed: { readonly user: string; readonly password: string },
  source: AttemptSource,
): Promise<Verified> {
  const user = prepareCredential(typed.user);
  const password = prepareCredential(typed.password);
  // RFC 4616 2: "If the preparation fails or results in an empty string, verification SHALL fail."
  if (user === undefined || password === undefined) throw refuse({ kind: "credentials-wrong" });
  return await credentials.verifyPassword(user, password, source);
}

/** RFC 4422 3.4.1: an empty authorization identity stands for the authentication identity; another is not permitted. */
export function requireOwnIdentity(authzid: string, authcid: string): void {
  if (authzid !== "" && authzid !== authcid) throw refuse({ kind: "credentials-wrong" });
}
