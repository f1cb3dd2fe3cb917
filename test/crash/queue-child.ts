// A process with a queue and a smarthost, for queue-killed.test.ts: takes orders over its channel, and dies by SIGKILL at
// the point of the database that it is told.

import { join } from "node:path";
import { messageBytesMax } from "../../src/base/limits.ts";
import { DeliveryOffice } from "../../src/delivery/delivery-office.ts";
import type { DeskChange } from "../../src/delivery/queue-desk.ts";
import { MailService } from "../../src/mailbox/mail-service.ts";
import { SqliteStores } from "../../src/store/sqlite/sqlite-stores.ts";
import { MemoryDirectory } from "../support/memory-directory.ts";
import { realEntropy } from "../support/stored-directory.ts";

export type Order =
  | { readonly kind: "put"; readonly recipient: string }
  | { readonly kind: "die"; readonly at: string }
  | { readonly kind: "waiting" }
  /** On everything in the queue. */
  | { readonly kind: "desk"; readonly change: DeskChange | "cancel" }
  | { readonly kind: "rows" };

const [folder = "", port = ""] = process.argv.slice(2);
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
let fatal: string | undefined;
const stores = await SqliteStores.open({
  dataFolder: folder,
  holder: "a test",
  clock,
  hooks: {
    reached(point) {
      if (point === fatal) process.kill(process.pid, "SIGKILL");
    },
  },
});
const office = await DeliveryOffice.open({
  spoolFolder: join(folder, "spool"),
  database: stores.directory,
  mail: new MailService(stores, clock),
  directory: new MemoryDirectory(),
  clock,
  entropy: realEntropy,
  host: "mail.example.org",
  messageBytesMax,
  smarthost: {
    host: "127.0.0.1",
    port: Number(port),
    tls: "none",
    credentials: undefined,
    trusted: undefined,
    helloName: "mail.example.org",
  },
  failed: () => undefined,
  noted: () => undefined,
});

process.on("message", (order: Order) => {
  void obey(order).then((answer) => process.send?.(answer));
});
process.send?.("ready");

async function obey(order: Order): Promise<unknown> {
  switch (order.kind) {
    case "die":
      fatal = order.at;
      return "armed";
    case "waiting":
      return await office.queue.waiting();
    case "desk": {
      const all = { kind: "all" } as const;
      if (order.change === "cancel") await office.desk.cancel(all, "nobody", () => undefined);
      else await office.desk.change(all, order.change, () => undefined);
      return "done";
    }
    case "rows": {
      const { rows } = await office.desk.list({ selection: { kind: "all" }, after: 0, rowsMax: 10 });
      return rows.map(({ address, held, attempts }) => `${address} ${held === 1 ? "held" : "free"} ${attempts}`);
    }
    case "put": {
      const writer = office.delivery.newLetter();
      await writer.write(Buffer.from("Subject: promised\r\n\r\nHello\r\n"));
      const recipient = { address: order.recipient, notify: undefined, originalRecipient: undefined };
      await office.queue.put(await writer.finish(), {
        name: realEntropy.bytes(8).toHex(),
        sender: "alice@example.org",
        account: undefined,
        returned: undefined,
        envelopeId: undefined,
        international: false,
        recipients: [{ ...recipient, route: "smarthost", fault: undefined }],
      });
      return "accepted";
    }
  }
}
