// 10,000 clients that wait: the memory of the whole server, what a connection takes in the clear, inside TLS, and compressed,
// and whether those who watch a mailbox hear of a change among all the others, and they alone. Dovecot has a process for each
// of them, or 44 KB with hibernation (the question "idle-hibernated"): it is not asked.

import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, type BenchServer, memoryKib, settled } from "./support/bench-server.ts";
import { fill } from "./support/fill-mailbox.ts";
import { ImapClient } from "./support/imap-client.ts";
import { residentKib } from "./support/process-tree.ts";
import { type Case, expect, type Figure, type Question, type Scale } from "./support/question.ts";
import { madeMessage } from "./support/seeded-mail.ts";

const accountsMany = 20;
/** Logins at once. */
const abreast = 20;

async function prepare(server: BenchServer, scale: Scale, kind: "plain" | "tls"): Promise<readonly Case[]> {
  const plain = scale.of(10_000);
  enoughDescriptors(plain + 500);
  const accounts = await server.accounts(accountsMany);
  const messages = Array.from({ length: 100 }, (_, at) => madeMessage(at, 700));
  for (const account of accounts) await fill(server, account, { messages });
  const connections = (label: string, count: number, connect: Connect): Case => ({
    label,
    operation: "connection",
    roundsMax: 1,
    run: async () => ({ operations: 0, figures: await manyWait(server, accounts, { count, connect }) }),
  });
  const inTls = scale.of(2_000);
  return kind === "plain"
    ? [connections(`${plain} connections in IDLE`, plain, (account) => ImapClient.logIn(server.imap, account))]
    : [
        connections(`${inTls} connections in IDLE inside TLS`, inTls, (account) =>
          ImapClient.logIn(server.imaps, account),
        ),
      ];
}

type Connect = (account: Account) => Promise<ImapClient>;

interface Many {
  readonly count: number;
  readonly connect: Connect;
}

async function manyWait(
  server: BenchServer,
  accounts: readonly Account[],
  { count, connect }: Many,
): Promise<Figure[]> {
  await settled(server);
  const before = memoryKib(server);
  const clients: { readonly account: Account; readonly client: ImapClient }[] = [];
  while (clients.length < count) {
    const some = Array.from({ length: Math.min(abreast, count - clients.length) }, async (_, at) => {
      const account = accounts[(clients.length + at) % accounts.length];
      if (account === undefined) throw new Error("no account");
      const client = await connect(account);
      await client.run("SELECT INBOX");
      await client.idle();
      return { account, client };
    });
    clients.push(...(await Promise.all(some)));
  }
  await sleep(10_000);
  const after = memoryKib(server);
  const resident = residentKib(server.pid);
  const [first] = accounts;
  if (first === undefined) throw new Error("no account");
  const heardMs = await oneChange(server, first, clients);
  for (const { client } of clients) client.destroy();
  await sleep(2_000);
  return [
    { label: "memory of a connection", unit: "KiB", value: (after - before) / count },
    { label: "resident memory of the whole server", unit: "MiB", value: resident / 1_024 },
    { label: "until all who watch have heard of a change", unit: "ms", value: heardMs },
  ];
}

/** A message comes to one account: its watchers hear of it, and nobody else hears anything. */
async function oneChange(
  server: BenchServer,
  account: Account,
  clients: readonly { readonly account: Account; readonly client: ImapClient }[],
): Promise<number> {
  const watchers = clients.filter((one) => one.account === account);
  let strangers = 0;
  let heard = 0;
  const all = new Promise<void>((resolve) => {
    for (const { client, account: whose } of clients)
      client.onUnasked = (response) => {
        if (whose !== account) strangers++;
        else if (response.includes(" EXISTS") && ++heard === watchers.length) resolve();
      };
  });
  const from = performance.now();
  await fill(server, account, { messages: [madeMessage(1_000, 700)] });
  await Promise.race([all, sleep(30_000)]);
  const took = performance.now() - from;
  expect("watchers who heard", heard, watchers.length);
  expect("others who heard", strangers, 0);
  return took;
}

/** Node raises what it may have to what the system allows; more than that nobody can. */
function enoughDescriptors(wanted: number): void {
  const allowed = execFileSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }).trim();
  if (allowed !== "unlimited" && Number(allowed) < wanted)
    throw new Error(`${wanted} descriptors are needed and ${allowed} allowed: ulimit -Hn ${wanted} as root`);
}

const idleManyOf = (name: string, kind: "plain" | "tls"): Question => {
  return {
    name,
    servers: "own",
    asked: "when-named",
    of: "dakghar",
    prepare: (server, scale) => prepare(server, scale, kind),
  };
};

export const idleMany = idleManyOf("idle-many", "plain");
export const idleManyTls = idleManyOf("idle-many-tls", "tls");
