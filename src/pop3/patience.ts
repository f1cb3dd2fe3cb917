// How long a client may be silent and how often it may fail before its connection ends.
//
// Liberty: a connection that has not logged in within a minute is closed, sooner than RFC 1939 3 allows a session that
// has; it holds no maildrop.

import { pop3FailedLoginsMax, pop3IdleTimeoutMs, pop3LoginTimeoutMs } from "../base/limits.ts";

export interface Pop3Patience {
  /** Before login. */
  readonly loginTimeoutMs: number;
  /** After login; RFC 1939 3: "at least 10 minutes". */
  readonly idleTimeoutMs: number;
  readonly failedLoginsMax: number;
}

export const usualPop3Patience: Pop3Patience = {
  loginTimeoutMs: pop3LoginTimeoutMs,
  idleTimeoutMs: pop3IdleTimeoutMs,
  failedLoginsMax: pop3FailedLoginsMax,
};
