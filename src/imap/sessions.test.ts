// Several sessions on one mailbox that do whatever they like at the same time. Each keeps the picture that a client must
// keep (RFC 9051 2.3.1.2, 7.5.1): UIDs by sequence number, and the flags it was told. The picture must hold at every
// response, and in the end be the mailbox. Seeds make the races; a failing seed is in the test's name.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Chance } from "../../test/support/chance.ts";
import { ImapClient, type ImapResponse } from "../../test/support/imap-client.ts";
import { PostOffice } from "../../test/support/post-office.ts";

const letter = Buffer.from("Subject: x\r\n\r\nx\r\n");
const flags = ["\\Seen", "\\Flagged", "\\Deleted", "$Work"];

/** One client with what it believes. */
class Believer {
  readonly client: ImapClient;
  readonly #kind: "expunge" | "vanished";
  /** By sequence number less one; null for one whose UID was not told yet. */
  readonly uids: (number | null)[] = [];
  readonly #flags = new Map<number, string>();
  /** What may be told now. */
  #expungesAllowed = true;

  constructor(client: ImapClient, kind: "expunge" | "vanished") {
    this.client = client;
    this.#kind = kind;
    client.onUntagged = (response) => this.#hear(response);
  }

  static async enter(port: number, kind: "expunge" | "vanished"): Promise<Believer> {
    const client = await ImapClient.logIn({ port }, "alice@example.org", "secret");
    const believer = new Believer(client, kind);
    if (kind === "vanished") await client.ok("ENABLE QRESYNC");
    await client.ok("SELECT INBOX");
    await client.run("FETCH 1:* (UID FLAGS)");
    return believer;
  }

  get exists(): number {
    return this.uids.length;
  }

  async run(command: string, ...more: readonly (string | Buffer)[]): Promise<void> {
    this.#expungesAllowed = !/^(?:FETCH|STORE|SEARCH) /.test(command);
    const { status, code, text } = await this.client.run(command, ...more);
    this.#expungesAllowed = true;
    // The message may have gone meanwhile; nothing else may be refused.
    assert.ok(status === "OK" || code === "EXPUNGEISSUED", `${command}: ${status} [${code}] ${text}`);
  }

  /** Pipelined commands that name messages by number: no expunge may be told between them. */
  async together(...commands: readonly string[]): Promise<void> {
    this.#expungesAllowed = false;
    const tags = commands.map((command) => this.client.send(command));
    for (const tag of tags) await this.client.completion(tag);
    this.#expungesAllowed = true;
  }

  /** What it believes, after asking for news only. */
  picture(): string[] {
    return this.uids.map((uid) => `${uid} ${this.#flags.get(uid ?? 0)}`);
  }

  #hear({ text }: ImapResponse): void {
    const [, number = "", what = "", rest = ""] = /^\* (\d+) (EXISTS|EXPUNGE|FETCH)(.*)$/s.exec(text) ?? [];
    const vanished = /^\* VANISHED ([\d,:]+)$/.exec(text)?.[1];
    if (vanished !== undefined) this.#vanish(vanished);
    if (what === "EXISTS") {
      assert.ok(Number(number) >= this.uids.length, `EXISTS shrinks from ${this.uids.length} to ${number}`);
      while (this.uids.length < Number(number)) this.uids.push(null);
    } else if (what === "EXPUNGE") {
      assert.equal(this.#kind, "expunge");
      assert.ok(this.#expungesAllowed, `${text} within a command that numbers messages`);
      assert.ok(Number(number) >= 1 && Number(number) <= this.uids.length, text);
      this.uids.splice(Number(number) - 1, 1);
    } else if (what === "FETCH") this.#fetched(Number(number), rest);
  }

  #vanish(set: string): void {
    assert.equal(this.#kind, "vanished");
    assert.ok(this.#expungesAllowed, `VANISHED ${set} within a command that numbers messages`);
    for (const range of set.split(",")) {
      const [from = 0, to = from] = range.split(":").map(Number);
      for (let uid = from; uid <= to; uid++) {
        const at = this.uids.indexOf(uid);
        this.uids.splice(at >= 0 ? at : this.#placeOf(uid), 1);
      }
    }
  }

  /** Of a message whose UID was not told yet: UIDs ascend, so it is one of those between the UIDs around it. */
  #placeOf(uid: number): number {
    const lower = this.uids.findLastIndex((known) => known !== null && known < uid);
    const place = this.uids.indexOf(null, lower + 1);
    assert.ok(place >= 0, `VANISHED ${uid}, which is not there`);
    return place;
  }

  #fetched(seq: number, items: string): void {
    assert.ok(seq >= 1 && seq <= this.uids.length, `FETCH of ${seq}, of ${this.uids.length}`);
    const told = /\bUID (\d+)/.exec(items)?.[1];
    const known = this.uids[seq - 1] ?? null;
    if (told !== undefined) {
      assert.ok(known === null || known === Number(told), `${seq} was ${known}, is told as ${told}`);
      this.uids[seq - 1] = Number(told);
    }
    const uid = this.uids[seq - 1];
    const marks = /FLAGS \(([^)]*)\)/.exec(items)?.[1];
    if (uid !== null && uid !== undefined && marks !== undefined) this.#flags.set(uid, withoutRecent(marks));
  }
}

const withoutRecent = (marks: string): string => marks.replace(/\\Recent ?/, "").trim();

async function act(believer: Believer, chance: Chance): Promise<void> {
  const { exists } = believer;
  const any = (): number => 1 + chance.below(Math.max(1, exists));
  const set = exists === 0 ? "1:*" : `${any()}:${any()},${any()}`;
  const uids = `${1 + chance.below(60)}:${1 + chance.below(60)}`;
  const mark = `${chance.pick(["+", "-"])}FLAGS (${chance.pick(flags)})`;
  // In an empty mailbox no number means anything.
  const numbered = exists > 0;
  switch (chance.below(numbered ? 14 : 7)) {
    case 0:
      return believer.run("NOOP");
    case 1:
      return believer.run("APPEND INBOX ", letter);
    case 2:
      return believer.run(`UID STORE ${uids} ${mark}`);
    case 3:
      return believer.run("EXPUNGE");
    case 4:
      return believer.run(`UID EXPUNGE ${uids}`);
    case 5:
      return believer.run(`UID FETCH ${uids} (FLAGS)`);
    case 6:
      return believer.run(`UID COPY ${uids} INBOX`);
    case 7:
      return believer.run(`STORE ${set} ${mark}`);
    case 8:
      return believer.run(`FETCH ${set} (UID FLAGS)`);
    case 9:
      return believer.run(`MOVE ${any()} Trash`);
    case 10:
      return believer.run(`FETCH ${any()} (UID FLAGS BODY[])`);
    case 11:
      return believer.run("SEARCH ALL");
    case 12:
      return believer.together(`FETCH ${set} (UID FLAGS)`, `STORE ${set} ${mark}`, `FETCH ${set} (UID FLAGS)`);
    default:
      return believer.run(`COPY ${any()} INBOX`);
  }
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`sequence numbers and flags of four racing sessions stay true (seed ${seed})`, async () => {
    await using office = await PostOffice.open();
    await office.newAccount("alice@example.org");
    const port = await office.portOf("imap");
    const chance = new Chance(seed);
    const kinds = ["expunge", "vanished", "expunge", "expunge"] as const;
    const believers = await Promise.all(kinds.map((kind) => Believer.enter(port, kind)));
    await Promise.all(
      believers.map(async (believer) => {
        for (let round = 0; round < 60; round++) await act(believer, chance);
      }),
    );
    for (const { client } of believers) await client.ok("NOOP");
    using newcomer = await ImapClient.logIn({ port }, "alice@example.org", "secret");
    await newcomer.ok("SELECT INBOX");
    const truth: string[] = [];
    newcomer.onUntagged = ({ text }) => {
      const [, uid, marks = ""] = /FETCH \(UID (\d+) FLAGS \(([^)]*)\)/.exec(text) ?? [];
      if (uid !== undefined) truth.push(`${uid} ${withoutRecent(marks)}`);
    };
    await newcomer.run("FETCH 1:* (UID FLAGS)");
    for (const [at, believer] of believers.entries()) {
      // What came last was told by EXISTS alone.
      if (believer.uids.includes(null)) await believer.client.run(`FETCH 1:* (UID FLAGS)`);
      assert.deepEqual(believer.picture(), truth, `session ${at}`);
      believer.client[Symbol.dispose]();
    }
    assert.deepEqual(office.faults, []);
  });
}
