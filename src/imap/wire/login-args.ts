// LOGIN (RFC 9051 6.2.3) and AUTHENTICATE (RFC 9051 6.2.2, RFC 4959).

import type { ArgumentReader } from "./argument-reader.ts";
import { octet } from "./octets.ts";

export interface LoginArgs {
  readonly user: string;
  readonly password: string;
}

/** `userid SP password`. */
export function readLogin(args: ArgumentReader): LoginArgs {
  const user = args.astring();
  args.space();
  const password = args.astring();
  args.end();
  return { user, password };
}

export interface AuthenticateArgs {
  /** In capitals. */
  readonly mechanism: string;
  /** The initial response, still in base64; "" for the empty one; null when the client waits for a challenge. */
  readonly initialResponse: string | null;
}

/** `auth-type [SP initial-resp]`. */
export function readAuthenticate(args: ArgumentReader): AuthenticateArgs {
  const mechanism = args.atom().toUpperCase();
  if (args.atEnd) return { mechanism, initialResponse: null };
  args.space();
  if (args.atEnd) return { mechanism, initialResponse: null };
  // RFC 4959 3: "=" is the empty initial response.
  const isEmpty = args.take(octet.equals);
  const initialResponse = isEmpty ? "" : args.atom();
  args.end();
  return { mechanism, initialResponse };
}
