// What a conversation has around it: the server, as one connection sees it.

import type { ProblemRefusal } from "../model/problem.ts";
import type { EndReason } from "./events.ts";
import type { ImapPatience } from "./patience.ts";
import type { Session } from "./session.ts";

/** What a conversation asks of the server around it. */
export interface Host {
  readonly patience: ImapPatience;
  /** A session on the connection as it is now: with TLS or without. What was held for the one before is given up. */
  begin(): Session;
  startTls(): Promise<void>;
  nowMs(): number;
  monotonicMs(): number;
  /** Tells the log of a refusal; the text for the client is fixed. */
  refused(error: ProblemRefusal, command: string, session: Session): void;
  /** Tells the log of a bug; answers the id that the client is told. */
  bug(error: unknown, command: string): string;
  /** The conversation is over; null: by a bug, which is thrown. */
  ended(why: EndReason | null, session: Session): void;
}
