// What does a POP3 download cost: log in, UIDL, LIST, RETR of 10,000 real messages one after the other, QUIT? Every byte is
// compared; nothing is deleted.

import type { BenchServer } from "./support/bench-server.ts";
import { Pop3Client } from "./support/pop3-client.ts";
import { type Case, expect, type Question, type Scale } from "./support/question.ts";
import { realMailbox } from "./support/real-mailbox.ts";
import { dotStuffed } from "./support/seeded-mail.ts";

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const { account, messages } = await realMailbox(server, scale.of(10_000));
  // A message that does not end with a line end gets one on its way (RFC 1939 3).
  const wanted = messages.map(({ bytes }) => {
    const stuffed = dotStuffed(bytes);
    return stuffed.at(-1) === 10 ? stuffed : Buffer.concat([stuffed, Buffer.from("\r\n")]);
  });
  return [
    {
      label: "POP3 download of 10,000",
      operation: "message",
      run: async () => {
        const client = await Pop3Client.logIn(server.pop3, account);
        expect("lines of UIDL", lines(await client.listing("UIDL")), wanted.length);
        expect("lines of LIST", lines(await client.listing("LIST")), wanted.length);
        let wrong = 0;
        for (const [at, bytes] of wanted.entries())
          if (!(await client.listing(`RETR ${at + 1}`)).equals(bytes)) wrong++;
        expect("messages that differ", wrong, 0);
        await client.quit();
        return { operations: wanted.length };
      },
    },
  ];
}

function lines(listing: Buffer): number {
  let count = 0;
  for (const byte of listing) if (byte === 10) count++;
  return count;
}

export const pop3: Question = { name: "pop3", servers: "shared", prepare };
