// How long a client may be silent and how often it may fail before its connection ends.
//
// Liberty: a connection that has not logged in within a minute is closed; RFC 9051 5.4 asks for thirty only of a session
// that has.

import { imapFailedLoginsMax, imapIdleTimeoutMs, imapLoginTimeoutMs } from "../base/limits.ts";

export interface ImapPatience {
  /** From the greeting to the end of the login. */
  readonly loginTimeoutMs: number;
  /** After login; RFC 9051 5.4: "at least 30 minutes". */
  readonly idleTimeoutMs: number;
  readonly failedLoginsMax: number;
}

export const usualImapPatience: ImapPatience = {
  loginTimeoutMs: imapLoginTimeoutMs,
  idleTimeoutMs: imapIdleTimeoutMs,
  failedLoginsMax: imapFailedLoginsMax,
};
