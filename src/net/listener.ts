// A listening socket: accepts within limits, hands each connection to a session, and stops in good order:
// no new ones, a good-bye to those that stand, an end to those that do not go.

import { createServer, type Server, type Socket } from "node:net";
import { acceptBacklogMax, keepAliveIdleMs, proxyHeadersAwaitedMax } from "../base/limits.ts";
import type { AcceptLimits, AcceptRefusal } from "./accept-limits.ts";
import { Connection, ConnectionClosed, remoteAddressOf } from "./connection.ts";
import type { DeadlineWheel } from "./deadline-wheel.ts";
import type { Networks } from "./networks.ts";
import { proxiedSocket } from "./proxied-socket.ts";
import type { TlsContexts } from "./tls-contexts.ts";

/** Where to listen: an address and port, a UNIX socket, or a descriptor that systemd has opened. Without a host: everywhere. */
export type BindPoint =
  | { readonly host?: string; readonly port: number }
  | { readonly path: string }
  | { readonly fd: number };

/** What happens to a listener besides serving; for the log and the metrics. */
export type ListenerEvent =
  | { readonly kind: "refused"; readonly remoteAddress: string; readonly why: AcceptRefusal | ProxyRefusal }
  | { readonly kind: "handshake-failed"; readonly remoteAddress: string; readonly error: unknown }
  /** The operating system could not accept: usually out of descriptors. Listening goes on. */
  | { readonly kind: "accept-failed"; readonly error: unknown }
  /** A session threw something that is no ConnectionClosed: a bug. */
  | { readonly kind: "session-failed"; readonly remoteAddress: string; readonly error: unknown };

/** It is no proxy that is trusted; it has not said whom it speaks for; too many have not. */
export type ProxyRefusal = "no-trusted-proxy" | "no-proxy-header" | "too-many-proxy-headers";

export interface ListenerOptions {
  readonly at: BindPoint;
  /** TLS from the first byte (RFC 8314 3), or not before the session asks for it. */
  readonly implicitTls: TlsContexts | undefined;
  /** Whose PROXY header is believed, and nobody else is served; undefined where clients connect themselves. */
  readonly proxyFrom?: Networks | undefined;
  readonly limits: AcceptLimits;
  readonly wheel: DeadlineWheel;
  /** The session; the connection is cut when it ends. */
  readonly serve: (connection: Connection) => Promise<unknown>;
  /** What a client over the limits is told before the connection ends; not said on a listener with TLS. */
  readonly refusalLine: Uint8Array;
  readonly report: (event: ListenerEvent) => void;
}

export class Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  readonly #sessions = new Map<Connection, Promise<void>>();
  readonly #stopping = new AbortController();
  #awaited = 0;

  private constructor(options: ListenerOptions) {
    this.#options = options;
    // Half-open: a client that has said all still gets its answers. TCP keepalive: a peer that lost its power frees its place.
    const server = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveIdleMs };
    this.#server = createServer(server, (socket) => {
      if (options.proxyFrom === undefined) this.#accept(socket);
      else void this.#acceptProxied(socket, options.proxyFrom);
    });
    this.#server.on("error", (error) => options.report({ kind: "accept-failed", error }));
  }

  /** Resolves once it listens; rejects with the system's error (EADDRINUSE, EACCES) when it cannot. */
  static async open(options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(options);
    await bind(listener.#server, options.at);
    return listener;
  }

  /** The port in use, which the system chose when 0 was asked for; undefined on a UNIX socket. */
  get port(): number | undefined {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : undefined;
  }

  /** Connections that stand. */
  get connections(): ReadonlySet<Connection> {
    return new Set(this.#sessions.keys());
  }

  /** Stops accepting at once, asks each session to end, and cuts what is left after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#server.close();
    this.#stopping.abort();
    for (const connection of this.#sessions.keys()) connection.askToStop();
    const late = setTimeout(() => {
      for (const connection of this.#sessions.keys()) connection.destroy();
    }, graceMs);
    await Promise.all(this.#sessions.values());
    clearTimeout(late);
  }

  /** Never rejects. What is not from a trusted proxy hears nothing: it may be anybody's. */
  async #acceptProxied(accepted: Socket, trusted: Networks): Promise<void> {
    const { report } = this.#options;
    const remoteAddress = remoteAddressOf(accepted);
    const refused = (why: ProxyRefusal): void => {
      accepted.on("error", ignoreReset);
      accepted.destroy();
      report({ kind: "refused", remoteAddress, why });
    };
    if (!trusted.has(remoteAddress)) return refused("no-trusted-proxy");
    if (this.#awaited >= proxyHeadersAwaitedMax) return refused("too-many-proxy-headers");
    this.#awaited++;
    const socket = await proxiedSocket(accepted, this.#stopping.signal);
    this.#awaited--;
    if (socket === undefined) return refused("no-proxy-header");
    this.#accept(socket);
  }

  #accept(socket: Socket): void {
    const { implicitTls, limits, wheel, refusalLine, report } = this.#options;
    const remoteAddress = remoteAddressOf(socket);
    const why = limits.enter(remoteAddress);
    if (why !== undefined) {
      report({ kind: "refused", remoteAddress, why });
      socket.on("error", ignoreReset);
      if (implicitTls === undefined) socket.write(refusalLine);
      socket.destroySoon();
      return;
    }
    const connection = new Connection(socket, wheel, implicitTls === undefined ? "plain" : "tls");
    this.#sessions.set(connection, this.#run(connection));
  }

  // Never rejects. No async function: while a client is idle one would hold a frame for it.
  #run(connection: Connection): Promise<void> {
    const { implicitTls } = this.#options;
    const served =
      implicitTls === undefined
        ? this.#serve(connection)
        : this.#handshake(connection, implicitTls).then((secure) => (secure ? this.#serve(connection) : undefined));
    const leave = (error: unknown): Promise<void> => this.#leave(connection, error);
    return served.then(() => this.#leave(connection, undefined), leave);
  }

  #serve(connection: Connection): Promise<unknown> {
    try {
      return this.#options.serve(connection);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #leave(connection: Connection, error: unknown): Promise<void> {
    const { limits, report } = this.#options;
    const { remoteAddress } = connection;
    if (error !== undefined && !(error instanceof ConnectionClosed))
      report({ kind: "session-failed", remoteAddress, error });
    await connection.close();
    limits.leave(remoteAddress);
    this.#sessions.delete(connection);
  }

  async #handshake(connection: Connection, contexts: TlsContexts): Promise<boolean> {
    try {
      await connection.startTls(contexts);
      return true;
    } catch (error) {
      this.#options.report({ kind: "handshake-failed", remoteAddress: connection.remoteAddress, error });
      return false;
    }
  }
}

/** Listens with any net.Server: also for protocols whose server is a library's. */
export async function bind(server: Server, at: BindPoint): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...at, backlog: acceptBacklogMax }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function ignoreReset(): void {
  // It was not wanted anyway.
}
