// What brings messages into a mailbox: APPEND (RFC 9051 6.3.12, RFC 3502), COPY and MOVE (RFC 9051 6.4.7, 6.4.8), with the
// codes of RFC 4315 and the limit of RFC 9208.

import type { Appended } from "../../../src/store/work/append.ts";
import type { Copied } from "../../../src/store/work/copy.ts";
import type { Chance } from "../../support/chance.ts";
import { judge } from "../finding.ts";
import { flagsOf } from "../flag-words.ts";
import type { Answer, Commit, Given, ImapCommand } from "../imap-command.ts";
import type { ImapConnection } from "../imap-connection.ts";
import { setOf } from "../imap-response.ts";
import { type Letter, newLetter } from "../letters.ts";
import { type Account, type Content, firstVersion, type Mailbox, type Message } from "../model.ts";
import { mayHaveBeen, pickName } from "./mailboxes.ts";
import { nameMessages } from "./messages.ts";

export function appendCommand(session: ImapConnection, chance: Chance): ImapCommand {
  const { account, person } = session;
  const name = pickName(session, chance);
  const letters = Array.from({ length: chance.happens(0.2) ? 2 : 1 }, () => newLetter(chance));
  const flags = letters.map(() =>
    flagsOf(chance.happens(0.4) ? chance.pick(["\\Seen", "\\Deleted", "$Work \\Flagged"]) : ""),
  );
  const words = letters.flatMap(({ octets, date }, at) => [
    ` (${flags[at]}) "${date}" `,
    Buffer.from(octets, "latin1"),
  ]);
  const tell = new FilingAnswer(`APPEND ${name}`, account, name);
  return {
    words: [`APPEND ${session.spell(name)}`, ...words],
    numbering: "none",
    expunges: "told",
    // None where there is no such mailbox.
    writes: "maybe",
    company: "any",
    commit: (commit) => {
      const wanted = letters.length;
      if (tell.refusedFor(commit, { least: wanted, most: wanted })) return;
      const { uids, uidValidity } = commit.value as Appended;
      const to = tell.destination(uidValidity);
      tell.code = `APPENDUID ${uidValidity} ${setOf(uids)}`;
      judge(
        uids.length === wanted && uids[0] === to.uidNext,
        () => `APPEND gives UIDs ${setOf(uids)}; the next is ${to.uidNext}`,
      );
      for (const [at, letter] of letters.entries())
        to.add(contentOf(letter), firstVersion(flags[at] ?? "", person, { ...commit, commit: commit.number }));
    },
    answered: (answer, given) => tell.judge(answer, given),
  };
}

export function contentOf({ name, octets, dateMs }: Letter): Content {
  return { name, octets, whole: "whole", size: octets.length, internalDateMs: dateMs };
}

export function copyCommand(session: ImapConnection, chance: Chance, name: "COPY" | "MOVE"): ImapCommand | null {
  const { picture, account, mode } = session;
  if (picture === null || (name === "MOVE" && mode === "read-only")) return null;
  const named = nameMessages(session, chance, { numbers: "known" });
  if (named === null) return null;
  const from = picture.mailbox;
  const toName = pickName(session, chance);
  const words = `${named.verb(name)} ${named.set} ${session.spell(toName)}`;
  const tell = new FilingAnswer(words, account, toName);
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
      const added = name === "COPY" ? { least: due.length, most } : { least: 0, most: 0 };
      if (tell.refusedFor(commit, added)) return;
      const { from: taken, to: made, uidValidity } = commit.value as Copied;
      const to = tell.destination(uidValidity);
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
      if (given.commit === null && answer.status === "OK")
        judge(
          named.known.every(({ goneAt }) => goneAt <= account.commit),
          () => `${words} has done nothing`,
        );
      tell.judge(answer, given);
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
    to.add(message.content, { ...message.latest, commit: number, modSeq });
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
export class FilingAnswer {
  code = "";
  readonly #words: string;
  readonly #account: Account;
  readonly #to: string;
  #refused: Commit["refused"] = null;
  #heard = "";
  #mailbox: Mailbox | null = null;

  constructor(words: string, account: Account, to: string) {
    this.#words = words;
    this.#account = account;
    this.#to = to;
  }

  /** Of `least` to `most` messages. RFC 9208 2: refused if and only if there is no room. */
  refusedFor({ refused, number }: Commit, { least, most }: { least: number; most: number }): boolean {
    this.#refused = refused;
    if (refused === "destination-missing") return true;
    const before = this.#account.messagesAt(number - 1);
    const fits = (added: number): boolean => added === 0 || before + added <= this.#account.messagesMax;
    judge(
      refused === null ? fits(least) : refused === "over-quota" && !fits(most),
      () => `${this.#words}: ${before} messages of ${this.#account.messagesMax}, and ${refused ?? "not refused"}`,
    );
    return refused !== null;
  }

  destination(uidValidity: number): Mailbox {
    const mailbox = this.#account.mailboxes.find((one) => one.uidValidity === uidValidity);
    judge(mailbox !== undefined, () => `${this.#words}: UIDVALIDITY ${uidValidity} is that of no mailbox`);
    this.#mailbox = mailbox;
    return mailbox;
  }

  hear(code: string): void {
    this.#heard = code;
  }

  judge({ status, code, text }: Answer, given: Given): void {
    const told = `${this.#words} is answered ${status} [${code}] ${text}`;
    const mayBe = mayHaveBeen(this.#account, this.#to, given);
    // RFC 9738 3.1: what does all or nothing.
    if (status === "NO" && code.startsWith("MESSAGELIMIT "))
      return judge(this.#account.isLimited && given.commit === null, () => told);
    // RFC 9051 6.3.12, 6.4.7.
    if (status === "NO" && code === "TRYCREATE") return judge(mayBe.includes("missing"), () => told);
    if (this.#refused !== null)
      return judge(this.#refused === "over-quota" && status === "NO" && code === "OVERQUOTA", () => told);
    judge(status === "OK", () => told);
    const heard = this.#heard || code.replace(/^(?:HIGHESTMODSEQ|MESSAGELIMIT).*$/, "");
    judge(heard === this.code, () => `${this.#words} tells [${heard}]; it was [${this.code}]`);
    const moments = this.#account.momentsFrom(given.namesFloor);
    judge(
      this.#mailbox === null || moments.some((at) => this.#mailbox?.nameAt(at) === this.#to),
      () => `${this.#words} goes to ${this.#mailbox?.name}`,
    );
  }
}
