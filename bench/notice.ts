// How long until everybody knows: 50 clients in IDLE on one INBOX, one message appended at a time. The commit lies between
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

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const [account] = await server.accounts(1);
  if (account === undefined) throw new Error("no account");
  const writer = await ImapClient.logIn(server.imap, account);
  const watchers: ImapClient[] = [];
  for (let at = 0; at < watchersMany; at++) {
    const watcher = await ImapClient.logIn(server.imap, account);
    await watcher.run("SELECT INBOX");
    watchers.push(watcher);
  }
  const idling = await Promise.all(watchers.map((watcher) => watcher.idle()));
  let exists = 0;
  return [
    {
      label: "notice to 50 watchers in IDLE",
      operation: "notice",
      roundsMax: 3,
      run: async () => {
        const afterFirst: number[] = [];
        const afterSend: number[] = [];
        for (let time = 0; time < scale.of(20); time++) {
          exists++;
          const { heard, sent, done } = await appendAndListen(writer, watchers, exists);
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
        for (const waiting of idling) await waiting.done();
        for (const client of [writer, ...watchers]) await client.logOut();
      },
    },
  ];
}

function figures(afterFirst: readonly number[], afterSend: readonly number[]): Figure[] {
  return [
    { label: "from the first that anybody hears, median", unit: "ms", value: quantile(afterFirst, 0.5) },
    { label: "from the first that anybody hears, 99th percentile", unit: "ms", value: quantile(afterFirst, 0.99) },
    { label: "from the writer's last byte, median", unit: "ms", value: quantile(afterSend, 0.5) },
    { label: "from the writer's last byte, 99th percentile", unit: "ms", value: quantile(afterSend, 0.99) },
  ];
}

/** Resolves when every watcher has been told that `exists` messages are there. */
async function appendAndListen(writer: ImapClient, watchers: readonly ImapClient[], exists: number) {
  const heard: number[] = [];
  const all = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`only ${heard.length} watchers were told`)), patienceMs);
    for (const watcher of watchers) {
      let told = false;
      watcher.onUnasked = (response) => {
        if (told || numberAt(response, 2) !== exists || !response.includes(" EXISTS")) return;
        told = true;
        if (heard.push(performance.now()) < watchers.length) return;
        clearTimeout(late);
        resolve();
      };
    }
  });
  const { bytes } = madeMessage(exists, 2_000);
  const sent = performance.now();
  await writer.runPieces([`APPEND INBOX {${bytes.length}+}\r\n`, bytes]);
  const done = performance.now();
  await all;
  return { heard, sent, done };
}

export const notice: Question = { name: "notice", servers: "shared", prepare };
