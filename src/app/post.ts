// Mail on its way: delivery to accounts of this server, the queue, and the smarthost for everything else.

import { join } from "node:path";
import { AccountCarrier } from "../delivery/account-carrier.ts";
import { Delivery } from "../delivery/delivery.ts";
import { Queue } from "../delivery/queue.ts";
import { type Carrier, QueueRunner } from "../delivery/queue-runner.ts";
import { Reports } from "../delivery/reports.ts";
import type { Smarthost } from "../delivery/smarthost-connection.ts";
import { Spool } from "../delivery/spool.ts";
import type { QueueRoute } from "../store/work/queue-insert.ts";
import type { Services } from "./services.ts";
import { systemClock, systemEntropy } from "./system.ts";

export interface PostParts {
  readonly services: Services;
  readonly dataFolder: string;
  readonly hostName: string;
  readonly smarthost: Smarthost | undefined;
  readonly messageBytesMax: number;
  /** Told of errors that nobody waits for. */
  readonly failed: (error: unknown) => void;
  /** Told when the smarthost cannot be reached. */
  readonly smarthostFailed: (error: unknown) => void;
}

export interface Post {
  readonly delivery: Delivery;
  readonly queue: Queue;
  /** Resolves when no attempt is under way; what waits, waits for the next start. */
  stop(): Promise<void>;
}

const time = { clock: systemClock, entropy: systemEntropy };

/** Call once for a data folder that this process holds. */
export async function openPost(parts: PostParts): Promise<Post> {
  const { services, dataFolder, hostName: host, smarthost, messageBytesMax, failed } = parts;
  const { mail, directory, stores } = services;
  const spool = new Spool(join(dataFolder, "spool"), messageBytesMax);
  await spool.prepare();
  const routeOf = (address: string): Promise<QueueRoute | undefined> => reportRoute(parts, address);
  const reports = new Reports({ ...time, host, routeOf });
  const queue = new Queue({ ...time, directory: stores.directory, spool, reports });
  await queue.start();
  const delivery = new Delivery({
    ...time,
    mail,
    directory,
    queue,
    reports,
    spool,
    host,
    smarthost: smarthost === undefined ? "none" : "configured",
    failed,
  });
  const carriers: Carrier[] = [new AccountCarrier(mail, directory, failed)];
  if (smarthost !== undefined) {
    // A tenth of a start's time that most have no use for.
    const { SmarthostCarrier } = await import("../delivery/smarthost-carrier.ts");
    carriers.push(
      new SmarthostCarrier({
        smarthost,
        clock: systemClock,
        reached: () => queue.hurry("smarthost"),
        failed: parts.smarthostFailed,
      }),
    );
  }
  const runner = new QueueRunner({ queue, carriers, clock: systemClock, failed });
  runner.start();
  return { delivery, queue, stop: () => runner.stop() };
}

/** A report goes where mail for its address goes. */
async function reportRoute({ services, smarthost }: PostParts, address: string): Promise<QueueRoute | undefined> {
  const { kind } = await services.directory.resolveRecipient(address);
  if (kind === "account") return "account";
  return kind === "foreign" && smarthost !== undefined ? "smarthost" : undefined;
}
