// Delivery put together: the spool, the queue, who works it off, and the service that adapters hand messages to.

import type { Clock, Entropy } from "../base/clock.ts";
import type { Directory } from "../directory/directory.ts";
import type { Database } from "../store/store.ts";
import type { QueueRoute } from "../store/work/queue-insert.ts";
import { AccountCarrier } from "./account-carrier.ts";
import { Delivery } from "./delivery.ts";
import { DiskRoom, freeBytesOf } from "./disk-room.ts";
import type { FilingPort } from "./file-letter.ts";
import { type AttemptEvent, Queue } from "./queue.ts";
import { QueueDesk } from "./queue-desk.ts";
import { type Carrier, QueueRunner } from "./queue-runner.ts";
import { Reports } from "./reports.ts";
import type { SmarthostCarrierParts } from "./smarthost-carrier.ts";
import type { Smarthost } from "./smarthost-connection.ts";
import { Spool } from "./spool.ts";
import { strandedCarrier } from "./stranded-carrier.ts";

export interface DeliveryOfficeParts {
  /** The folder of the spool; made when it is not there. */
  readonly spoolFolder: string;
  /** Where the queue's rows are. */
  readonly database: Database;
  readonly mail: FilingPort;
  readonly directory: Pick<Directory, "resolveRecipient" | "ownsAddress" | "account">;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** This server's name, for trace fields and reports. */
  readonly host: string;
  readonly messageBytesMax: number;
  /** Undefined: mail for other servers is refused. */
  readonly smarthost: Smarthost | undefined;
  /** Told of errors that nobody waits for. */
  readonly failed: (error: unknown) => void;
  /** Told of what the queue does, for the log and the metrics. */
  readonly noted: (event: DeliveryEvent) => void;
}

export type DeliveryEvent =
  | AttemptEvent
  /** An address of another server has had as many reports as it may have. */
  | { readonly kind: "unreported"; readonly sender: string }
  /** The smarthost did not let us in; it is left alone for a while. */
  | { readonly kind: "unreachable"; readonly host: string; readonly why: string };

type Opened = Pick<DeliveryOffice, "delivery" | "queue" | "desk">;

export class DeliveryOffice {
  readonly delivery: Delivery;
  readonly queue: Queue;
  readonly desk: QueueDesk;
  readonly #runner: QueueRunner;

  private constructor({ delivery, queue, desk }: Opened, runner: QueueRunner) {
    this.delivery = delivery;
    this.queue = queue;
    this.desk = desk;
    this.#runner = runner;
  }

  /** Call when this process alone has the data. The queue is worked off from now on. */
  static async open(parts: DeliveryOfficeParts): Promise<DeliveryOffice> {
    const { spoolFolder, database, mail, directory, clock, entropy, host, messageBytesMax, smarthost } = parts;
    const { failed, noted } = parts;
    const spool = new Spool(spoolFolder, messageBytesMax);
    await spool.prepare();
    const routeOf = (address: string): Promise<QueueRoute | undefined> => queueRoute(directory, smarthost, address);
    const reports = new Reports({
      clock,
      entropy,
      host,
      routeOf,
      unreported: (sender) => noted({ kind: "unreported", sender }),
    });
    const queue = new Queue({ directory: database, spool, reports, clock, entropy, noted });
    await queue.start();
    const reached = (): Promise<void> => queue.hurry("smarthost");
    const unreachable = (why: string): void => noted({ kind: "unreachable", host: smarthost?.host ?? "", why });
    const outbound =
      smarthost === undefined ? strandedCarrier : await smarthostCarrier({ smarthost, clock, reached, unreachable });
    const carriers = [new AccountCarrier(mail, directory, failed), outbound];
    const runner = new QueueRunner({ queue, carriers, clock, failed });
    const way = smarthost === undefined ? "none" : "configured";
    const room = new DiskRoom({ folder: spoolFolder, clock, freeBytes: freeBytesOf });
    const common = { mail, room, directory, clock, entropy, host, failed };
    const delivery = new Delivery({ ...common, queue, reports, spool, smarthost: way });
    runner.start();
    const desk = new QueueDesk({ queue, directory: database, clock });
    return new DeliveryOffice({ delivery, queue, desk }, runner);
  }

  /** Ends the work on the queue; what is under way is tried again after the next start. */
  async stop(): Promise<void> {
    await this.#runner.stop();
  }
}

/** The SMTP client is loaded where there is a server to reach: it would take a tenth of every start. */
async function smarthostCarrier(parts: SmarthostCarrierParts): Promise<Carrier> {
  const { SmarthostCarrier } = await import("./smarthost-carrier.ts");
  return new SmarthostCarrier(parts);
}

async function queueRoute(
  directory: Pick<Directory, "resolveRecipient">,
  smarthost: Smarthost | undefined,
  address: string,
): Promise<QueueRoute | undefined> {
  const found = await directory.resolveRecipient(address);
  if (found.kind === "account") return "account";
  return found.kind === "foreign" && smarthost !== undefined ? "smarthost" : undefined;
}
