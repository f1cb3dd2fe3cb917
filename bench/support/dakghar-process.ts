// Process entry: the server as it is, with a plan that lets it be measured beside another: passwords in the clear on
// loopback as in trial mode, and LMTP over TCP. Logs at the usual level, into a file as the other does.
//
//   node bench/support/dakghar-process.ts FOLDER CERTIFICATE KEY INDEXING     prints where it listens, ends at SIGTERM
//
// INDEXING: after-delivery or on-demand.

import { openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Observer } from "../../src/app/observer.ts";
import { Server } from "../../src/app/server.ts";
import type { ListenerPlan, ServerPlan } from "../../src/app/server-plan.ts";
import { openServices } from "../../src/app/services.ts";
import { stopSignal } from "../../src/app/stop-signal.ts";
import { systemClock, systemEntropy } from "../../src/app/system.ts";
import { expungedKeptDays, imapMessagesPerCommandMax, messageBytesMax } from "../../src/base/limits.ts";
import { usualPolicy } from "../../src/directory/directory-policy.ts";
import { usualImapPatience } from "../../src/imap/patience.ts";
import { Faults } from "../../src/observe/faults.ts";
import { createLog, descriptorSink } from "../../src/observe/log.ts";
import { Metrics } from "../../src/observe/metrics.ts";
import { usualPop3Patience } from "../../src/pop3/patience.ts";

const [dataFolder = "", certificateFile = "", keyFile = "", indexing = ""] = process.argv.slice(2);

const listener = (name: string, protocol: ListenerPlan["protocol"], tls: ListenerPlan["tls"]): ListenerPlan => {
  return { name, protocol, tls, plaintext: "allowed", proxyFrom: [], at: [{ host: "127.0.0.1", port: 0 }] };
};

const plan: ServerPlan = {
  dataFolder,
  policy: usualPolicy,
  hostName: "localhost",
  listeners: [
    listener("imap", "imap", "starttls"),
    listener("imaps", "imap", "implicit"),
    listener("pop3", "pop3", "starttls"),
    listener("lmtp", "lmtp", "absent"),
  ],
  tls: { standard: { certificateFile, keyFile }, others: [], minVersion: "TLSv1.2" },
  smarthost: undefined,
  status: [],
  bounds: { connectionsMax: 20_000, connectionsPerAddressMax: 20_000, newPerMinutePerAddressMax: 1_000_000 },
  sessionsPerAccountMax: 20_000,
  imapPatience: usualImapPatience,
  imapUnauthenticate: "not-offered",
  imapMessagesPerCommandMax,
  pop3Patience: usualPop3Patience,
  pop3LoginDelaySeconds: 0,
  messageBytesMax,
  expungedKeptDays,
};

const sink = descriptorSink(openSync(join(dataFolder, "bench.log"), "a", 0o600));
const log = createLog({ level: "info", format: "json" }, sink, systemClock);
const observer = new Observer(log, new Faults(log, systemEntropy), new Metrics());
process.on("exit", () => sink.flushSync());
{
  await using services = await openServices({
    dataFolder,
    policy: plan.policy,
    holder: `process ${process.pid}: a bench`,
    hooks: observer.databaseHooks,
    indexing: indexing === "on-demand" ? "on-demand" : "after-delivery",
    attempted: observer.attempted,
  });
  await using server = await Server.start(plan, services, observer);
  writeSync(1, `${JSON.stringify(Object.fromEntries(server.ports))}\n`);
  await stopSignal(
    () => process.exit(1),
    () => undefined,
  );
  await server.stop(5_000);
}
