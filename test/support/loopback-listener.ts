// A listener on a free port of loopback with a session of the test's making, and clients for it.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { type AcceptBounds, AcceptLimits } from "../../src/net/accept-limits.ts";
import type { Connection } from "../../src/net/connection.ts";
import { DeadlineWheel } from "../../src/net/deadline-wheel.ts";
import { Listener, type ListenerEvent } from "../../src/net/listener.ts";
import { type NetworkOfHosts, Networks } from "../../src/net/networks.ts";
import type { TlsContexts } from "../../src/net/tls-contexts.ts";

export interface LoopbackOptions {
  readonly implicitTls?: TlsContexts;
  readonly bounds?: Partial<AcceptBounds>;
  /** Networks of trusted proxies. */
  readonly proxyFrom?: readonly NetworkOfHosts[];
  /** Milliseconds of one tick of the wheel that deadlines hang on. */
  readonly tickMs?: number;
}

const realClock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };

export class Loopback implements AsyncDisposable {
  readonly events: ListenerEvent[] = [];
  readonly limits: AcceptLimits;
  readonly wheel: DeadlineWheel;
  readonly #clients: Socket[] = [];
  #listener: Listener | undefined;

  private constructor({ bounds = {}, tickMs = 10 }: LoopbackOptions) {
    const wide = { connectionsMax: 1_000, connectionsPerAddressMax: 1_000, newPerMinutePerAddressMax: 10_000 };
    this.limits = new AcceptLimits({ ...wide, ...bounds }, realClock);
    this.wheel = new DeadlineWheel(tickMs).start();
  }

  static async open(
    serve: (connection: Connection) => Promise<void>,
    options: LoopbackOptions = {},
  ): Promise<Loopback> {
    const loopback = new Loopback(options);
    loopback.#listener = await Listener.open({
      at: { host: "127.0.0.1", port: 0 },
      implicitTls: options.implicitTls,
      proxyFrom: options.proxyFrom === undefined ? undefined : new Networks(options.proxyFrom),
      limits: loopback.limits,
      wheel: loopback.wheel,
      serve,
      refusalLine: Buffer.from("no room\r\n"),
      report: (event) => loopback.events.push(event),
    });
    return loopback;
  }

  get listener(): Listener {
    if (this.#listener === undefined) throw new Error("not open");
    return this.#listener;
  }

  get port(): number {
    return this.listener.port ?? 0;
  }

  async connect(): Promise<Socket> {
    const socket = connect({ port: this.port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    this.#clients.push(socket);
    socket.on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  }

  /** Over a new TCP connection, or over `socket` once the server has agreed to STARTTLS. */
  async connectTls(options: ConnectionOptions & { readonly socket?: Socket } = {}): Promise<TLSSocket> {
    const target = options.socket === undefined ? { port: this.port, host: "127.0.0.1" } : {};
    const socket = connectTls({ rejectUnauthorized: false, ...target, ...options });
    this.#clients.push(socket);
    await once(socket, "secureConnect");
    socket.on("error", () => undefined);
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.#listener?.stop(0);
    this.wheel[Symbol.dispose]();
  }
}

/** What `socket` says until it has said `until`, or until its end. Leaves the socket paused, with the rest unread. */
export async function hear(socket: Socket, until?: string | RegExp): Promise<string> {
  let heard = "";
  while (until === undefined || !(typeof until === "string" ? heard.includes(until) : until.test(heard))) {
    const chunk: Buffer | null = socket.read();
    if (chunk !== null) heard += chunk.toString("latin1");
    else if (socket.readableEnded || socket.destroyed) break;
    else await somethingNew(socket);
  }
  return heard;
}

async function somethingNew(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of ["readable", "end", "close"]) socket.once(event, resolve);
  await promise;
  for (const event of ["readable", "end", "close"]) socket.off(event, resolve);
}
