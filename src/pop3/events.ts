// What happens in POP3 sessions that the log and the metrics want to know. No event holds a password.

import type { Pop3Deletion } from "../directory/directory.ts";
import type { AccountId } from "../model/ids.ts";
import type { Problem } from "../model/problem.ts";

export type Pop3Event =
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
  /** QUIT has deleted so many messages. */
  | {
      readonly kind: "deleted";
      readonly account: AccountId;
      readonly messages: number;
      readonly deletion: Pop3Deletion;
    }
  /** A command was refused, or an answer broken off, because of a fault on our side: the disk, damaged data. */
  | { readonly kind: "store-fault"; readonly command: string; readonly problem: Problem; readonly cause: unknown }
  /** A bug; the client was told `errorId`, unless half an answer was out already. */
  | { readonly kind: "bug"; readonly command: string; readonly errorId: string; readonly error: unknown }
  | {
      readonly kind: "ended";
      readonly remoteAddress: string;
      readonly account: AccountId | null;
      readonly why: EndReason;
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
