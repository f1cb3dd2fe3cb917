// `dakghar serve`: starts the server, tells where it is, and waits for the signal to end.

import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import type { MailEndpoint } from "../admin/settings-table.ts";
import { shutdownGraceMs, shutdownMsMax } from "../base/limits.ts";
import { usualPolicy } from "../directory/directory-policy.ts";
import { Faults } from "../observe/faults.ts";
import { createLog, descriptorSink, type LogSettings } from "../observe/log.ts";
import { Metrics } from "../observe/metrics.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { failpointHooks } from "./failpoint.ts";
import { Observer } from "./observer.ts";
import { Server } from "./server.ts";
import type { ServerPlan } from "./server-plan.ts";
import { openServices, type Services } from "./services.ts";
import { stopSignal } from "./stop-signal.ts";
import { systemClock, systemEntropy } from "./system.ts";
import { trialAccount } from "./trial/trial-account.ts";
import { trialCertificates } from "./trial/trial-certificates.ts";
import { dropTrialFile, trialGreeting, writeTrialFile } from "./trial/trial-facts.ts";
import { openTrialPage } from "./trial/trial-page.ts";
import { portsOf, trialAddresses, trialPlan } from "./trial/trial-plan.ts";
import { trialEndpoints, usualTrialPorts } from "./trial/trial-ports.ts";

export interface ConfiguredOrder {
  readonly plan: ServerPlan;
  readonly endpoints: readonly MailEndpoint[];
  readonly log: LogSettings;
}

/** Throws FolderInUse, ListenFault, TlsFault. */
export async function serveConfigured({ plan, endpoints, log }: ConfiguredOrder): Promise<ExitCode> {
  const observed = observe(log, process.stdout.fd);
  const { observer } = observed;
  await using services = await servicesFor(plan, observer);
  await using server = await Server.start(plan, services, observer);
  server.tellEndpoints(endpoints);
  observer.log.info({ ports: Object.fromEntries(server.ports), dataFolder: plan.dataFolder }, "the server is ready");
  await untilStopped(server, observed);
  observer.log.info({}, "the server is closing");
  await server.stop(shutdownGraceMs);
  return exitCodes.ok;
}

export interface TrialOrder {
  readonly dataFolder: string;
  readonly ports: "usual" | "auto";
}

/** Throws FolderInUse, ListenFault. */
export async function serveTrial({ dataFolder, ports }: TrialOrder): Promise<ExitCode> {
  const observed = observe({ level: "warn", format: "text" }, process.stderr.fd);
  const { observer } = observed;
  await using services = await servicesFor({ dataFolder, policy: usualPolicy }, observer);
  await dropTrialFile(dataFolder);
  const chance = { clock: systemClock, entropy: systemEntropy };
  const files = await trialCertificates(dataFolder, chance);
  const account = await trialAccount(dataFolder, services, chance);

  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []);
  const addresses = trialAddresses.filter((address) => own.includes(address));
  await using server = await Server.start(trialPlan(dataFolder, ports, files, addresses), services, observer);
  const [cert, key] = await Promise.all([readFile(files.certificateFile), readFile(files.keyFile)]);
  const httpsPort = ports === "auto" ? 0 : usualTrialPorts.https;
  await using page = await openTrialPage(addresses, httpsPort, { cert, key });
  const facts = { account, caFile: files.caFile, dataFolder, ports: portsOf(server.ports, page.port) };
  server.tellEndpoints(trialEndpoints(facts.ports));
  await writeTrialFile(facts);
  process.stdout.write(trialGreeting(facts));

  await untilStopped(server, observed);
  process.stdout.write("Closing.\n");
  await dropTrialFile(dataFolder);
  await server.stop(shutdownGraceMs);
  return exitCodes.ok;
}

function servicesFor(
  { dataFolder, policy }: Pick<ServerPlan, "dataFolder" | "policy">,
  observer: Observer,
): Promise<Services> {
  return openServices({
    dataFolder,
    policy,
    holder: `process ${process.pid}: dakghar serve`,
    hooks: { ...observer.databaseHooks, ...failpointHooks(process.env["DAKGHAR_FAILPOINT"]) },
    attempted: observer.attempted,
  });
}

interface Observed {
  readonly observer: Observer;
  /** Writes down at once what has been logged. */
  readonly flush: () => void;
}

function observe(settings: LogSettings, descriptor: number): Observed {
  const sink = descriptorSink(descriptor);
  const log = createLog(settings, sink, systemClock);
  const observer = new Observer(log, new Faults(log, systemEntropy), new Metrics());
  const flush = (): void => sink.flushSync();
  process.on("exit", flush);
  // A promise that nobody waited for harms nobody else; after an exception out of nowhere the process may be in any state.
  process.on("unhandledRejection", (error) => observer.noteFault(error));
  process.on("uncaughtException", (error) => {
    observer.noteFault(error);
    process.exit(exitCodes.broken);
  });
  return { observer, flush };
}

async function untilStopped(server: Server, { observer }: Observed): Promise<void> {
  const reload = (): void => {
    server.reloadCertificates().then(
      () => observer.log.info({}, "the certificates have been read again"),
      (error: unknown) => observer.log.error({ error }, "the certificates could not be read; the old ones stay"),
    );
  };
  // The signals stay ours until the process ends: a second one ends it at once.
  const exit = (): void => process.exit(exitCodes.refused);
  await stopSignal(exit, reload);
  setTimeout(exit, shutdownMsMax).unref();
}
