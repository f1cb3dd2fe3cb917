// What does it cost to come back (RFC 7162): SELECT with QRESYNC after 40 flag changes and 10 expunges, in a mailbox of
// 100,000 messages and in one of 1,000? It should cost as much as has changed, whatever the size.

import type { Account, BenchServer } from "./support/bench-server.ts";
import { hugeMailbox } from "./support/huge-mailbox.ts";
import { ImapClient, numberAt } from "./support/imap-client.ts";
import { type Case, expect, type Question, type Scale } from "./support/question.ts";

const flagChanges = 40;
const expunges = 10;

async function prepare(server: BenchServer, scale: Scale): Promise<readonly Case[]> {
  const { account: large } = await hugeMailbox(server, scale.of(100_000));
  const { account: small } = await hugeMailbox(server, 1_000);
  return [
    await resyncing(server, large, { label: "QRESYNC of 100,000 with 50 changes", messages: scale.of(100_000), scale }),
    await resyncing(server, small, { label: "QRESYNC of 1,000 with 50 changes", messages: 1_000, scale }),
  ];
}

interface Wish {
  readonly label: string;
  readonly messages: number;
  readonly scale: Scale;
}

async function resyncing(server: BenchServer, account: Account, { label, messages, scale }: Wish): Promise<Case> {
  const client = await ImapClient.logIn(server.imap, account);
  await client.run("ENABLE QRESYNC");
  let uidValidity = 0;
  let modSeq = 0;
  await client.run("SELECT INBOX", (response) => {
    const text = response.toString("latin1");
    uidValidity = Number(/\[UIDVALIDITY (\d+)\]/.exec(text)?.[1] ?? uidValidity);
    modSeq = Number(/\[HIGHESTMODSEQ (\d+)\]/.exec(text)?.[1] ?? modSeq);
  });
  await change(client, messages);
  await client.run("UNSELECT");
  const operations = scale.of(200);
  return {
    label,
    operation: "SELECT",
    run: async () => {
      for (let time = 0; time < operations; time++) await resync(client, uidValidity, modSeq);
      return { operations };
    },
    end: () => client.logOut(),
  };
}

/** Spread over the mailbox: every 50th part of it has one change, each a transaction of its own. */
async function change(client: ImapClient, messages: number): Promise<void> {
  const step = Math.floor(messages / (flagChanges + expunges));
  for (let number = 0; number < flagChanges + expunges; number++) {
    const uid = 1 + number * step;
    if (number % 5 !== 4) await client.run(`UID STORE ${uid} +FLAGS.SILENT (\\Answered)`);
    else {
      await client.run(`UID STORE ${uid} +FLAGS.SILENT (\\Deleted)`);
      await client.run(`UID EXPUNGE ${uid}`);
    }
  }
}

async function resync(client: ImapClient, uidValidity: number, modSeq: number): Promise<void> {
  let fetched = 0;
  let vanished = 0;
  await client.run(`SELECT INBOX (QRESYNC (${uidValidity} ${modSeq}))`, (response) => {
    if (response.includes(" FETCH (")) {
      if (response.includes("\\Answered") && numberAt(response, 2) > 0) fetched++;
    } else if (response.includes("* VANISHED (EARLIER) "))
      vanished += response.toString("latin1").slice("* VANISHED (EARLIER) ".length).split(",").length;
  });
  expect("messages with new flags", fetched, flagChanges);
  expect("messages that vanished", vanished, expunges);
  await client.run("UNSELECT");
}

export const qresync: Question = { name: "qresync", servers: "shared", prepare };
