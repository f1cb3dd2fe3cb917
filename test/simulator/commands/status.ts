// STATUS (RFC 9051 6.3.11) and the counters of SELECT (RFC 9051 6.3.2): each answer is the mailbox as it was after one commit.

import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import type { ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { countersOf, type Mailbox } from "../model.ts";

export function statusCommand({ account, dialect }: ImapConnection, chance: Chance): ImapCommand {
  const mailbox = account.mailbox(chance.pick([...account.mailboxes.keys()]));
  const { knowsModSeq } = dialect;
  let heard = "";
  return {
    words: [`STATUS ${mailbox.name} (MESSAGES UIDNEXT UNSEEN DELETED SIZE${knowsModSeq ? " HIGHESTMODSEQ" : ""})`],
    numbering: "none",
    expunges: "told",
    writes: "none",
    company: "any",
    told: ({ text }) => {
      if (text.startsWith("* STATUS ")) heard = text;
    },
    answered: ({ status, text }, { floors }) => {
      judge(status === "OK", () => `STATUS is answered ${status} ${text}`);
      const was = account.momentsFrom(floors(mailbox)).map((at) => statusAt(mailbox, at, knowsModSeq));
      judge(was.includes(heard), () => `${heard}; it was ${[...new Set(was)].join(", or ")}`);
    },
  };
}

function statusAt(mailbox: Mailbox, at: number, withModSeq: boolean): string {
  const { messages, unseen, deleted, size } = countersOf(mailbox, at);
  const highest = withModSeq ? ` HIGHESTMODSEQ ${mailbox.highestModSeq(at)}` : "";
  return `* STATUS ${mailbox.name} (MESSAGES ${messages} UIDNEXT ${mailbox.uidNextAt(at)} UNSEEN ${unseen} DELETED ${deleted} SIZE ${size}${highest})`;
}
