// What does a full copy cost: the bodies of 10,000 real messages in one FETCH, plain and over TLS? Every byte is compared.

import type { BenchServer } from "./support/bench-server.ts";
import { ImapClient, numberAt } from "./support/imap-client.ts";
import { type Case, expect, type Question, type Scale } from "./support/question.ts";
import { realMailbox } from "./support/real-mailbox.ts";
import type { SeededMessage } from "./support/seeded-mail.ts";

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const { account, messages } = await realMailbox(server, scale.of(10_000));
  const plain = await ImapClient.logIn(server.imap, account);
  const tls = await ImapClient.logIn(server.imaps, account);
  const over = (client: ImapClient, label: string): Case => ({
    label,
    operation: "message",
    run: async () => {
      await fetchBodies(client, messages);
      return { operations: messages.length };
    },
    end: () => client.logOut(),
  });
  await plain.run("EXAMINE INBOX");
  await tls.run("EXAMINE INBOX");
  return [over(plain, "FETCH 1:* (BODY.PEEK[]) of 10,000"), over(tls, "FETCH 1:* (BODY.PEEK[]) of 10,000 over TLS")];
}

async function fetchBodies(client: ImapClient, messages: readonly SeededMessage[]): Promise<void> {
  let lines = 0;
  let wrong = 0;
  await client.run("FETCH 1:* (BODY.PEEK[])", (response) => {
    const bytes = messages[numberAt(response, 2) - 1]?.bytes;
    const start = response.indexOf(10) + 1;
    const brace = response.lastIndexOf(123, start);
    const length = numberAt(response, brace + 1);
    if (bytes?.length !== length || response.compare(bytes, 0, length, start, start + length) !== 0) wrong++;
    lines++;
  });
  expect("bodies", lines, messages.length);
  expect("bodies that differ", wrong, 0);
}

export const fetchBodiesQuestion: Question = { name: "fetch-bodies", servers: "shared", prepare };
