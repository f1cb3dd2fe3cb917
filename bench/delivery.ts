// What does a delivery over LMTP cost: one 10 KB message to 50 accounts in one transaction, and messages to one recipient
// each over 10 connections, spread over 50 accounts?

import type { Account, BenchServer } from "./support/bench-server.ts";
import { ImapClient } from "./support/imap-client.ts";
import { LmtpClient } from "./support/lmtp-client.ts";
import { type Case, expect, type Question, type Scale } from "./support/question.ts";
import { madeMessage, smtpData } from "./support/seeded-mail.ts";

const mailboxes = 50;
const connections = 10;
let nextMessage = 1;

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const accounts = await server.accounts(mailboxes);
  const users = accounts.map(({ user }) => user);
  const ledger = new Map<Account, number>(accounts.map((account) => [account, 0]));
  const delivered = (to: readonly Account[]): void => {
    for (const account of to) ledger.set(account, (ledger.get(account) ?? 0) + 1);
  };
  const transactions = scale.of(20);
  const each = scale.of(100);
  return [
    {
      label: "LMTP delivery of 10 KB, one message to 50 mailboxes",
      operation: "delivery",
      run: async () => {
        const client = await LmtpClient.connect(server.lmtp);
        for (let time = 0; time < transactions; time++) {
          await client.deliver(users, nextData());
          delivered(accounts);
        }
        await client.quit();
        return { operations: transactions * mailboxes };
      },
    },
    {
      label: "LMTP delivery of 10 KB, a message to each of 50 mailboxes, 10 connections",
      operation: "delivery",
      run: async () => {
        await Promise.all(
          Array.from({ length: connections }, async (_, at) => {
            const client = await LmtpClient.connect(server.lmtp);
            for (let time = 0; time < each; time++) {
              const account = accounts[(at * 5 + time) % mailboxes];
              if (account === undefined) throw new Error("no account");
              await client.deliver([account.user], nextData());
              delivered([account]);
            }
            await client.quit();
          }),
        );
        return { operations: connections * each };
      },
      end: () => compare(server, ledger),
    },
  ];
}

const nextData = (): Buffer => smtpData(madeMessage(nextMessage++, 10 * 1024).bytes);

/** Each mailbox holds what was delivered into it. */
async function compare(server: BenchServer, ledger: ReadonlyMap<Account, number>): Promise<void> {
  for (const [account, wanted] of ledger) {
    const client = await ImapClient.logIn(server.imap, account);
    let messages = -1;
    await client.run("STATUS INBOX (MESSAGES)", (response) => {
      messages = Number(/MESSAGES (\d+)/.exec(response.toString("latin1"))?.[1]);
    });
    expect(`messages of ${account.user}`, messages, wanted);
    await client.logOut();
  }
}

export const delivery: Question = { name: "delivery", servers: "shared", prepare };
