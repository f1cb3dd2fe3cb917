// What happens in IMAP sessions that the log and the metrics want to know.

import type { AccountId } from "../model/ids.ts";
import type { Problem } from "../model/problem.ts";

export type ImapEvent =
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

/** "client": it said LOGOUT, or closed the connection. */
export type EndReason =
  | "client"
  | "idle"
  | "stopping"
  | "turned-out"
  | "too-many-faults"
  | "too-many-failed-logins"
  | "connection-lost"
  | "broken-reply";
