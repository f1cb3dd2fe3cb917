// What brings messages into a mailbox: APPEND (RFC 9051 6.3.12, RFC 3502), COPY and MOVE (RFC 9051 6.4.7, 6.4.8), with the
// codes of RFC 4315 and the limit of RFC 9208.

import type { Appended } from "../../../src/store/work/append.ts";
import type { Copied } from "../../../src/store/work/copy.ts";
import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import { type Flags, flagsOf } from "../flag-words.ts";
import type { Answer, Commit, ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { setOf } from "../imap-response.ts";
import { type Letter, newLetter } from "../letters.ts";
import type { Account, Mailbox, Message } from "../model.ts";
import { nameMessages } from "./messages.ts";

export function appendCommand({ account }: ImapConnection, chance: Chance): ImapCommand {
  const to = account.mailbox(chance.pick([...account.mailboxes.keys()]));
  const letters = Array.from({ length: chance.happens(0.2) ? 2 : 1 }, () => newLetter(chance));
  const flags = letters.map(() =>
    flagsOf(chance.happens(0.4) ? chance.pick(["\\Seen", "\\Deleted", "$Work \\Flagged"]) : ""),
  );
  const words = letters.flatMap(({ octets, date }, at) => [
    ` (${flags[at]}) "${date}" `,
    Buffer.from(octets, "latin1"),
  ]);
  const tell = new FilingAnswer("APPEND");
  return {
    words: [`APPEND ${to.name}`, ...words],
    numbering: "none",
    expunges: "told",
    writes: "one",
    company: "any",
    commit: (commit) => {
      const wanted = letters.length;
      if (tell.refusedFor(account, commit, wanted)) return;
      const { uids, uidValidity } = commit.value as Appended;
      tell.code = `APPENDUID ${uidValidity} ${setOf(uids)}`;
      judge(
        uids.length === wanted && uids[0] === to.uidNext,
        () => `APPEND gives UIDs ${setOf(uids)}; the next is ${to.uidNext}`,
      );
      judge(
        to.uidValidity === null || to.uidValidity === uidValidity,
        () => `UIDVALIDITY of ${to.name} changes to ${uidValidity}`,
      );
      for (const [at, letter] of letters.entries()) fileLetter(to, letter, flags[at] ?? "", commit);
    },
    answered: (answer) => tell.judge(answer),
  };
}

function fileLetter(to: Mailbox, letter: Letter, flags: Flags, { number, modSeq }: Commit): void {
  const { name, octets, dateMs } = letter;
  to.add(
    { name, octets, whole: "whole", size: octets.length, internalDateMs: dateMs },
    { commit: number, modSeq, flags },
  );
}

export function copyCommand(session: ImapConnection, chance: Chance, name: "COPY" | "MOVE"): ImapCommand | null {
  const { picture, account, mode } = session;
  if (picture === null || (name === "MOVE" && mode === "read-only")) return null;
  const named = nameMessages(session, chance, { numbers: "known" });
  if (named === null) return null;
  const from = picture.mailbox;
  const to = account.mailbox(chance.pick([...account.mailboxes.keys()]));
  const words = `${named.verb(name)} ${named.set} ${to.name}`;
  const tell = new FilingAnswer(words);
  return {
    words: [words],
    numbering: named.numbering,
    expunges: "told",
    // With nothing to name there is nothing to do.
    writes: "maybe",
    company: "any",
    commit: (commit) => {
      const there = new Set(from.at(commit.number - 1));
      const due = named.known.filter((message) => there.has(message));
      const most = [...there].filter((message) => named.mayBe(message)).length;
      if (name === "COPY" && tell.refusedFor(account, commit, due.length, most)) return;
      judge(commit.refused === null, () => `${words} is refused: ${commit.refused}`);
      const { from: taken, to: made, uidValidity } = commit.value as Copied;
      const messages = taken.flatMap((uid) => from.message(uid) ?? []);
      judge(
        messages.length === taken.length &&
          due.every((message) => messages.includes(message)) &&
          messages.every((message) => there.has(message) && named.mayBe(message)),
        () => `${words} takes UIDs ${setOf(taken)}`,
      );
      judge(
        made.every((uid, at) => uid === to.uidNext + at),
        () => `${words} makes UIDs ${setOf(made)}; the next is ${to.uidNext}`,
      );
      if (taken.length > 0) tell.code = `COPYUID ${uidValidity} ${setOf(taken)} ${setOf(made)}`;
      place(messages, { from, to }, commit, name);
    },
    told: ({ text }) => {
      const code = /^\* OK \[(COPYUID [^\]]*)\]/.exec(text)?.[1];
      if (code !== undefined) tell.hear(code);
    },
    answered: (answer, given) => {
      // RFC 9051 6.4.9: a UID that is gone is no error.
      if (given.commit === null)
        judge(
          named.known.every(({ goneAt }) => goneAt <= account.commit),
          () => `${words} has done nothing`,
        );
      tell.judge(answer);
    },
  };
}

function place(
  messages: readonly Message[],
  { from, to }: { from: Mailbox; to: Mailbox },
  { number, modSeq }: Commit,
  name: "COPY" | "MOVE",
): void {
  for (const message of messages) {
    to.add(message.content, { commit: number, modSeq, flags: message.latest.flags });
    if (name === "COPY") continue;
    message.goneAt = number;
    message.goneModSeq = modSeq;
  }
  judge(
    name === "COPY" || messages.every((message) => from.message(message.uid) === message),
    () => "a message moves from elsewhere",
  );
}

/** The code that a command must be answered with, or its refusal. */
class FilingAnswer {
  code = "";
  readonly #words: string;
  #refused = false;
  #heard = "";

  constructor(words: string) {
    this.#words = words;
  }

  /** RFC 9208 2: refused if and only if there is no room. */
  refusedFor(account: Account, { refused, number }: Commit, least: number, most = least): boolean {
    const before = [...account.mailboxes.values()].reduce((sum, mailbox) => sum + mailbox.at(number - 1).length, 0);
    const fits = (added: number): boolean => added === 0 || before + added <= account.messagesMax;
    judge(
      refused === null ? fits(least) : refused === "over-quota" && !fits(most),
      () => `${this.#words}: ${before} messages of ${account.messagesMax}, and ${refused ?? "not refused"}`,
    );
    this.#refused = refused !== null;
    return this.#refused;
  }

  hear(code: string): void {
    this.#heard = code;
  }

  judge({ status, code, text }: Answer): void {
    if (this.#refused)
      return judge(
        status === "NO" && code === "OVERQUOTA",
        () => `${this.#words} without room is answered ${status} [${code}] ${text}`,
      );
    judge(status === "OK", () => `${this.#words} is answered ${status} [${code}] ${text}`);
    const told = this.#heard || code.replace(/^HIGHESTMODSEQ.*$/, "");
    judge(told === this.code, () => `${this.#words} tells [${told}]; it was [${this.code}]`);
  }
}
