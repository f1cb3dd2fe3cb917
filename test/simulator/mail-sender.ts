// Somebody else's server that delivers mail into INBOX, over LMTP or SMTP (RFC 2033, RFC 5321): one message a connection.

import type { Appended } from "../../src/store/work/append.ts";
import type { Chance } from "../support/chance.ts";
import { Client, type Committer } from "./client.ts";
import { judge } from "./finding.ts";
import type { Commit } from "./imap-command.ts";
import { type Letter, newLetter } from "./letters.ts";
import { type Account, firstVersion } from "./model.ts";
import { Pipe } from "./pipe.ts";

class Sending implements Committer {
  readonly letter: Letter;
  readonly #account: Account;
  committedAt: number | null = null;
  refused = false;

  constructor(letter: Letter, account: Account) {
    this.letter = letter;
    this.#account = account;
  }

  commit({ number, modSeq, value, refused }: Commit): void {
    const before = this.#account.messagesAt(number - 1);
    const fits = before < this.#account.messagesMax;
    judge(
      fits === (refused === null),
      () => `${before} messages of ${this.#account.messagesMax}, and a delivery is ${refused ?? "taken"}`,
    );
    this.refused = !fits;
    if (!fits) return;
    const inbox = this.#account.inbox;
    const { uids, delta } = value as Appended;
    judge(
      uids.length === 1 && uids[0] === inbox.uidNext,
      () => `a delivery gets UIDs ${uids.join(",")}; the next is ${inbox.uidNext}`,
    );
    const { name, octets } = this.letter;
    const [row] = delta.rows;
    const content = {
      name,
      octets,
      whole: "behind-trace-fields",
      size: row?.size ?? 0,
      internalDateMs: row?.internalDateMs ?? 0,
    } as const;
    inbox.add(content, firstVersion("", "alice", { commit: number, modSeq }));
    this.committedAt = number;
  }
}

export class MailSender extends Client {
  #sending: Sending | null = null;
  #unread = "";
  #stage: "envelope" | "message" | "done" = "envelope";

  override act(chance: Chance): void {
    if (this.#sending !== null) {
      if (chance.happens(0.05)) this.cut();
      return;
    }
    const protocol = chance.pick(["lmtp", "smtp"] as const);
    const pipe = new Pipe(this.habits.windowBytes);
    this.#sending = new Sending(newLetter(chance), this.around.account);
    this.#stage = "envelope";
    this.pipe = pipe;
    this.around.note(`${this.name}`, `... connects (${protocol})`);
    this.around.connect(protocol, pipe, this.#sending);
    const hello = protocol === "lmtp" ? "LHLO" : "EHLO";
    this.say(
      Buffer.from(
        `${hello} there.example.net\r\nMAIL FROM:<ann@example.net>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n`,
      ),
    );
  }

  protected override take(octets: Buffer): void {
    this.#unread += octets.toString("latin1");
    for (let end = this.#unread.indexOf("\r\n"); end >= 0; end = this.#unread.indexOf("\r\n")) {
      const line = this.#unread.slice(0, end);
      this.#unread = this.#unread.slice(end + 2);
      this.around.note(`${this.name}<`, line);
      if (this.#sending !== null && line[3] === " ") this.#hear(line, this.#sending);
    }
  }

  #hear(line: string, sending: Sending): void {
    const code = Number(line.slice(0, 3));
    if (this.#stage === "envelope") {
      judge(code < 400, () => `the envelope is answered ${line}`);
      if (code !== 354) return;
      this.#stage = "message";
      this.say(Buffer.from(`${sending.letter.octets}.\r\n`, "latin1"));
    } else if (this.#stage === "message") {
      this.#stage = "done";
      judge(
        sending.refused ? code === 452 : code === 250 && sending.committedAt !== null,
        () => `a message is answered ${line}`,
      );
      const { account } = this.around;
      if (sending.committedAt !== null) account.wasAnswered(sending.committedAt);
      this.say(Buffer.from("QUIT\r\n"));
    }
  }

  protected override left(): void {
    this.#sending = null;
    this.#unread = "";
  }

  override get waitsFor(): string | null {
    return this.#sending === null ? null : "the delivery";
  }

  override leave(): void {
    // It leaves by itself.
  }
}
