// A client of the mixed load: does one thing after another as chance has it, and holds every answer against the model. It
// follows the sequence numbers of the mailbox that it has selected, too: EXPUNGE and EXISTS must lead from one picture to
// the next, and a number must always stand for the same letter.

import { setTimeout as sleep } from "node:timers/promises";
import { ImapClient, numberAt } from "./imap-client.ts";
import {
  type Fetched,
  type Letter,
  type LetterModel,
  type MailboxName,
  mailboxes,
  readFetched,
} from "./letter-model.ts";
import { expect } from "./question.ts";
import { madeMessage } from "./seeded-mail.ts";

/** More letters of its own than this it does not bring: so all servers work on mailboxes of like size, fast or slow. */
const ownLettersMax = 30;
const words = ["amber", "birch", "cedar", "dune", "ember", "fjord"] as const;

export class MixedClient {
  readonly #client: ImapClient;
  readonly #number: number;
  readonly #model: LetterModel;
  readonly #chance: () => number;
  /** For each sequence number the UID, 0 where it has not been told. */
  #uids: number[] = [];
  #mailbox: MailboxName = "INBOX";
  #letters = 0;
  operations = 0;

  constructor(client: ImapClient, number: number, model: LetterModel, chance: () => number) {
    this.#client = client;
    this.#number = number;
    this.#model = model;
    this.#chance = chance;
    client.onUnasked = (response) => this.#hear(response);
  }

  async begin(): Promise<void> {
    await this.#select("INBOX");
  }

  async workUntil(endMs: number): Promise<void> {
    while (performance.now() < endMs) {
      await this.#oneThing();
      this.operations++;
    }
  }

  /** Everything in both mailboxes, when nobody is at work any more. */
  async checkAll(): Promise<void> {
    for (const mailbox of mailboxes) {
      await this.#select(mailbox);
      const all: Fetched[] = [];
      if (this.#uids.length > 0)
        await this.#client.run("UID FETCH 1:* (UID FLAGS RFC822.SIZE ENVELOPE)", (response) => {
          const fetched = readFetched(response);
          if (fetched !== null) all.push(fetched);
        });
      this.#model.checkAll(mailbox, all);
    }
  }

  async end(): Promise<void> {
    await this.#client.logOut();
  }

  #oneThing(): Promise<void> {
    const own = this.#model.own(this.#mailbox, this.#number);
    const dice = this.#chance();
    if (own.length === 0 || (dice < 0.2 && this.#ownCount() < ownLettersMax)) return this.#append();
    if (dice < 0.45) return this.#changeFlags(this.#some(own));
    if (dice < 0.65) return this.#fetch(this.#some(own));
    if (dice < 0.78) return this.#search();
    if (dice < 0.84) return this.#expunge(this.#some(own));
    if (dice < 0.89) return this.#move(this.#some(own));
    if (dice < 0.93) return this.#idle();
    if (dice < 0.96) return this.#select(this.#chance() < 0.5 ? "INBOX" : "Kept");
    return this.#run("NOOP");
  }

  #ownCount(): number {
    return mailboxes.reduce((sum, mailbox) => sum + this.#model.own(mailbox, this.#number).length, 0);
  }

  /** One to three of them. */
  #some(own: readonly [uid: number, letter: Letter][]): [uid: number, letter: Letter][] {
    const count = 1 + Math.floor(this.#chance() * 3);
    const from = Math.floor(this.#chance() * own.length);
    return own.slice(from, from + count);
  }

  async #append(): Promise<void> {
    const number = 1_000_000 * this.#number + this.#letters++;
    const { bytes: made, mark } = madeMessage(number, 800 + Math.floor(this.#chance() * 8_000));
    const word = this.#pick(words);
    const bytes = Buffer.concat([Buffer.from(`X-Word: ${word}\r\n`), made]);
    const flags = this.#chance() < 0.3 ? ["\\Seen"] : [];
    const text = await this.#client.runPieces(
      [`APPEND ${this.#mailbox} (${flags.join(" ")}) {${bytes.length}+}\r\n`, bytes],
      (response) => this.#hear(response),
    );
    const uid = Number(/\[APPENDUID \d+ (\d+)\]/.exec(text)?.[1]);
    this.#model.add(this.#mailbox, uid, { owner: this.#number, mark, word, bytes, flags: new Set(flags) });
  }

  async #changeFlags(some: readonly [number, Letter][]): Promise<void> {
    const flag = this.#pick(["\\Seen", "\\Flagged", "\\Answered", "$Work", "$Home"] as const);
    const adds = this.#chance() < 0.6;
    for (const [, { flags }] of some) {
      if (adds) flags.add(flag);
      else flags.delete(flag);
    }
    const told: number[] = [];
    await this.#run(`UID STORE ${setOf(some)} ${adds ? "+" : "-"}FLAGS (${flag})`, (fetched) => told.push(fetched.uid));
  }

  async #fetch(some: readonly [number, Letter][]): Promise<void> {
    const items = this.#pick(["FLAGS RFC822.SIZE", "ENVELOPE FLAGS", "FLAGS BODY.PEEK[]"] as const);
    const told = new Set<number>();
    await this.#run(`UID FETCH ${setOf(some)} (UID ${items})`, ({ uid }) => told.add(uid));
    for (const [uid] of some) expect(`UID ${uid} fetched`, told.has(uid), true);
  }

  async #search(): Promise<void> {
    const [key, matches] = this.#pick([
      ["FLAGGED", ({ flags }) => flags.has("\\Flagged")],
      ["UNSEEN", ({ flags }) => !flags.has("\\Seen")],
      ["KEYWORD $Work", ({ flags }) => flags.has("$Work")],
      ["LARGER 5000", ({ bytes }) => bytes.length > 5_000],
      ["HEADER X-Word amber", ({ word }) => word === "amber"],
      ["NOT ANSWERED SMALLER 3000", ({ flags, bytes }) => !flags.has("\\Answered") && bytes.length < 3_000],
    ] as const satisfies readonly (readonly [string, (letter: Letter) => boolean])[]);
    const found = new Set<number>();
    await this.#client.run(`UID SEARCH ${key}`, (response) => {
      if (!response.subarray(0, 8).equals(searchResponse)) {
        this.#hear(response);
        return;
      }
      for (const number of response.toString("latin1", 8).trim().split(" "))
        if (number !== "") found.add(Number(number));
    });
    this.#model.checkFound(this.#mailbox, found, this.#number, matches);
  }

  async #expunge(some: readonly [number, Letter][]): Promise<void> {
    await this.#run(`UID STORE ${setOf(some)} +FLAGS.SILENT (\\Deleted)`, () => undefined);
    for (const [uid] of some) this.#model.removeOwn(this.#mailbox, uid, this.#number);
    await this.#run(`UID EXPUNGE ${setOf(some)}`);
    for (const [uid] of some) expect(`UID ${uid} still shown after EXPUNGE`, this.#uids.includes(uid), false);
  }

  async #move(some: readonly [number, Letter][]): Promise<void> {
    const to = this.#mailbox === "INBOX" ? "Kept" : "INBOX";
    let code = "";
    // Whoever looks while they are on their way finds them in neither or the right one.
    for (const [uid] of some) this.#model.removeOwn(this.#mailbox, uid, this.#number);
    const completion = await this.#client.run(`UID MOVE ${setOf(some)} ${to}`, (response) => {
      if (response.includes("[COPYUID ")) code = response.toString("latin1");
      else this.#hear(response);
    });
    const uids = numbersOf(/\[COPYUID \d+ [\d:,]+ ([\d:,]+)\]/.exec(code + completion)?.[1] ?? "");
    expect("letters moved", uids.length, some.length);
    for (const [at, [, letter]] of some.entries()) this.#model.add(to, uids[at] ?? 0, letter);
  }

  async #idle(): Promise<void> {
    const idling = await this.#client.idle();
    await sleep(20 + this.#chance() * 100);
    await idling.done();
  }

  async #select(mailbox: MailboxName): Promise<void> {
    this.#uids = [];
    this.#mailbox = mailbox;
    let exists = 0;
    await this.#client.run(`SELECT ${mailbox}`, (response) => {
      if (response.includes(" EXISTS\r\n")) exists = numberAt(response, 2);
    });
    this.#uids = Array.from({ length: exists }, () => 0);
    // Its own letters all stand there as it left them.
    const told = new Set<number>();
    if (exists > 0) await this.#run("UID FETCH 1:* (UID FLAGS)", ({ uid }) => told.add(uid));
    for (const [uid] of this.#model.own(mailbox, this.#number)) expect(`UID ${uid} there`, told.has(uid), true);
  }

  async #run(command: string, fetched: (fetched: Fetched) => void = () => undefined): Promise<void> {
    await this.#client.run(command, (response) => {
      const one = this.#hear(response);
      if (one !== null) fetched(one);
    });
  }

  /** Any untagged response: follows the numbers, and checks what is told of a letter. */
  #hear(response: Buffer): Fetched | null {
    if (response.includes(" EXPUNGE\r\n")) {
      const seq = numberAt(response, 2);
      expect("EXPUNGE of a number that is there", seq >= 1 && seq <= this.#uids.length, true);
      this.#uids.splice(seq - 1, 1);
      return null;
    }
    if (response.includes(" EXISTS\r\n")) {
      const exists = numberAt(response, 2);
      expect("EXISTS not below what is known", exists >= this.#uids.length, true);
      while (this.#uids.length < exists) this.#uids.push(0);
      return null;
    }
    const fetched = readFetched(response);
    if (fetched === null) return null;
    const known = this.#uids[fetched.seq - 1];
    expect(`number ${fetched.seq} is there`, known !== undefined, true);
    if (known !== 0) expect(`number ${fetched.seq} stands for`, fetched.uid, known);
    this.#uids[fetched.seq - 1] = fetched.uid;
    this.#model.checkFetched(this.#mailbox, fetched, this.#number);
    return fetched;
  }

  #pick<T>(from: readonly T[]): T {
    const found = from[Math.floor(this.#chance() * from.length)];
    if (found === undefined) throw new Error("nothing to pick from");
    return found;
  }
}

const searchResponse = Buffer.from("* SEARCH");

const setOf = (some: readonly (readonly [uid: number, letter: Letter])[]): string => some.map(([uid]) => uid).join();

/** `3:5,9` as 3, 4, 5, 9. */
function numbersOf(set: string): number[] {
  return set.split(",").flatMap((range) => {
    const [from = 0, to = from] = range.split(":").map(Number);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}
