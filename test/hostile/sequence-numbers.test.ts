// Several clients of one mailbox that file, mark, move and expunge without waiting for answers. Each keeps its numbers as
// RFC 9051 7.5.1 and 7.6.1 tell it to, and must never come to believe that a number is another message than it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Chance } from "../support/chance.ts";
import type { ImapClient, ImapResponse } from "../support/imap-client.ts";
import { Siege } from "./siege.ts";

const clientsCount = 4;
const roundsOfClient = 60;
const batchMax = 6;
/** Of an unknown message: the server has told only how many there are. */
const unknown = 0;

/** A client's mailbox as it knows it: UIDs by sequence number. */
class Numbers {
  uids: number[] = [];

  /** Takes what the server says while `command` is the first that has no completion. */
  take({ text }: ImapResponse, command: string): void {
    const [, number, kind = "", rest = ""] = /^\* (\d+) (EXISTS|EXPUNGE|FETCH)(.*)$/.exec(text) ?? [];
    if (number === undefined) return;
    const n = Number(number);
    if (kind === "EXISTS") {
      assert.ok(n >= this.uids.length, `EXISTS ${n} takes messages away from ${this.uids.length}`);
      while (this.uids.length < n) this.uids.push(unknown);
    } else if (kind === "EXPUNGE") {
      // RFC 9051 7.5.1: not in answer to FETCH, STORE and SEARCH by sequence number.
      assert.doesNotMatch(command, /^(?:FETCH|STORE|SEARCH) /, "EXPUNGE while numbers are in use");
      assert.ok(n >= 1 && n <= this.uids.length, `EXPUNGE ${n} of ${this.uids.length}`);
      this.uids.splice(n - 1, 1);
    } else {
      assert.ok(n >= 1 && n <= this.uids.length, `FETCH ${n} of ${this.uids.length}`);
      const uid = Number(/\bUID (\d+)/.exec(rest)?.[1] ?? unknown);
      const known = this.uids[n - 1] ?? unknown;
      if (uid === unknown) return;
      if (known !== unknown) assert.equal(uid, known, `number ${n} was UID ${known} and is told as ${uid}`);
      this.uids[n - 1] = uid;
    }
  }
}

test("numbers stay valid for every client, whatever all of them do at once", async () => {
  await using siege = await Siege.begin();
  await siege.endure(async () => {
    const chance = new Chance(11);
    const clients = await Promise.all(
      Array.from({ length: clientsCount }, async () => {
        const client = await siege.logIn(30_000);
        return { client, numbers: await open(client), chance: chance.fork() };
      }),
    );
    await Promise.all(clients.map(({ client, numbers, chance: own }) => work(client, numbers, own)));
    const ends = [];
    for (const { client, numbers } of clients) {
      await batch(client, numbers, ["NOOP", "UID FETCH 1:* (UID)"]);
      ends.push(numbers.uids);
      client[Symbol.dispose]();
    }
    const [first] = ends;
    for (const end of ends) assert.deepEqual(end, first, "the clients do not end with the same mailbox");
  });
});

async function open(client: ImapClient): Promise<Numbers> {
  const numbers = new Numbers();
  for (const response of (await client.ok("SELECT INBOX")).untagged) numbers.take(response, "SELECT");
  return numbers;
}

async function work(client: ImapClient, numbers: Numbers, chance: Chance): Promise<void> {
  for (let round = 0; round < roundsOfClient; round++) {
    const commands = Array.from({ length: chance.between(1, batchMax) }, () => someCommand(numbers, chance));
    await batch(client, numbers, commands);
  }
}

function someCommand({ uids }: Numbers, chance: Chance): string {
  const n = chance.between(1, Math.max(1, uids.length));
  const known = uids.filter((uid) => uid !== unknown);
  const uid = known.length === 0 ? 1 : chance.pick(known);
  return chance.pick([
    "APPEND INBOX",
    "APPEND INBOX",
    "APPEND INBOX",
    `FETCH ${n} (UID FLAGS)`,
    `FETCH ${n}:* (UID FLAGS)`,
    `STORE ${n} +FLAGS (\\Deleted)`,
    `STORE ${n} +FLAGS.SILENT (\\Seen)`,
    `SEARCH ${n}:* DELETED`,
    `UID STORE ${uid} +FLAGS (\\Deleted)`,
    `UID FETCH ${uid} (FLAGS)`,
    `COPY ${n} INBOX`,
    `MOVE ${n} Archive`,
    `UID MOVE ${uid} Archive`,
    "EXPUNGE",
    `UID EXPUNGE ${uid}`,
    "NOOP",
  ]);
}

/** Sends all at once and hears all answers. */
async function batch(client: ImapClient, numbers: Numbers, commands: readonly string[]): Promise<void> {
  const sent = commands.map((command) =>
    command === "APPEND INBOX"
      ? { command, tag: client.send(`${command} `, Buffer.from("Subject: one more\r\n\r\n")) }
      : { command, tag: client.send(command) },
  );
  for (const { command, tag } of sent) {
    client.onUntagged = (response) => numbers.take(response, command);
    const { status, code, text } = await client.completion(tag);
    // A number that the batch itself has expunged is no number any more.
    assert.ok(status !== "BAD" || /^(?:FETCH|STORE|SEARCH|COPY|MOVE) /.test(command), `${command}: ${text}`);
    assert.notEqual(code, "SERVERBUG", command);
  }
}
