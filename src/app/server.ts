// The running server: services over the data folder, an adapter for each protocol, listeners, the control socket. It
// starts whole or not at all, and ends in good order.

import { chmod, lstat, rm } from "node:fs/promises";
import { join } from "node:path";
import { connectControl } from "../admin/control-client.ts";
import { serveControl } from "../admin/control-session.ts";
import type { MailEndpoint } from "../admin/settings-table.ts";
import type { AdminContext } from "../admin/verb.ts";
import { deadlineTickMs, statusRequestMs } from "../base/limits.ts";
import type { Delivery } from "../delivery/delivery.ts";
import { DeliveryOffice } from "../delivery/delivery-office.ts";
import type { QueueDesk } from "../delivery/queue-desk.ts";
import { AccountSessions } from "../directory/account-sessions.ts";
import { switchableCapabilities } from "../imap/withheld.ts";
import { keepMaintaining } from "../mailbox/maintenance.ts";
import type { AccountId } from "../model/ids.ts";
import { AcceptLimits } from "../net/accept-limits.ts";
import { DeadlineWheel } from "../net/deadline-wheel.ts";
import { type BindPoint, Listener } from "../net/listener.ts";
import { Networks } from "../net/networks.ts";
import { TlsContexts } from "../net/tls-contexts.ts";
import { readTlsPair } from "../net/tls-files.ts";
import { type CheckResult, checkHealth } from "../observe/health.ts";
import { StatusServer } from "../observe/status-server.ts";
import { type Adapter, Adapters } from "./adapters.ts";
import { controlPath } from "./control-path.ts";
import { ListenFault, listenSentence } from "./listen-fault.ts";
import type { Observer } from "./observer.ts";
import type { ListenerPlan, ServerPlan } from "./server-plan.ts";
import type { Services } from "./services.ts";
import { systemClock, systemEntropy } from "./system.ts";

const ticketKeyBytes = 48;
const dayMs = 86_400_000;
const controlBounds = { connectionsMax: 32, connectionsPerAddressMax: 32, newPerMinutePerAddressMax: 1_000 };

export class Server implements AsyncDisposable {
  readonly #plan: ServerPlan;
  readonly #services: Services;
  readonly #observer: Observer;
  readonly #tls: TlsContexts | undefined;
  readonly #controlPath: string;
  readonly #wheel = new DeadlineWheel(deadlineTickMs);
  readonly #listeners: Listener[] = [];
  readonly #ports = new Map<string, number>();
  readonly #status: StatusServer[] = [];
  readonly #sessions: AccountSessions;
  #office: DeliveryOffice | undefined;
  readonly #stopping = new AbortController();
  #maintaining: Promise<void> = Promise.resolve();
  #endpoints: readonly MailEndpoint[] = [];

  private constructor(plan: ServerPlan, services: Services, observer: Observer) {
    this.#plan = plan;
    this.#sessions = new AccountSessions(plan.sessionsPerAccountMax);
    this.#services = services;
    this.#observer = observer;
    this.#controlPath = controlPath(plan.dataFolder);
    this.#tls = plan.tls === undefined ? undefined : new TlsContexts(systemEntropy.bytes(ticketKeyBytes));
  }

  /** Throws TlsFault, ListenFault. The services stay the caller's to close, after `stop`. */
  static async start(plan: ServerPlan, services: Services, observer: Observer): Promise<Server> {
    const server = new Server(plan, services, observer);
    try {
      await server.reloadCertificates();
      server.#wheel.start();
      const office = await server.#openOffice();
      server.#office = office;
      await server.#listen(office.delivery);
      await server.#openStatus();
      await server.#openControl(office.desk);
      server.#maintaining = server.#maintain();
      return server;
    } catch (error) {
      await server.stop(0);
      throw error;
    }
  }

  /** Where it listens, by listener name. */
  get ports(): ReadonlyMap<string, number> {
    return this.#ports;
  }

  /** What `dakghar settings` tells. */
  tellEndpoints(endpoints: readonly MailEndpoint[]): void {
    this.#endpoints = endpoints;
  }

  /** Reads the certificates again; connections that stand keep theirs. Throws TlsFault and changes nothing. */
  async reloadCertificates(): Promise<void> {
    const { tls } = this.#plan;
    if (tls === undefined) return;
    const settings = {
      standard: await readTlsPair(tls.standard.certificateFile, tls.standard.keyFile),
      others: await Promise.all(
        tls.others.map(({ certificateFile, keyFile }) => readTlsPair(certificateFile, keyFile)),
      ),
      minVersion: tls.minVersion,
    };
    for (const { warnings } of this.#tls?.load(settings, systemClock.nowMs()) ?? [])
      for (const warning of warnings) this.#observer.log.warn({}, warning);
  }

  /** At once; after `stop` there is nothing left to do. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(0);
  }

  /** Accepts no more, lets sessions say good-bye and finish what they have acknowledged, cuts them after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    await Promise.all([
      ...this.#listeners.map((listener) => listener.stop(graceMs)),
      ...this.#status.map((status) => status.close()),
    ]);
    this.#stopping.abort();
    await Promise.all([this.#office?.stop(), this.#maintaining]);
    this.#wheel[Symbol.dispose]();
    await rm(this.#controlPath, { force: true });
  }

  #openOffice(): Promise<DeliveryOffice> {
    const { mail, directory, stores } = this.#services;
    const { dataFolder, hostName, smarthost, messageBytesMax } = this.#plan;
    return DeliveryOffice.open({
      spoolFolder: join(dataFolder, "spool"),
      database: stores.directory,
      mail,
      directory,
      clock: systemClock,
      entropy: systemEntropy,
      host: hostName,
      messageBytesMax,
      smarthost,
      failed: this.#observer.noteFault,
      noted: this.#observer.delivery,
    });
  }

  // Never rejects.
  async #maintain(): Promise<void> {
    const { mail, directory } = this.#services;
    const maintenance = {
      mail,
      accounts: async () => (await directory.accounts()).map(({ id }) => id),
      clock: systemClock,
      expungedKeptMs: this.#plan.expungedKeptDays * dayMs,
      failed: (account: AccountId, error: unknown) =>
        this.#observer.log.error({ account, error }, "an account could not be maintained"),
    };
    while (!this.#stopping.signal.aborted) {
      // A round that fails as a whole, since the directory cannot be read, must not be the last.
      await keepMaintaining(maintenance, this.#stopping.signal).catch(this.#observer.noteFault);
    }
  }

  async #listen(delivery: Delivery): Promise<void> {
    const limits = new AcceptLimits(this.#plan.bounds, systemClock);
    const adapters = new Adapters({
      plan: this.#plan,
      services: this.#services,
      delivery,
      tls: this.#tls,
      sessions: this.#sessions,
      observer: this.#observer,
    });
    for (const plan of this.#plan.listeners) {
      const adapter = adapters.for(plan);
      let port: number | undefined;
      for (const at of plan.at) {
        const listener = await this.#open(plan, portChosen(at, port), adapter, limits);
        port = listener.port ?? port;
      }
      if (port !== undefined) this.#ports.set(plan.name, port);
    }
  }

  async #open(plan: ListenerPlan, at: BindPoint, adapter: Adapter, limits: AcceptLimits): Promise<Listener> {
    try {
      if ("path" in at) await dropDeadSocket(at.path);
      const listener = await Listener.open({
        at,
        implicitTls: plan.tls === "implicit" ? this.#tls : undefined,
        proxyFrom: plan.proxyFrom.length === 0 ? undefined : new Networks(plan.proxyFrom),
        limits,
        wheel: this.#wheel,
        serve: adapter.serve,
        refusalLine: adapter.refusalLine,
        report: this.#observer.ofListener(plan.name, plan.protocol),
      });
      this.#listeners.push(listener);
      // The folder decides who may come in.
      if ("path" in at) await chmod(at.path, 0o666);
      return listener;
    } catch (cause) {
      throw new ListenFault(listenSentence(plan.name, at, cause), { cause });
    }
  }

  async #openStatus(): Promise<void> {
    if (this.#plan.status.length === 0) return;
    const { directory } = this.#services;
    const store = async (): Promise<CheckResult> => {
      await directory.domains();
      return { status: "ok" };
    };
    const pages = { metrics: await this.#observer.page(), health: () => checkHealth({ store }, statusRequestMs) };
    for (const at of this.#plan.status) {
      try {
        this.#status.push(await StatusServer.open(at, pages));
      } catch (cause) {
        throw new ListenFault(listenSentence("status", at, cause), { cause });
      }
    }
  }

  async #openControl(queue: QueueDesk): Promise<void> {
    const path = this.#controlPath;
    // We hold the folder: a socket that is there is a dead server's.
    await rm(path, { force: true });
    const { directory, mail, sharing, stores } = this.#services;
    const endpoints = (): readonly MailEndpoint[] => this.#endpoints;
    const context: AdminContext = {
      directory,
      mail,
      sharing,
      queue,
      clock: systemClock,
      entropy: systemEntropy,
      accountsOnDisk: () => stores.accountIds(),
      endSessions: (account, text) => this.#sessions.end(account, text),
      switchableCapabilities,
      get endpoints() {
        return endpoints();
      },
    };
    const { noteFault } = this.#observer;
    const listener = await Listener.open({
      at: { path },
      implicitTls: undefined,
      limits: new AcceptLimits(controlBounds, systemClock),
      wheel: this.#wheel,
      serve: (connection) => serveControl(connection, { context, noteFault }),
      refusalLine: new Uint8Array(),
      report: (event) => this.#observer.log.error({ event }, "the control socket failed"),
    });
    this.#listeners.push(listener);
    await chmod(path, 0o600);
  }
}

/** A socket that nobody answers on is left from a server that was killed. */
async function dropDeadSocket(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there?.isSocket() !== true) return;
  const answering = await connectControl(path);
  if (answering === undefined) await rm(path, { force: true });
  answering?.destroy();
}

function portChosen(at: BindPoint, port: number | undefined): BindPoint {
  return "port" in at && at.port === 0 && port !== undefined ? { ...at, port } : at;
}
