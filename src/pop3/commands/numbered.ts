// The refusal that all commands with a message-number share (RFC 1939 5): the message "may NOT refer to a message
// marked as deleted".

import { type Completion, err } from "../reply.ts";
import type { Transaction } from "../session.ts";

/** The refusal, or null when the maildrop has such a message. */
export function unlessThere(session: Transaction, number: number): Completion | null {
  switch (session.maildrop.look(number)) {
    case "there":
      return null;
    case "marked":
      return err(session, null, (say) => say.messageMarked);
    case "none":
      return err(session, null, (say) => say.noSuchMessage);
  }
}
