// CREATE, DELETE and RENAME (RFC 9051 6.3.4 to 6.3.6): which mailboxes there are changes under those who have them open. What
// the store has after the commit must be what the command says, and nothing else.

import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import type { Answer, Commit, Given, ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { type Account, Mailbox } from "../model.ts";

/** Names that come and go; INBOX and Archive stay. */
const passing = ["Box", "Crate"] as const;

/** INBOX more often than the others; Bob has only what Alice shares. */
export function pickName({ person }: ImapConnection, chance: Chance): string {
  return chance.happens(0.65) ? "INBOX" : chance.pick(person === "bob" ? ["Archive"] : ["Archive", ...passing]);
}

/** Whether there may have been a mailbox of that name when the command was carried out, or none. */
export function mayHaveBeen(
  account: Account,
  name: string,
  { namesFloor }: Pick<Given, "namesFloor">,
): ("there" | "missing")[] {
  const moments = account.momentsFrom(namesFloor).map((at) => account.named(name, at));
  return [...new Set(moments.map((mailbox) => (mailbox === undefined ? "missing" : "there")))];
}

export function mailboxCommand({ account, person }: ImapConnection, chance: Chance): ImapCommand | null {
  if (person === "bob") return null;
  const name = chance.pick(passing);
  const other = chance.pick(passing);
  const verb = chance.pick(["CREATE", "DELETE", "RENAME"] as const);
  const words = verb === "RENAME" ? `RENAME ${name} ${other}` : `${verb} ${name}`;
  let changed: Changes | null = null;
  return {
    words: [words],
    numbering: "none",
    expunges: "told",
    writes: "maybe",
    company: "any",
    commit: (commit) => {
      if (commit.refused !== null) return;
      changed = takeOver(account, commit);
      const { made, gone, renamed } = changed;
      const done = [
        ...made.map((mailbox) => `CREATE ${mailbox.name}`),
        ...gone.map((mailbox) => `DELETE ${mailbox.name}`),
        ...renamed.map(({ from, to }) => `RENAME ${from} ${to}`),
      ];
      // A mailbox that is gone already, or has got another name meanwhile, is left alone or goes under its new name.
      judge(done.length <= 1 && done.every((one) => one.startsWith(verb)), () => `${words} does ${done.join(", ")}`);
      judge(verb !== "CREATE" || done[0] === words, () => `${words} does ${done.join(", ")}`);
    },
    answered: (answer, given) => judgeAnswer(answer, given, changed !== null),
  };

  function judgeAnswer({ status, code, text }: Answer, given: Given, wasDone: boolean): void {
    const [mayBe, otherMayBe] = [mayHaveBeen(account, name, given), mayHaveBeen(account, other, given)];
    const allowed = wasDone ? ["OK "] : [];
    if (verb !== "CREATE" && mayBe.includes("missing")) allowed.push("NO NONEXISTENT");
    if (verb === "CREATE" ? mayBe.includes("there") : verb === "RENAME" && otherMayBe.includes("there"))
      allowed.push("NO ALREADYEXISTS");
    if (verb === "RENAME" && name === other) allowed.push("NO ALREADYEXISTS");
    const told = `${status} ${code.replace(/^MAILBOXID.*$/, "")}`;
    judge(
      allowed.includes(told),
      () => `${words} is answered ${status} [${code}] ${text}; it may be ${allowed.join(", ")}`,
    );
  }
}

interface Changes {
  readonly made: readonly Mailbox[];
  readonly gone: readonly Mailbox[];
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
}

/** The model gets the mailboxes that the store has now. */
function takeOver(account: Account, { number, modSeq, mailboxes }: Commit): Changes {
  const now = new Map<number, Commit["mailboxes"][number]>(mailboxes.map((row) => [row.id, row]));
  const gone: Mailbox[] = [];
  const made: Mailbox[] = [];
  const renamed: { from: string; to: string }[] = [];
  for (const mailbox of account.mailboxes) {
    const before = mailbox.nameAt(number - 1);
    const row = now.get(mailbox.id);
    now.delete(mailbox.id);
    if (before === null) continue;
    if (row === undefined) {
      mailbox.delete(number, modSeq);
      gone.push(mailbox);
    } else if (row.name !== before) {
      mailbox.rename(number, row.name);
      renamed.push({ from: before, to: row.name });
    }
  }
  for (const row of now.values()) {
    const { uidValidity } = row;
    // RFC 9051 2.3.1.1: never used twice.
    judge(
      account.mailboxes.every((one) => one.uidValidity < uidValidity),
      () => `UIDVALIDITY ${uidValidity} comes again`,
    );
    made.push(new Mailbox(row, { commit: number, name: row.name }, modSeq));
  }
  account.mailboxes.push(...made);
  account.namesChangedBy(number);
  return { made, gone, renamed };
}
