// What happens in POP3 sessions that the log and the metrics want to know. No event holds a password.

import type { Pop3Deletion } from "../directory/directory.ts";
import type { AccountId } from "../model/ids.ts";
import type { SessionEvent } from "../observe/session-event.ts";

export type Pop3Event =
  | SessionEvent<EndReason>
  /** QUIT has deleted so many messages. */
  | {
      readonly kind: "deleted";
      readonly account: AccountId;
      readonly messages: number;
      readonly deletion: Pop3Deletion;
    };

/** "client": it said QUIT, or closed the connection without. */
export type EndReason =
  | "client"
  | "idle"
  | "stopping"
  | "too-many-faults"
  | "too-many-failed-logins"
  | "answer-broken-off"
  | "connection-lost";
