// What does a waiting client cost: memory of 1,000 connections in IDLE, 20 for each of 50 accounts with 100 messages? The
// proportional set size of all processes with the connections less that without them. Nothing else is going on.

import { setTimeout as sleep } from "node:timers/promises";
import { type BenchServer, memoryKib, settled } from "./support/bench-server.ts";
import { fill } from "./support/fill-mailbox.ts";
import { ImapClient } from "./support/imap-client.ts";
import { type Case, expect, type Question, type Scale } from "./support/question.ts";
import { madeMessage } from "./support/seeded-mail.ts";

const perAccount = 20;

async function prepare(server: BenchServer, scale: Scale, label: string): Promise<readonly Case[]> {
  const accounts = await server.accounts(scale.of(1_000) / perAccount);
  const messages = Array.from({ length: 100 }, (_, at) => madeMessage(at, 700));
  for (const account of accounts) await fill(server, account, { messages });
  const clients: ImapClient[] = [];
  return [
    {
      label,
      operation: "connection",
      roundsMax: 1,
      run: async () => {
        await settled(server);
        const before = memoryKib(server);
        for (let time = 0; time < perAccount; time++) {
          for (const account of accounts) {
            const client = await ImapClient.logIn(server.imap, account);
            await client.run("SELECT INBOX");
            await client.idle();
            clients.push(client);
          }
        }
        await sleep(scale.kind === "full" ? 5_000 : 2_000);
        const each = (memoryKib(server) - before) / clients.length;
        return { operations: 0, figures: [{ label: "memory of a connection", unit: "KiB", value: each }] };
      },
      after: async () => {
        expect("connections", clients.length, scale.of(1_000));
        for (const client of clients) client.destroy();
      },
    },
  ];
}

export const idle: Question = {
  name: "idle",
  servers: "own",
  prepare: (server, scale) => prepare(server, scale, "1,000 connections in IDLE"),
};

/**
 * Against Dovecot's way to hold many: connections that wait are handed to one process, which starts an imap process when
 * there is news. Processes that serve one connection end at once when theirs is handed over.
 */
export const idleHibernated: Question = {
  name: "idle-hibernated",
  servers: "own",
  dovecot: { hibernateMs: 1_000, connectionsPerProcess: 1, systemUsers: "each" },
  prepare: (server, scale) => prepare(server, scale, "1,000 connections in IDLE (Dovecot with hibernation)"),
};
