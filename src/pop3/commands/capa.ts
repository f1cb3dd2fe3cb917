// CAPA (RFC 2449 5): what this connection may use. Each command announces itself; the rest is told here.

import { utf8 } from "../../base/bytes.ts";
import { type Command, command } from "../command.ts";
import type { Pop3Context } from "../context.ts";
import { answered, endOfLines, okLine } from "../reply.ts";
import type { StateName } from "../session.ts";
import { noArgument } from "../wire/request.ts";

/** CAPA over the commands of the table. */
export function capaOf(commands: readonly Command[]): Command {
  return command({
    name: "CAPA",
    states: ["authorization", "transaction"],
    parse: noArgument,
    async *run(session, _, context) {
      yield okLine(session, (say) => say.capabilities);
      const lines = [...commandLines(commands, context), ...behaviours(session.state, context)];
      yield utf8(lines.map((line) => `${line}\r\n`).join(""));
      yield endOfLines;
      return answered(session);
    },
  });
}

function commandLines(commands: readonly Command[], context: Pop3Context): string[] {
  return commands.map((one) => one.capability(context)).filter((line) => line !== null);
}

function behaviours(state: StateName, { loginDelaySeconds, implementation }: Pop3Context): string[] {
  const lines = [
    "RESP-CODES",
    // RFC 3206 6.
    "AUTH-RESP-CODE",
    "PIPELINING",
    // RFC 2449 6.7: "NEVER" says that the server itself deletes nothing.
    "EXPIRE NEVER",
  ];
  if (loginDelaySeconds > 0) lines.push(`LOGIN-DELAY ${loginDelaySeconds}`);
  // RFC 2449 6.9 lets a server tell this in TRANSACTION alone: it is nothing for strangers.
  if (state === "transaction") lines.push(`IMPLEMENTATION ${implementation}`);
  return lines;
}
