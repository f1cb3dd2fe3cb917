// What does a flag change cost: STORE of one message each, adding and removing in turn, from one client, from 20 at once in
// one mailbox (each hears of the others' changes too), and from 20 at once in accounts of their own?

import type { Account, BenchServer } from "./support/bench-server.ts";
import { fill } from "./support/fill-mailbox.ts";
import { ImapClient, numberAt } from "./support/imap-client.ts";
import { type Case, expect, type Question, type Scale } from "./support/question.ts";
import { madeMessage } from "./support/seeded-mail.ts";

const clientsMany = 20;
const flagged = Buffer.from("\\Flagged");

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const [one, shared, ...own] = await server.accounts(2 + clientsMany);
  if (one === undefined || shared === undefined) throw new Error("no accounts");
  const each = scale.of(100);
  for (const account of [one, shared, ...own])
    await fill(server, account, {
      messages: Array.from({ length: 20 * each }, (_, at) => madeMessage(at, 700)),
    });
  return [
    await storing(server, [one], { label: "STORE +/-FLAGS, 1 client", each: 20 * each }),
    await storing(
      server,
      Array.from({ length: clientsMany }, () => shared),
      {
        label: "STORE +/-FLAGS, 20 clients, one mailbox",
        each,
      },
    ),
    await storing(server, own, { label: "STORE +/-FLAGS, 20 clients, 20 accounts", each }),
  ];
}

async function storing(
  server: BenchServer,
  accounts: readonly Account[],
  { label, each }: { readonly label: string; readonly each: number },
): Promise<Case> {
  const clients: ImapClient[] = [];
  for (const account of accounts) {
    const client = await ImapClient.logIn(server.imap, account);
    await client.run("SELECT INBOX");
    clients.push(client);
  }
  let round = 0;
  return {
    label,
    operation: "change",
    run: async () => {
      const sign = round++ % 2 === 0 ? "+" : "-";
      await Promise.all(clients.map((client, at) => storeEach(client, { from: at * each + 1, count: each, sign })));
      return { operations: each * clients.length };
    },
    end: async () => {
      await Promise.all(clients.map((client) => client.logOut()));
    },
  };
}

interface Range {
  readonly from: number;
  readonly count: number;
  readonly sign: "+" | "-";
}

/** Each client has messages of its own, so that every change is one. */
async function storeEach(client: ImapClient, { from, count, sign }: Range): Promise<void> {
  for (let number = from; number < from + count; number++) {
    let told = false;
    await client.run(`STORE ${number} ${sign}FLAGS (\\Flagged)`, (response) => {
      if (numberAt(response, 2) === number && response.includes(flagged) === (sign === "+")) told = true;
    });
    expect(`message ${number} told with its new flags`, told, true);
  }
}

export const storeFlags: Question = { name: "store-flags", servers: "shared", prepare };
