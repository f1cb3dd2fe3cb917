// What does indexing add to delivery? The same real messages are delivered over LMTP to the server as it runs and to one that
// indexes nothing; the difference in CPU is the indexing thread's, and must be at most twice what a delivery takes.
//
//   node bench/index-cost.ts [MESSAGES]     6,046 if left out

import { setTimeout as sleep } from "node:timers/promises";
import { indexDelayMs } from "../src/base/limits.ts";
import { type BenchServer, cpuMs, settled } from "./support/bench-server.ts";
import { benchTls } from "./support/bench-tls.ts";
import { startDakghar } from "./support/dakghar-server.ts";
import { LmtpClient } from "./support/lmtp-client.ts";
import { realMessages, smtpData } from "./support/seeded-mail.ts";

const count = Number(process.argv[2] ?? 6_046);
const connections = 4;
const rounds = 3;

{
  await using tls = await benchTls();
  const readings: Record<"without" | "with", number[]> = { without: [], with: [] };
  for (let round = 0; round <= rounds; round++)
    for (const [name, indexing] of [
      ["without", "on-demand"],
      ["with", "after-delivery"],
    ] as const) {
      await using server = await startDakghar({ tls, profile: false, indexing });
      const perMessage = await deliverAll(server);
      // The first of each compiles what it runs.
      if (round > 0) readings[name].push(perMessage);
    }
  const [without, whole] = [readings.without, readings.with].map(
    (some) => some.sort((a, b) => a - b)[rounds >> 1] ?? 0,
  );
  if (without === undefined || whole === undefined) throw new Error("no readings");
  const indexing = whole - without;
  console.log(
    `CPU a message: delivery ${without.toFixed(0)} µs, indexing ${indexing.toFixed(0)} µs, ${(indexing / without).toFixed(2)} times as much`,
  );
}

/** Microseconds a message, until nothing more happens. */
async function deliverAll(server: BenchServer): Promise<number> {
  const [account] = await server.accounts(1);
  if (account === undefined) throw new Error("no account");
  const messages = realMessages(count);
  await settled(server);
  const before = cpuMs(server);
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      const client = await LmtpClient.connect(server.lmtp);
      for (let at = connection; at < messages.length; at += connections) {
        const message = messages[at];
        if (message !== undefined) await client.deliver([account.user], smtpData(message.bytes));
      }
      await client.quit();
    }),
  );
  await sleep(indexDelayMs + 1_000);
  await settled(server);
  return (1_000 * (cpuMs(server) - before)) / count;
}
