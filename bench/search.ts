// What does looking for a word cost among 10,000 real messages: in all text, in bodies, in subjects? Each word stands in a message
// that chance picked. Dakghar has an index over text, Dovecot needs a plug-in for that and reads.

import { Chance } from "../test/support/chance.ts";
import type { BenchServer } from "./support/bench-server.ts";
import { ImapClient } from "./support/imap-client.ts";
import { type Case, expect, type Question, type Scale } from "./support/question.ts";
import { realMailbox } from "./support/real-mailbox.ts";
import type { SeededMessage } from "./support/seeded-mail.ts";

/** A word, and the number of a message that has it. */
interface Wanted {
  readonly word: string;
  readonly message: number;
}

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const { account, messages } = await realMailbox(server, scale.of(10_000));
  await server.index(account);
  const client = await ImapClient.logIn(server.imap, account);
  await client.run("EXAMINE INBOX");
  const looking = (key: string, wanted: readonly Wanted[]): Case => ({
    label: `SEARCH ${key} of a word in 10,000`,
    operation: "search",
    roundsMax: 3,
    run: async () => {
      for (const one of wanted) await look(client, key, one);
      return { operations: wanted.length };
    },
  });
  return [
    looking("TEXT", words(messages, bodyOf, 8)),
    looking("BODY", words(messages, bodyOf, 8)),
    { ...looking("SUBJECT", words(messages, subjectOf, 40)), end: () => client.logOut() },
  ];
}

async function look(client: ImapClient, key: string, { word, message }: Wanted): Promise<void> {
  let found = "";
  await client.run(`SEARCH ${key} ${word}`, (response) => {
    if (response.toString("latin1", 2, 8) === "SEARCH") found = response.toString("latin1");
  });
  const isThere = new RegExp(` ${message}[ \\r]`).test(found);
  expect(`message ${message} among those with ${word}`, isThere, true);
}

/** Words of messages that every server reads alike: plain ones, in a plain text. */
function words(messages: readonly SeededMessage[], textOf: (message: string) => string, count: number): Wanted[] {
  const chance = new Chance(11);
  const wanted: Wanted[] = [];
  while (wanted.length < count) {
    const message = chance.below(messages.length);
    const some =
      textOf(messages[message]?.bytes.toString("latin1") ?? "").match(/(?<![\w=&%])[a-z]{4,12}(?![\w=])/g) ?? [];
    const word = some[chance.below(some.length)];
    if (word !== undefined) wanted.push({ word, message: message + 1 });
  }
  return wanted;
}

const blankLine = "\r\n\r\n";

function bodyOf(message: string): string {
  const header = message.slice(0, message.indexOf(blankLine));
  const isPlain = !/^content-/im.test(header) && !/[^\x00-\x7f]/.test(message);
  return isPlain ? message.slice(header.length + blankLine.length) : "";
}

function subjectOf(message: string): string {
  const header = message.slice(0, message.indexOf(blankLine));
  return /^subject: ([\x20-\x7e]*)\r\n(?![ \t])/im.exec(header)?.[1] ?? "";
}

export const searchQuestion: Question = { name: "search", servers: "shared", prepare };
