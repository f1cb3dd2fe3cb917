// What does an ordinary day cost: 50 clients on ten accounts, two mailboxes each, for a minute. They append, flag, fetch,
// search, move, expunge, idle and change mailboxes as a seed has it, five at once on the same letters, and every answer is
// held against a model: octets, flags, sequence numbers, what a search finds, and in the end everything.

import type { BenchServer } from "./support/bench-server.ts";
import { ImapClient } from "./support/imap-client.ts";
import { LetterModel } from "./support/letter-model.ts";
import { MixedClient } from "./support/mixed-client.ts";
import type { Case, Question, Scale } from "./support/question.ts";
import { chance } from "./support/seeded-mail.ts";

const accountsMany = 10;
const clientsPerAccount = 5;
const seed = 20_261_125;

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const clients: MixedClient[] = [];
  for (const [at, account] of (await server.accounts(accountsMany)).entries()) {
    const model = new LetterModel();
    const first = await ImapClient.logIn(server.imap, account);
    await first.run("CREATE Kept");
    await first.logOut();
    for (let one = 0; one < clientsPerAccount; one++) {
      const number = at * clientsPerAccount + one + 1;
      const client = await ImapClient.logIn(server.imap, account);
      clients.push(new MixedClient(client, number, model, chance(seed + number)));
    }
  }
  for (const client of clients) await client.begin();
  const done = (): number => clients.reduce((sum, { operations }) => sum + operations, 0);
  return [
    {
      label: "a mixed load of 50 clients",
      operation: "operation",
      // A minute in all.
      roundsMax: 3,
      run: async () => {
        const before = done();
        const endMs = performance.now() + scale.of(20_000);
        await Promise.all(clients.map((client) => client.workUntil(endMs)));
        return { operations: done() - before };
      },
      end: async () => {
        for (const client of clients) await client.checkAll();
        for (const client of clients) await client.end();
      },
    },
  ];
}

export const mixed: Question = { name: "mixed", servers: "own", prepare };
