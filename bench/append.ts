// What does a durable APPEND of 10 KB cost: from one client, from 20 at once into one mailbox, and from 20 at once into
// mailboxes of their own accounts?

import type { Account, BenchServer } from "./support/bench-server.ts";
import { ImapClient } from "./support/imap-client.ts";
import { type Case, expect, type Question, type Scale } from "./support/question.ts";
import { madeMessage } from "./support/seeded-mail.ts";

const bytes = 10 * 1024;
const clientsMany = 20;

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const [one, shared, ...own] = await server.accounts(2 + clientsMany);
  if (one === undefined || shared === undefined) throw new Error("no accounts");
  return [
    await appending(server, [one], { label: "APPEND 10 KB, 1 client", each: scale.of(400) }),
    await appending(
      server,
      Array.from({ length: clientsMany }, () => shared),
      {
        label: "APPEND 10 KB, 20 clients, one mailbox",
        each: scale.of(50),
      },
    ),
    await appending(server, own, { label: "APPEND 10 KB, 20 clients, 20 accounts", each: scale.of(50) }),
  ];
}

let nextMessage = 1;

async function appending(
  server: BenchServer,
  accounts: readonly Account[],
  { label, each }: { readonly label: string; readonly each: number },
): Promise<Case> {
  const clients: ImapClient[] = [];
  for (const account of accounts) clients.push(await ImapClient.logIn(server.imap, account));
  let messages: Buffer[][] = [];
  return {
    label,
    operation: "message",
    before: async () => {
      messages = clients.map(() => Array.from({ length: each }, () => madeMessage(nextMessage++, bytes).bytes));
    },
    run: async () => {
      const uids = await Promise.all(clients.map((client, at) => appendAll(client, messages[at] ?? [])));
      if (new Set(accounts).size === 1) {
        const all = uids.flat();
        expect("different UIDs", new Set(all).size, all.length);
      }
      return { operations: each * clients.length };
    },
    end: async () => {
      await Promise.all(clients.map((client) => client.logOut()));
    },
  };
}

async function appendAll(client: ImapClient, messages: readonly Buffer[]): Promise<number[]> {
  const uids: number[] = [];
  for (const message of messages) {
    const text = await client.runPieces([`APPEND INBOX {${message.length}+}\r\n`, message]);
    const uid = Number(/\[APPENDUID \d+ (\d+)\]/.exec(text)?.[1]);
    if (!(uid > (uids.at(-1) ?? 0))) throw new Error(`UIDs must grow: ${text}`);
    uids.push(uid);
  }
  return uids;
}

export const append: Question = { name: "append", servers: "shared", prepare };
