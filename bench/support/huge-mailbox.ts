// An account whose INBOX holds very many small messages, every third of them read: made once a server and size.

import type { Account, BenchServer } from "./bench-server.ts";
import { fill } from "./fill-mailbox.ts";
import { ImapClient } from "./imap-client.ts";
import { madeMessage } from "./seeded-mail.ts";

const made = new WeakMap<BenchServer, Map<number, { readonly account: Account }>>();

export async function hugeMailbox(server: BenchServer, messages: number): Promise<{ readonly account: Account }> {
  const known = made.get(server)?.get(messages);
  if (known !== undefined) return known;
  const [account] = await server.accounts(1);
  if (account === undefined) throw new Error("no account");
  await fill(server, account, { messages: smallMessages(messages) });
  const client = await ImapClient.logIn(server.imap, account);
  await client.run("SELECT INBOX");
  for (let from = 3; from <= messages; from += 3_000) {
    const thirds = Array.from({ length: 1_000 }, (_, at) => from + 3 * at).filter((number) => number <= messages);
    await client.run(`STORE ${thirds.join(",")} +FLAGS.SILENT (\\Seen)`);
  }
  await client.logOut();
  const mailbox = { account };
  const ofServer = made.get(server) ?? new Map<number, { readonly account: Account }>();
  made.set(server, ofServer.set(messages, mailbox));
  return mailbox;
}

function* smallMessages(count: number) {
  for (let number = 1; number <= count; number++) yield madeMessage(number, 700);
}
