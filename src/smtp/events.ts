// What happens in SMTP sessions that the log and the metrics want to know. No event holds a password.

import type { AccountId } from "../model/ids.ts";
import type { SessionEvent } from "../observe/session-event.ts";

export type SmtpEvent =
  | SessionEvent<EndReason>
  | {
      readonly kind: "recipient-refused";
      readonly remoteAddress: string;
      readonly sender: string;
      readonly recipient: string;
      readonly why: string;
    }
  /** The client was told that the message is ours now. */
  | {
      readonly kind: "accepted";
      readonly remoteAddress: string;
      readonly account: AccountId | null;
      /** As it stands in Received and in the reply. */
      readonly id: string;
      readonly sender: string;
      readonly recipients: number;
      readonly bytes: number;
    }
  /** The end of the data was answered with a refusal, in LMTP for so many of the recipients. */
  | {
      readonly kind: "message-refused";
      readonly remoteAddress: string;
      readonly sender: string;
      readonly recipients: number;
      readonly why: string;
    };

/** "client": it said QUIT, or closed the connection. */
export type EndReason =
  | "client"
  | "idle"
  | "stopping"
  | "out-of-step"
  | "not-smtp"
  | "too-many-faults"
  | "too-many-failed-logins"
  | "connection-lost";
