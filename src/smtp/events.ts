// What happens in SMTP sessions that the log and the metrics want to know. No event holds a password.

import type { AccountId } from "../model/ids.ts";
import type { Problem } from "../model/problem.ts";

export type SmtpEvent =
  | {
      readonly kind: "logged-in";
      readonly remoteAddress: string;
      readonly account: AccountId;
      readonly address: string;
    }
  | {
      readonly kind: "login-refused";
      readonly remoteAddress: string;
      readonly problem: Problem;
      readonly cause: unknown;
    }
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
    }
  /** A command was refused because of a fault on our side: the disk, damaged data. */
  | { readonly kind: "store-fault"; readonly command: string; readonly problem: Problem; readonly cause: unknown }
  /** A bug; the client was told `errorId`. */
  | { readonly kind: "bug"; readonly command: string; readonly errorId: string; readonly error: unknown }
  | {
      readonly kind: "ended";
      readonly remoteAddress: string;
      readonly account: AccountId | null;
      readonly why: EndReason;
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
