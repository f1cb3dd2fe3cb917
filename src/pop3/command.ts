// The shape of a command: one value in one file. The table in command-table.ts is all that the session's loop knows.

import type { Pop3Context } from "./context.ts";
import type { Reply } from "./reply.ts";
import type { Session, SessionIn, StateName } from "./session.ts";

interface Definition<S extends StateName, A extends object | string | number> {
  /** In upper case. */
  readonly name: string;
  /** RFC 1939 3: "A server MUST respond to a command issued when the session is in an incorrect state" with -ERR. */
  readonly states: readonly S[];
  /** The argument as a value that cannot be wrong; null when it is wrong. */
  parse(argument: string | null): A | null;
  run(session: SessionIn<S>, argument: A, context: Pop3Context): Reply;
  /** Its line in CAPA (RFC 2449 5), null where it is not to be had on this connection; absent when it needs none. */
  capability?(context: Pop3Context): string | null;
}

export interface Command {
  readonly name: string;
  readonly states: readonly StateName[];
  /** Begins the answer; or says why there is none. */
  start(session: Session, argument: string | null, context: Pop3Context): Reply | "wrong-state" | "bad-argument";
  capability(context: Pop3Context): string | null;
}

export function command<S extends StateName, A extends object | string | number>(
  definition: Definition<S, A>,
): Command {
  const { name, states } = definition;
  const isIn = (session: Session): session is SessionIn<S> => states.some((state) => state === session.state);
  return {
    name,
    states,
    start(session, argument, context) {
      if (!isIn(session)) return "wrong-state";
      const parsed = definition.parse(argument);
      return parsed === null ? "bad-argument" : definition.run(session, parsed, context);
    },
    capability: (context) => definition.capability?.(context) ?? null,
  };
}
