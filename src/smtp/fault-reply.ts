// The reply to whatever a command threw. What is no refusal is a bug: it is logged under an id, and the client is told that
// id and nothing else.

import { ProblemRefusal } from "../model/problem.ts";
import { ConnectionClosed } from "../net/connection.ts";
import type { EndReason } from "./events.ts";
import { refusalReply } from "./problem-codes.ts";
import type { SessionParts } from "./session.ts";
import { type Reply, reply } from "./wire/reply.ts";

/** Ends a session from within: the client has left, has been silent for too long, or the server stops. */
export class SessionOver extends Error {
  readonly why: EndReason;

  constructor(why: EndReason) {
    super("session over");
    this.why = why;
  }
}

/** What the disk has done; an operator must hear of it. */
const storeFaults = new Set<string>(["disk-full", "store-unavailable", "data-damaged"]);

/** Throws again what ends the session. */
export function faultReply(
  { report, entropy }: Pick<SessionParts, "report" | "entropy">,
  command: string,
  error: unknown,
): Reply {
  if (error instanceof SessionOver || error instanceof ConnectionClosed) throw error;
  if (error instanceof ProblemRefusal && storeFaults.has(error.problem.kind)) {
    report({ kind: "store-fault", command, problem: error.problem, cause: error.cause });
  }
  const refusal = refusalReply(error);
  if (refusal !== undefined) return refusal;
  const errorId = entropy.bytes(6).toHex();
  report({ kind: "bug", command, errorId, error });
  return reply(451, "4.3.0", `The server failed; its log has this as ${errorId}`);
}
