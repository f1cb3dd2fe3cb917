// Plays a schedule on the server and judges everything that is told: to its end, to the first finding, or to a bug. Every
// turn of the event loop is the schedule's, so the same schedule plays the same each time.

import { Chance } from "../support/chance.ts";
import { type Client, type Habits, type Surroundings } from "./client.ts";
import { Finding, judge } from "./finding.ts";
import { ImapClient } from "./imap-client.ts";
import type { Keepsake } from "./keepsake.ts";
import { MailSender } from "./mail-sender.ts";
import { Office } from "./office.ts";
import { Pop3Client } from "./pop3-client.ts";
import type { Schedule, Step } from "./schedule.ts";
import type { Mutation } from "./servers.ts";

export interface Played {
  /** Null when all was as it must be. */
  readonly finding: string | null;
  /** How many steps were taken until then. */
  readonly taken: number;
  /** What was said and done, if it was to be written down. */
  readonly dialogue: readonly string[];
}

export interface PlayOptions {
  readonly mutation?: Mutation;
  readonly writes?: "dialogue" | "nothing";
}

/** After so many turns in which nothing moves, nothing will. */
const quietTurns = 12;
const turnsMax = 5_000;
/** What a server can do is the same each time. */
const longList = /(\[CAPABILITY) [^\]]*\]/;
/** How many past states of a mailbox somebody comes back with in the end. */
const returnsMax = 3;

export async function play(
  schedule: Schedule,
  { mutation = (mailbox) => mailbox, writes = "nothing" }: PlayOptions = {},
): Promise<Played> {
  const dialogue: string[] = [];
  const write = (who: string, text: string): void => void dialogue.push(`${who} ${text.replace(longList, "$1 ...]")}`);
  const note = writes === "dialogue" ? write : () => undefined;
  const office = await Office.open(schedule, mutation);
  const performance = new Performance(office, schedule, note);
  try {
    await performance.run();
    return { finding: null, taken: performance.taken, dialogue };
  } catch (error) {
    const words =
      error instanceof Finding
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    return { finding: words, taken: performance.taken, dialogue };
  } finally {
    await office.close();
  }
}

class Performance {
  readonly #office: Office;
  readonly #schedule: Schedule;
  readonly #note: Surroundings["note"];
  readonly #kept: Keepsake[] = [];
  readonly #around: Surroundings;
  readonly #clients: Client[];
  taken = 0;

  constructor(office: Office, schedule: Schedule, note: Surroundings["note"]) {
    this.#office = office;
    this.#schedule = schedule;
    this.#note = note;
    this.#around = {
      account: office.account,
      connect: (protocol, pipe, by) => office.connect(protocol, pipe, by),
      note,
    };
    this.#clients = schedule.clients.map((plan, at) => {
      const name = String.fromCharCode(65 + at);
      if (plan.kind === "pop3") return new Pop3Client(name, this.#around, plan);
      if (plan.kind === "sender") return new MailSender(name, this.#around, plan);
      return new ImapClient(name, this.#around, { ...plan, kept: this.#kept });
    });
  }

  async run(): Promise<void> {
    for (const step of this.#schedule.steps) {
      this.taken++;
      this.#take(step);
      await this.#turn();
    }
    await this.#settle();
    for (const client of this.#clients) client.leave();
    await this.#settle();
    await this.#comeAnew();
    const findings = await this.#office.audit();
    judge(findings.length === 0, () => `the audit: ${findings.join("; ")}`);
  }

  #take(step: Step): void {
    const { database } = this.#office;
    switch (step.kind) {
      case "act":
        return this.#clients[step.who]?.act(new Chance(step.choice));
      case "carry":
        return this.#clients[step.who]?.carry(step.octets);
      case "hear":
        return void this.#clients[step.who]?.hear(step.octets);
      case "commit":
        if (database.waiting > 0) this.#note("store", `... commits ${Math.min(step.most, database.waiting)}`);
        return database.commit(step.most);
      case "read":
        if (database.unread > 0) this.#note("store", `... reads ${Math.min(step.most, database.unread)}`);
        return database.completeReads(step.most);
      case "maintain":
        return this.#office.maintain();
      case "flush":
        if (database.unflushed > 0) this.#note("store", "... is on the disk");
        return database.completeFlush();
      case "cut":
        return this.#clients[step.who]?.cut();
    }
  }

  /** One turn of the event loop; those who hear at once hear what was said in it. */
  async #turn(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#office.fault !== null) throw this.#office.fault;
    this.#office.tick();
    let moved = false;
    if (this.#schedule.store === "at-once") {
      this.#office.database.commit(Infinity);
      this.#office.database.completeFlush();
    }
    for (const client of this.#clients) {
      if (client.habits.wire === "at-once") while (client.hear(Infinity)) moved = true;
    }
    return moved;
  }

  /** Everything arrives, is committed, flushed and heard, until nothing more happens. */
  async #settle(): Promise<void> {
    const { database } = this.#office;
    let quiet = 0;
    for (let turn = 0; quiet < quietTurns; turn++) {
      judge(turn < turnsMax, () => "the server does not come to rest");
      let moved = database.waiting + database.unflushed + database.unread > 0;
      for (const client of this.#clients) {
        moved ||= client.hasUnsent;
        client.carry(Infinity);
      }
      database.completeReads(Infinity);
      database.commit(Infinity);
      database.completeFlush();
      for (const client of this.#clients) while (client.hear(Infinity)) moved = true;
      if (await this.#turn()) moved = true;
      quiet = moved ? 0 : quiet + 1;
    }
    for (const { waitsFor, name } of this.#clients)
      judge(waitsFor === null, () => `${name} gets no answer to ${waitsFor}`);
  }

  /** Somebody who comes now sees the account as it is, and so does who comes back with what was kept. */
  async #comeAnew(): Promise<void> {
    const { account } = this.#office;
    for (const mailbox of account.mailboxes) mailbox.answered = account.commit;
    account.namesAnswered = account.commit;
    const habits: Habits = { windowBytes: 1_000_000, wire: "at-once" };
    for (const mailbox of account.mailboxes.filter((one) => one.nameAt(account.commit) !== null)) {
      const kept = new Map(
        this.#kept.flatMap((one) => (one.mailbox === mailbox && one.person === "alice" ? [[one.modSeq, one]] : [])),
      );
      for (const keepsake of [null, ...[...kept.values()].slice(0, returnsMax)]) {
        const client = new ImapClient("Z", this.#around, { ...habits, dialects: [], person: "alice", kept: [] });
        this.#clients.push(client);
        client.visit(mailbox, keepsake);
        await this.#settle();
        client.judgeVisit();
        client.leave();
        this.#clients.pop();
        client.cut();
      }
    }
  }
}
