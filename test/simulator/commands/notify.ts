// NOTIFY (RFC 5465) of the selected mailbox: what others do is told at once, between commands too. SELECTED tells expunges
// whenever they happen, so that its client names messages by UID alone; SELECTED-DELAYED keeps them as always.

import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import type { ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";

export function notifyCommand(session: ImapConnection, chance: Chance): ImapCommand {
  const notices = chance.pick(["selected", "selected-delayed"] as const);
  return {
    words: [`NOTIFY SET (${notices.toUpperCase()} (MessageNew (UID FLAGS) MessageExpunge FlagChange))`],
    numbering: "none",
    expunges: "told",
    writes: "none",
    company: "alone",
    answered: ({ status, text }) => {
      judge(status === "OK", () => `NOTIFY is answered ${status} ${text}`);
      session.notices = notices;
    },
  };
}
