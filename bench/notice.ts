// How long until everybody knows: 50 clients in IDLE on one INBOX, and 50 others who have asked for another one by NOTIFY (RFC
// 5465) and have none selected; one message appended at a time. The commit lies between
// the writer's last byte and the first that anybody hears, be it the writer's OK or a watcher's EXISTS; from then on the
// notice is late.

import { setTimeout as sleep } from "node:timers/promises";
import type { BenchServer } from "./support/bench-server.ts";
import { ImapClient, numberAt } from "./support/imap-client.ts";
import { type Case, type Figure, type Question, type Scale } from "./support/question.ts";
import { madeMessage } from "./support/seeded-mail.ts";
import { quantile } from "./support/statistics.ts";

const watchersMany = 50;
const patienceMs = 10_000;

/** What a watcher is told once so many messages are there. */
type IsTold = (response: Buffer, exists: number) => boolean;

const isExists: IsTold = (response, exists) => numberAt(response, 2) === exists && response.includes(" EXISTS");
const isStatus: IsTold = (response, exists) => response.includes(`MESSAGES ${exists} `);

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const [idling, listening] = await server.accounts(2);
  if (idling === undefined || listening === undefined) throw new Error("no account");
  const idlers = await watchersOf(server, idling, "SELECT INBOX");
  const idle = await Promise.all(idlers.map((watcher) => watcher.idle()));
  const listeners = await watchersOf(server, listening, "NOTIFY SET (mailboxes INBOX (MessageNew MessageExpunge))");
  return [
    await noticeTo(
      "notice to 50 watchers in IDLE",
      { server, scale, account: idling, isTold: isExists },
      idlers,
      async () => {
        for (const waiting of idle) await waiting.done();
      },
    ),
    await noticeTo(
      "notice to 50 watchers by NOTIFY",
      { server, scale, account: listening, isTold: isStatus },
      listeners,
    ),
  ];
}

type Account = Awaited<ReturnType<BenchServer["accounts"]>>[number];

async function watchersOf(server: BenchServer, account: Account, command: string): Promise<ImapClient[]> {
  const watchers: ImapClient[] = [];
  for (let at = 0; at < watchersMany; at++) {
    const watcher = await ImapClient.logIn(server.imap, account);
    await watcher.run(command);
    watchers.push(watcher);
  }
  return watchers;
}

interface Watched {
  readonly server: BenchServer;
  readonly scale: Scale;
  readonly account: Account;
  readonly isTold: IsTold;
}

async function noticeTo(
  label: string,
  { server, scale, account, isTold }: Watched,
  watchers: readonly ImapClient[],
  before: () => Promise<void> = async () => undefined,
): Promise<Case> {
  const writer = await ImapClient.logIn(server.imap, account);
  let exists = 0;
  return {
    label,
    operation: "notice",
    roundsMax: 3,
    run: async () => {
      const afterFirst: number[] = [];
      const afterSend: number[] = [];
      for (let time = 0; time < scale.of(20); time++) {
        exists++;
        const { heard, sent, done } = await appendAndListen(writer, watchers, (response) => isTold(response, exists));
        const first = Math.min(done, ...heard);
        for (const at of heard) {
          afterFirst.push(at - first);
          afterSend.push(at - sent);
        }
        await sleep(20);
      }
      return { operations: afterFirst.length, figures: figures(afterFirst, afterSend) };
    },
    end: async () => {
      await before();
      for (const client of [writer, ...watchers]) await client.logOut();
    },
  };
}

function figures(afterFirst: readonly number[], afterSend: readonly number[]): Figure[] {
  return [
    { label: "from the first that anybody hears, median", unit: "ms", value: quantile(afterFirst, 0.5) },
    { label: "from the first that anybody hears, 99th percentile", unit: "ms", value: quantile(afterFirst, 0.99) },
    { label: "from the writer's last byte, median", unit: "ms", value: quantile(afterSend, 0.5) },
    { label: "from the writer's last byte, 99th percentile", unit: "ms", value: quantile(afterSend, 0.99) },
  ];
}

/** Resolves when every watcher has been told of the message. */
async function appendAndListen(
  writer: ImapClient,
  watchers: readonly ImapClient[],
  isTold: (response: Buffer) => boolean,
) {
  const heard: number[] = [];
  const all = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`only ${heard.length} watchers were told`)), patienceMs);
    for (const watcher of watchers) {
      let told = false;
      watcher.onUnasked = (response) => {
        if (told || !isTold(response)) return;
        told = true;
        if (heard.push(performance.now()) < watchers.length) return;
        clearTimeout(late);
        resolve();
      };
    }
  });
  const { bytes } = madeMessage(1, 2_000);
  const sent = performance.now();
  await writer.runPieces([`APPEND INBOX {${bytes.length}+}\r\n`, bytes]);
  const done = performance.now();
  await all;
  return { heard, sent, done };
}

export const notice: Question = { name: "notice", servers: "shared", prepare };
