// What the log and the metrics want to know of any session, whatever its protocol. No event holds a password.

import type { AccountId } from "../model/ids.ts";
import type { Problem } from "../model/problem.ts";

export type SessionEvent<EndReason extends string> =
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
