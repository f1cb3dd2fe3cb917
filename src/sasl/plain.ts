// PLAIN (RFC 4616). Liberty: an authorization identity other than the authentication identity is always refused, since
// nobody here acts for somebody else.

import { refuse } from "../model/problem.ts";
import { requireOwnIdentity, verifyTyped } from "./identity.ts";
import type { Mechanism } from "./mechanism.ts";
import { responseText } from "./response.ts";

export const plain: Mechanism = {
  name: "PLAIN",
  async *start({ credentials, source }, initialResponse) {
    // RFC 4422 5.1: client-first; without an initial response the server sends an empty challenge.
    const message = responseText(initialResponse ?? (yield new Uint8Array()));
    const { authzid, authcid, password } = parsePlain(message);
    requireOwnIdentity(authzid, authcid);
    return await verifyTyped(credentials, { user: authcid, password }, source);
  },
};

// RFC 4616 2: message = [authzid] UTF8NUL authcid UTF8NUL passwd; the last two hold one character at least, and no NUL.
function parsePlain(message: string): { authzid: string; authcid: string; password: string } {
  const [authzid, authcid, password, more] = message.split("\0", 4);
  if (authzid === undefined || !authcid || !password || more !== undefined) {
    throw refuse({ kind: "sasl-response-invalid" });
  }
  return { authzid, authcid, password };
}
