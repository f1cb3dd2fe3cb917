// An account whose INBOX holds real messages: made once a server and number.

import type { Account, BenchServer } from "./bench-server.ts";
import { fill } from "./fill-mailbox.ts";
import { realMessages, type SeededMessage } from "./seeded-mail.ts";

interface RealMailbox {
  readonly account: Account;
  readonly messages: readonly SeededMessage[];
}

const made = new WeakMap<BenchServer, Map<number, RealMailbox>>();

export async function realMailbox(server: BenchServer, count: number): Promise<RealMailbox> {
  const known = made.get(server)?.get(count);
  if (known !== undefined) return known;
  const [account] = await server.accounts(1);
  if (account === undefined) throw new Error("no account");
  const messages = realMessages(count);
  await fill(server, account, { messages });
  const mailbox = { account, messages };
  const ofServer = made.get(server) ?? new Map<number, RealMailbox>();
  made.set(server, ofServer.set(count, mailbox));
  return mailbox;
}
