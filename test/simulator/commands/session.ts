// NOOP and CHECK, IDLE, LOGOUT: what does nothing to the mail (RFC 9051 6.1, 6.3.13; RFC 3501 6.4.1).

import type { Chance } from "../../support/chance.ts";
import { type ImapCommand, plainCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";

export function noopCommand({ picture }: ImapConnection, chance: Chance): ImapCommand {
  return plainCommand(picture === null ? "NOOP" : chance.pick(["NOOP", "NOOP", "CHECK"]));
}

/** Until the client says DONE. */
export function idleCommand(session: ImapConnection): ImapCommand {
  return plainCommand("IDLE", {
    company: "alone",
    told: ({ text }) => {
      if (text.startsWith("+ ")) session.state = "idling";
    },
  });
}

export function logoutCommand(session: ImapConnection): ImapCommand {
  return plainCommand("LOGOUT", {
    company: "alone",
    answered: () => {
      session.picture = null;
    },
  });
}
