// What does a line of FETCH FLAGS cost, in a mailbox of 100,000 messages of which every third has been read?

import type { BenchServer } from "./support/bench-server.ts";
import { hugeMailbox } from "./support/huge-mailbox.ts";
import { ImapClient, numberAt } from "./support/imap-client.ts";
import { type Case, expect, type Question, type Scale } from "./support/question.ts";

const seen = Buffer.from("\\Seen");
const uidWord = Buffer.from("UID ");

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const messages = scale.of(100_000);
  const { account } = await hugeMailbox(server, messages);
  const client = await ImapClient.logIn(server.imap, account);
  await client.run("SELECT INBOX");
  const times = 5;
  return [
    {
      label: "FETCH 1:* (FLAGS) of 100,000",
      operation: "line",
      run: async () => {
        for (let time = 0; time < times; time++) await fetchFlags(client, messages, "FLAGS");
        return { operations: times * messages };
      },
    },
    {
      label: "FETCH 1:* (UID FLAGS) of 100,000",
      operation: "line",
      run: async () => {
        for (let time = 0; time < times; time++) await fetchFlags(client, messages, "UID FLAGS");
        return { operations: times * messages };
      },
      end: () => client.logOut(),
    },
  ];
}

async function fetchFlags(client: ImapClient, messages: number, items: "FLAGS" | "UID FLAGS"): Promise<void> {
  let lines = 0;
  let read = 0;
  let wrong = 0;
  await client.run(`FETCH 1:* (${items})`, (response) => {
    lines++;
    // Both servers answer in the order of the numbers, which are the UIDs here too.
    if (numberAt(response, 2) !== lines) wrong++;
    if (items === "UID FLAGS" && numberAt(response, response.indexOf(uidWord) + 4) !== lines) wrong++;
    if (response.includes(seen)) read++;
  });
  expect("lines", lines, messages);
  expect("lines with a wrong number", wrong, 0);
  expect("messages read", read, Math.floor(messages / 3));
}

export const fetchFlagsQuestion: Question = { name: "fetch-flags", servers: "shared", prepare };
