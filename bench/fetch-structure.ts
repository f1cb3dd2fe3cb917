// What does a message list cost: ENVELOPE and BODYSTRUCTURE of 10,000 real messages, the first time that anybody asks and
// again? Dakghar computes both at delivery; Dovecot parses at the first question and keeps the answer.

import type { BenchServer } from "./support/bench-server.ts";
import { ImapClient, numberAt } from "./support/imap-client.ts";
import { type Case, expect, type Question, type Scale } from "./support/question.ts";
import { realMailbox } from "./support/real-mailbox.ts";
import type { SeededMessage } from "./support/seeded-mail.ts";

const structure = Buffer.from("BODYSTRUCTURE (");

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const { account, messages } = await realMailbox(server, scale.of(10_000));
  const marks = messages.map(({ mark }) => Buffer.from(mark));
  const run = async () => {
    const client = await ImapClient.logIn(server.imap, account);
    await client.run("SELECT INBOX");
    await fetchStructure(client, messages, marks);
    await client.logOut();
    return { operations: messages.length };
  };
  return [
    {
      label: "FETCH 1:* (ENVELOPE BODYSTRUCTURE) of 10,000, fresh",
      operation: "message",
      before: () => server.forget(account),
      run,
    },
    { label: "FETCH 1:* (ENVELOPE BODYSTRUCTURE) of 10,000, again", operation: "message", run },
  ];
}

async function fetchStructure(
  client: ImapClient,
  messages: readonly SeededMessage[],
  marks: readonly Buffer[],
): Promise<void> {
  let lines = 0;
  let wrong = 0;
  await client.run("FETCH 1:* (ENVELOPE BODYSTRUCTURE)", (response) => {
    const mark = marks[numberAt(response, 2) - 1];
    if (mark === undefined || !response.includes(mark) || !response.includes(structure)) wrong++;
    lines++;
  });
  expect("lines", lines, messages.length);
  expect("lines without the message's own Message-ID or a structure", wrong, 0);
}

export const fetchStructureQuestion: Question = { name: "fetch-structure", servers: "shared", prepare };
