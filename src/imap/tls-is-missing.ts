// RFC 8314 3: no credentials without TLS. Told before the client is asked for any.

import { type Completion, no } from "./completion.ts";
import type { NotAuthenticated } from "./session.ts";

/** RFC 5530 3: PRIVACYREQUIRED where the connection may carry no credentials; null where it may. */
export function tlsIsMissing({ link }: NotAuthenticated): Completion | null {
  return link.mechanisms.length === 0 ? no("Begin TLS before logging in", "PRIVACYREQUIRED") : null;
}
