// QUIT (RFC 1939 4 and 6): the one command that deletes, when it comes in TRANSACTION; all of it in one commit or
// nothing, and +OK only once that is on the disk.

import type { Pop3Deletion } from "../../directory/directory.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import { command } from "../command.ts";
import type { Pop3Context } from "../context.ts";
import { answerTo } from "../problem-codes.ts";
import { type Completion, errAndClose, ok, type Words } from "../reply.ts";
import type { Transaction } from "../session.ts";
import { noArgument } from "../wire/request.ts";

export const quit = command({
  name: "QUIT",
  states: ["authorization", "transaction"],
  parse: noArgument,
  // oxlint-disable-next-line require-yield -- one status line is the whole answer
  async *run(session, _, context) {
    if (session.state === "authorization") return ok(session, (say) => say.goodbye, "close");
    try {
      return ok(session, await update(session, context), "close");
    } catch (error) {
      if (error instanceof ProblemRefusal) return notRemoved(session, error);
      throw error;
    }
  },
});

async function update({ maildrop }: Transaction, context: Pop3Context): Promise<Words> {
  if (!maildrop.hasMarks) return (say) => say.goodbye;
  const { settings } = await context.directory.account(maildrop.account);
  const deletion: Pop3Deletion = settings.pop3Deletion;
  const messages = await maildrop.update(deletion);
  context.report({ kind: "deleted", account: maildrop.account, messages, deletion });
  return (say) => (deletion === "trash" ? say.movedToTrash(messages) : say.removed(messages));
}

/** RFC 1939 6: "In no case may the server remove any messages not marked"; here it has removed none at all. */
function notRemoved(session: Transaction, { problem }: ProblemRefusal): Completion {
  return errAndClose(session, answerTo(problem).code, (say) => say.notRemoved);
}
