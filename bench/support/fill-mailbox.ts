// Fills a mailbox over IMAP, the same way on every server: many messages in one APPEND (RFC 3502).

import type { Account, BenchServer } from "./bench-server.ts";
import { ImapClient } from "./imap-client.ts";
import type { SeededMessage } from "./seeded-mail.ts";

const batchMessages = 500;
const batchBytes = 4 * 1024 * 1024;

export async function fill(
  server: BenchServer,
  account: Account,
  { mailbox = "INBOX", messages }: { readonly mailbox?: string; readonly messages: Iterable<SeededMessage> },
): Promise<void> {
  const client = await ImapClient.logIn(server.imap, account);
  if (mailbox !== "INBOX") await client.run(`CREATE ${mailbox}`);
  let pieces: (string | Buffer)[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (pieces.length === 0) return;
    const batch = pieces;
    pieces = [];
    bytes = 0;
    await client.runPieces([`APPEND ${mailbox}`, ...batch]);
  };
  for (const message of messages) {
    pieces.push(` {${message.bytes.length}+}\r\n`, message.bytes);
    bytes += message.bytes.length;
    if (pieces.length >= 2 * batchMessages || bytes >= batchBytes) await flush();
  }
  await flush();
  await client.logOut();
}
