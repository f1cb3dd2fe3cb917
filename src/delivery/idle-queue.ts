// The queue where nobody works it off: for an administrator's command while no server runs.

import type { Clock, Entropy } from "../base/clock.ts";
import { messageBytesMax } from "../base/limits.ts";
import type { Directory } from "../directory/directory.ts";
import type { Database } from "../store/store.ts";
import type { QueueRoute } from "../store/work/queue-insert.ts";
import { Queue } from "./queue.ts";
import { QueueDesk } from "./queue-desk.ts";
import { Reports } from "./reports.ts";
import { Spool } from "./spool.ts";

export interface IdleQueueParts {
  readonly spoolFolder: string;
  readonly database: Database;
  readonly directory: Pick<Directory, "resolveRecipient">;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** This server's name, for reports. */
  readonly host: string;
}

/** Call when this process alone has the data: what another one left under way is nobody's now. */
export async function idleQueue(parts: IdleQueueParts): Promise<{ readonly queue: Queue; readonly desk: QueueDesk }> {
  const { spoolFolder, database, directory, clock, entropy, host } = parts;
  const spool = new Spool(spoolFolder, messageBytesMax);
  await spool.prepare();
  // A report for another server's address waits until there is a way to it.
  const routeOf = async (address: string): Promise<QueueRoute | undefined> => {
    const { kind } = await directory.resolveRecipient(address);
    return kind === "account" ? "account" : kind === "foreign" ? "smarthost" : undefined;
  };
  const reports = new Reports({ clock, entropy, host, routeOf, unreported: () => undefined });
  const queue = new Queue({ directory: database, spool, reports, clock, entropy, noted: () => undefined });
  await queue.start();
  return { queue, desk: new QueueDesk({ queue, directory: database, clock }) };
}
