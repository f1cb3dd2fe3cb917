// How does cost grow with a mailbox: opening it from the disk and again, coming back by QRESYNC after ten changes, finding the
// newest, the flagged and a few by date, changing one flag, and filing and expunging one message while another session has the
// mailbox open; at 1,000, 10,000 and 100,000 messages, and at 1,000,000 when asked (Dakghar alone, filled by COPY of 100,000).
// Nothing is asserted: the table tells. What does not grow should cost the same in each line.

import type { Account, BenchServer } from "./support/bench-server.ts";
import { memoryKib, settled } from "./support/bench-server.ts";
import { hugeMailbox } from "./support/huge-mailbox.ts";
import { ImapClient } from "./support/imap-client.ts";
import { type Case, expect, type Figure, type Question, type Scale } from "./support/question.ts";
import { madeMessage } from "./support/seeded-mail.ts";

/** More than the views that an account keeps for the next SELECT. */
const othersMany = 10;
const changes = 10;

async function prepare(server: BenchServer, sizes: readonly number[], scale: Scale): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const size of sizes) {
    const { account } = await hugeMailbox(server, Math.min(size, filledMax));
    const client = await ImapClient.logIn(server.imap, account);
    for (let other = 0; other < othersMany; other++) await client.run(`CREATE Other${other}`);
    await multiply(client, size);
    cases.push(...(await casesOf(server, account, { client, size, scale })));
  }
  return cases;
}

/** Appended one by one; what is beyond is copied. */
const filledMax = 100_000;

async function multiply(client: ImapClient, size: number): Promise<void> {
  if (size <= filledMax) return;
  await client.run("SELECT INBOX");
  for (let there = filledMax; there < size; there += filledMax)
    for (let from = 1; from <= filledMax; from += 10_000) await client.run(`UID COPY ${from}:${from + 9_999} INBOX`);
}

interface Grown {
  readonly client: ImapClient;
  readonly size: number;
  readonly scale: Scale;
}

async function casesOf(server: BenchServer, account: Account, { client, size, scale }: Grown): Promise<Case[]> {
  await client.run("ENABLE QRESYNC");
  const before = await select(client);
  expect("messages", before.exists, size);
  // Spread over the mailbox, each a change of its own.
  for (let at = 0; at < changes; at++)
    await client.run(`UID STORE ${1 + Math.floor((at * size) / changes)} +FLAGS.SILENT (\\Flagged)`);
  await client.run("UNSELECT");
  const times = scale.of(100);
  const label = (what: string): string => `${what}, ${size.toLocaleString("en")}`;
  // One round of each, after some that do not count: there are many rows.
  const repeated = (what: string, count: number, once: () => Promise<void>, first = async () => {}): Case => ({
    label: label(what),
    operation: "time",
    roundsMax: 1,
    before: async () => {
      await first();
      for (let time = 0; time < Math.min(20, count); time++) await once();
    },
    run: async () => {
      for (let time = 0; time < count; time++) await once();
      return { operations: count };
    },
  });
  const selected = (what: string, count: number, once: () => Promise<void>): Case =>
    repeated(what, count, once, async () => void (await select(client)));
  const watcher = await ImapClient.logIn(server.imap, account);
  const resync = `(QRESYNC (${before.uidValidity} ${before.modSeq}))`;
  return [
    {
      ...repeated("opened from the disk", 1, async () => void (await select(client))),
      before: () => lookElsewhere(client),
      run: async () => {
        const figures = await opened(server, client, size);
        return { operations: 1, figures };
      },
    },
    repeated("opened again", times, async () => {
      await select(client);
      await client.run("UNSELECT");
    }),
    repeated("QRESYNC after 10 changes", times, async () => {
      const { told } = await select(client, resync);
      expect("messages told of", told >= changes, true);
      await client.run("UNSELECT");
    }),
    selected("UID SEARCH of the newest 10", times, () => search(client, `UID ${size - 9}:${size}`, 10)),
    selected("SEARCH FLAGGED", scale.of(30), () => search(client, "FLAGGED", changes)),
    selected("SEARCH by a subject", Math.ceil(Math.min(10, 100_000 / size)), () =>
      search(client, 'SUBJECT " 777"', null),
    ),
    selected("one flag changed", times, async () => {
      await client.run("UID STORE 7 +FLAGS.SILENT (\\Answered)");
      await client.run("UID STORE 7 -FLAGS.SILENT (\\Answered)");
    }),
    {
      ...repeated(
        "one message filed and expunged",
        scale.of(50),
        () => fileAndExpunge(client),
        async () => {
          await select(client);
          await select(watcher);
        },
      ),
      end: async () => {
        await client.logOut();
        await watcher.logOut();
      },
    },
  ];
}

async function opened(server: BenchServer, client: ImapClient, size: number): Promise<Figure[]> {
  await settled(server);
  const before = memoryKib(server);
  await select(client);
  const bytes = (1_024 * (memoryKib(server) - before)) / size;
  return size < 100_000 ? [] : [{ label: "memory of a message in the open mailbox", unit: "bytes", value: bytes }];
}

/** Opens other mailboxes until nobody keeps the large one in memory. */
async function lookElsewhere(client: ImapClient): Promise<void> {
  for (let other = 0; other < othersMany; other++) await client.run(`SELECT Other${other}`);
  await client.run("UNSELECT");
}

async function select(client: ImapClient, parameter = "") {
  let [exists, uidValidity, modSeq, told] = [0, 0, 0, 0];
  await client.run(`SELECT INBOX ${parameter}`.trim(), (response) => {
    if (response.includes(" FETCH (")) told++;
    const text = response.toString("latin1");
    exists = Number(/^\* (\d+) EXISTS/.exec(text)?.[1] ?? exists);
    uidValidity = Number(/\[UIDVALIDITY (\d+)\]/.exec(text)?.[1] ?? uidValidity);
    modSeq = Number(/\[HIGHESTMODSEQ (\d+)\]/.exec(text)?.[1] ?? modSeq);
  });
  return { exists, uidValidity, modSeq, told };
}

async function search(client: ImapClient, key: string, wanted: number | null): Promise<void> {
  let found = 0;
  await client.run(`UID SEARCH ${key}`, (response) => {
    if (response.includes("* SEARCH")) found = response.toString("latin1").trim().split(" ").slice(2).length;
  });
  if (wanted !== null) expect(`found by ${key}`, found, wanted);
}

const { bytes: letter } = madeMessage(1, 700);

async function fileAndExpunge(client: ImapClient): Promise<void> {
  const text = await client.runPieces([`APPEND INBOX (\\Deleted) {${letter.length}+}\r\n`, letter]);
  const uid = /\[APPENDUID \d+ (\d+)\]/.exec(text)?.[1];
  await client.run(`UID EXPUNGE ${uid}`);
}

export const growth: Question = {
  name: "growth",
  servers: "own",
  asked: "when-named",
  prepare: (server, scale) => prepare(server, [1_000, 10_000, scale.of(100_000)], scale),
};

export const growthMillion: Question = {
  name: "growth-million",
  servers: "own",
  asked: "when-named",
  of: "dakghar",
  prepare: (server, scale) => prepare(server, [1_000_000], scale),
};
