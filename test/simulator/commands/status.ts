// STATUS (RFC 9051 6.3.11) and the counters of SELECT (RFC 9051 6.3.2): each answer is the mailbox as it was after one commit.

import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import type { ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { countersOf, type Mailbox, type Person } from "../model.ts";
import { pickName } from "./mailboxes.ts";

export function statusCommand(session: ImapConnection, chance: Chance): ImapCommand {
  const { account, dialect, person } = session;
  const name = pickName(session, chance);
  const { knowsModSeq } = dialect;
  let heard = "";
  return {
    words: [
      `STATUS ${session.spell(name)} (MESSAGES UIDNEXT UNSEEN DELETED SIZE${knowsModSeq ? " HIGHESTMODSEQ" : ""})`,
    ],
    numbering: "none",
    expunges: "told",
    writes: "none",
    company: "any",
    told: ({ text }) => {
      if (text.startsWith("* STATUS ")) heard = text;
    },
    answered: ({ status, code, text }, { floors, namesFloor }) => {
      const was = new Set<string>();
      for (const at of account.momentsFrom(0)) {
        const mailbox = account.named(name, at);
        if (mailbox === undefined) {
          if (at >= namesFloor) was.add("NO NONEXISTENT");
        } else if (at >= floors(mailbox)) was.add(statusAt(mailbox, session.spell(name), { at, knowsModSeq, person }));
      }
      const told = status === "OK" ? heard : `${status} ${code}`;
      judge(was.has(told), () => `${told} ${text}; it was ${[...was].join(", or ")}`);
    },
  };
}

function statusAt(
  mailbox: Mailbox,
  name: string,
  { at, knowsModSeq, person }: { readonly at: number; readonly knowsModSeq: boolean; readonly person: Person },
): string {
  const { messages, unseen, deleted, size } = countersOf(mailbox, at, person);
  const highest = knowsModSeq ? ` HIGHESTMODSEQ ${mailbox.highestModSeq(at)}` : "";
  return `* STATUS ${name} (MESSAGES ${messages} UIDNEXT ${mailbox.uidNextAt(at)} UNSEEN ${unseen} DELETED ${deleted} SIZE ${size}${highest})`;
}
