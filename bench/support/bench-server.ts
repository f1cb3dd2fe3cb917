// What a question sees of a server, ours or the peer: where it listens, who has an account, what it has used.

import { setTimeout as sleep } from "node:timers/promises";
import { cpuMsOf, processesOf, pssKibOf } from "./process-tree.ts";
import type { Endpoint } from "./wire-socket.ts";

export interface Account {
  readonly user: string;
  readonly password: string;
}

export type ServerName = "dakghar" | "dovecot";

export interface BenchServer extends AsyncDisposable {
  readonly name: ServerName;
  readonly pid: number;
  readonly imap: Endpoint;
  readonly imaps: Endpoint;
  readonly pop3: Endpoint;
  readonly lmtp: Endpoint;
  /** New accounts with empty mailboxes. */
  accounts(count: number): Promise<readonly Account[]>;
  /** Brings an index over the account's text up to date, where the server has one. */
  index(account: Account): Promise<void>;
  /** Forgets what the server keeps to answer faster the second time, where it keeps such things. */
  forget(account: Account): Promise<void>;
}

/** CPU so far in milliseconds. */
export const cpuMs = (server: BenchServer): number => cpuMsOf(server.pid);

/** Memory now in KiB. */
export const memoryKib = (server: BenchServer): number => pssKibOf(server.pid);

export const processes = (server: BenchServer): number => processesOf(server.pid);

/** Waits until the server has nothing left to do: what it puts off (a late flush, a checkpoint, a process that ends) counts too. */
export async function settled(server: BenchServer): Promise<void> {
  let before = cpuMs(server);
  let quiet = 0;
  for (let waited = 0; waited < 5_000 && quiet < 4; waited += 150) {
    await sleep(150);
    const now = cpuMs(server);
    quiet = now - before < 2 ? quiet + 1 : 0;
    before = now;
  }
}

/** Waits until nothing has happened for longer than anything is put off: mail that came in is indexed some seconds later. */
export async function atRest(server: BenchServer): Promise<void> {
  for (let waitedMs = 0, quietMs = 0; waitedMs < 180_000 && quietMs < 4_000; waitedMs += 500) {
    const before = cpuMs(server);
    await sleep(500);
    quietMs = cpuMs(server) - before < 5 ? quietMs + 500 : 0;
  }
}
