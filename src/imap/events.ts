// What happens in IMAP sessions that the log and the metrics want to know.

import type { SessionEvent } from "../observe/session-event.ts";

export type ImapEvent = SessionEvent<EndReason>;

/** "client": it said LOGOUT, or closed the connection. */
export type EndReason =
  | "client"
  | "idle"
  | "stopping"
  | "turned-out"
  | "too-many-faults"
  /** What came could not be inflated, or inflated to too much. */
  | "unreadable"
  | "too-many-failed-logins"
  | "connection-lost"
  | "broken-reply";
