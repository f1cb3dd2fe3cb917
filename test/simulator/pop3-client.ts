// A POP3 client (RFC 1939): sees the INBOX of one moment of its login until it leaves, and deletes what it marked when it
// says QUIT, or nothing.

import type { Expunged } from "../../src/store/work/expunge.ts";
import type { Chance } from "../support/chance.ts";
import { Client, type Committer } from "./client.ts";
import { judge } from "./finding.ts";
import type { Commit } from "./imap-command.ts";
import { setOf } from "./imap-response.ts";
import type { Account, Floors, Message } from "./model.ts";
import { Pipe } from "./pipe.ts";

interface Asked {
  readonly words: string;
  readonly answer: "line" | "lines";
  /** The status line and what follows it. */
  readonly judge: (status: string, lines: readonly string[]) => void;
}

/** The maildrop of one login, and what is to be deleted of it. */
class Maildrop implements Committer {
  readonly #account: Account;
  readonly #floors: Floors;
  messages: readonly Message[] | null = null;
  readonly marked = new Set<number>();
  committedAt: number | null = null;

  constructor(account: Account) {
    this.#account = account;
    this.#floors = account.floors();
  }

  /** The lists of messages that it may have at login. */
  get possible(): Message[][] {
    const inbox = this.#account.inbox;
    return this.#account.momentsFrom(this.#floors(inbox)).map((at) => inbox.at(at));
  }

  hearUidl(lines: readonly string[]): void {
    const uids = lines.map((line) => Number(/^\d+ \d+\.(\d+)$/.exec(line)?.[1]));
    const found = this.possible.find((messages) => setOf(messages.map(({ uid }) => uid)) === setOf(uids));
    judge(
      found !== undefined && found.length === uids.length,
      () => `UIDL tells ${setOf(uids)}, which was never INBOX since PASS was sent`,
    );
    this.messages = found;
  }

  /** What is not marked, by number. */
  get left(): [number, Message][] {
    return (this.messages ?? []).flatMap((message, at) => (this.marked.has(at + 1) ? [] : [[at + 1, message]]));
  }

  // RFC 1939 6: "In no case may the server remove any messages not marked".
  commit({ number, modSeq, value }: Commit): void {
    const due = [...this.marked]
      .sort((a, b) => a - b)
      .flatMap((seq) => this.messages?.[seq - 1] ?? [])
      .filter((message) => message.isThere(number - 1));
    const { uids } = value as Expunged;
    judge(
      setOf(uids) === setOf(due.map(({ uid }) => uid)),
      () => `QUIT removes UIDs ${setOf(uids)}; marked are ${setOf(due.map(({ uid }) => uid))}`,
    );
    for (const message of due) {
      message.goneAt = number;
      message.goneModSeq = modSeq;
    }
    this.committedAt = number;
  }
}

export class Pop3Client extends Client {
  #drop: Maildrop | null = null;
  #asked: Asked[] = [];
  #unread = "";
  #lines: string[] = [];

  override act(chance: Chance): void {
    const drop = this.#drop ?? this.#come();
    const { messages } = drop;
    if (this.#asked.length > 0 || messages === null) return;
    const number = chance.between(1, messages.length + 1);
    const kind = chance.below(12);
    if (kind < 2) this.#ask({ words: "STAT", answer: "line", judge: (status) => judgeStat(drop, status) });
    else if (kind < 4) this.#ask({ words: "LIST", answer: "lines", judge: (_, lines) => judgeList(drop, lines) });
    else if (kind < 6) this.#retrieve(drop, number);
    else if (kind < 9) this.#delete(drop, number);
    else if (kind === 9) this.#ask({ words: "RSET", answer: "line", judge: () => drop.marked.clear() });
    else if (kind === 10) this.#quit(drop);
    else this.cut();
  }

  #come(): Maildrop {
    const pipe = new Pipe(this.habits.windowBytes);
    const drop = new Maildrop(this.around.account);
    this.pipe = pipe;
    this.#drop = drop;
    this.around.note(`${this.name}`, "... connects");
    this.around.connect("pop3", pipe, drop);
    this.#asked = [{ words: "", answer: "line", judge: (status) => judgeOk(status, "the greeting") }];
    for (const words of ["USER alice@example.org", "PASS secret"])
      this.#ask({ words, answer: "line", judge: (status) => judgeOk(status, words) });
    this.#ask({ words: "UIDL", answer: "lines", judge: (_, lines) => drop.hearUidl(lines) });
    return drop;
  }

  #retrieve(drop: Maildrop, number: number): void {
    const message = drop.left.find(([seq]) => seq === number)?.[1];
    this.#ask({
      words: `RETR ${number}`,
      answer: "lines",
      judge: (status, lines) => {
        if (!status.startsWith("+OK"))
          return judge(
            message === undefined || message.goneAt <= this.around.account.commit,
            () => `RETR ${number} is refused: ${status}`,
          );
        judge(message !== undefined, () => `RETR ${number} of what is marked or not there is answered ${status}`);
        const octets = lines.map((line) => `${line.replace(/^\.\./, ".")}\r\n`).join("");
        judge(octets.endsWith(message.content.octets), () => `RETR ${number} gives another message`);
      },
    });
  }

  #delete(drop: Maildrop, number: number): void {
    const isThere = drop.left.some(([seq]) => seq === number);
    this.#ask({
      words: `DELE ${number}`,
      answer: "line",
      judge: (status) => {
        judge(status.startsWith("+OK") === isThere, () => `DELE ${number} is answered ${status}`);
        if (isThere) drop.marked.add(number);
      },
    });
  }

  #quit(drop: Maildrop): void {
    const { account } = this.around;
    this.#ask({
      words: "QUIT",
      answer: "line",
      judge: (status) => {
        judgeOk(status, "QUIT");
        const stays = [...drop.marked]
          .flatMap((seq) => drop.messages?.[seq - 1] ?? [])
          .filter(({ goneAt }) => goneAt > account.commit);
        judge(stays.length === 0, () => `after QUIT UIDs ${setOf(stays.map(({ uid }) => uid))} are still there`);
        if (drop.committedAt !== null) account.wasAnswered(drop.committedAt);
      },
    });
  }

  #ask(asked: Asked): void {
    this.#asked.push(asked);
    this.say(Buffer.from(`${asked.words}\r\n`));
  }

  protected override take(octets: Buffer): void {
    this.#unread += octets.toString("latin1");
    for (let end = this.#unread.indexOf("\r\n"); end >= 0; end = this.#unread.indexOf("\r\n")) {
      const line = this.#unread.slice(0, end);
      this.#unread = this.#unread.slice(end + 2);
      this.around.note(`${this.name}<`, line);
      this.#lines.push(line);
      const asked = this.#asked[0];
      judge(asked !== undefined, () => `${line}, and nobody asked`);
      const [status = "", ...rest] = this.#lines;
      const whole = asked.answer === "line" || !status.startsWith("+OK") || line === ".";
      if (!whole) continue;
      this.#lines = [];
      this.#asked.shift();
      asked.judge(status, rest.slice(0, -1));
    }
  }

  protected override left(): void {
    this.#drop = null;
    this.#asked = [];
    this.#unread = "";
    this.#lines = [];
  }

  override get waitsFor(): string | null {
    return this.#asked[0]?.words ?? null;
  }

  override leave(): void {
    if (this.#drop !== null && this.#drop.messages !== null) this.#quit(this.#drop);
  }
}

function judgeOk(status: string, words: string): void {
  judge(status.startsWith("+OK"), () => `${words} is answered ${status}`);
}

function judgeStat({ left }: Maildrop, status: string): void {
  const octets = left.reduce((sum, [, { content }]) => sum + content.size, 0);
  judge(
    status.startsWith(`+OK ${left.length} ${octets}`),
    () => `STAT is answered ${status}; there are ${left.length} of ${octets} octets`,
  );
}

function judgeList({ left }: Maildrop, lines: readonly string[]): void {
  const wanted = left.map(([number, { content }]) => `${number} ${content.size}`).join(", ");
  judge(lines.join(", ") === wanted, () => `LIST is answered ${lines.join(", ")}; it is ${wanted}`);
}
