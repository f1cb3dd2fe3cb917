// One client's connection as IMAP and POP3 see it: chunks to read, bytes to write, a deadline, TLS when asked for.
// The session's loop pulls: what arrives while it works waits here, bounded, and then in the kernel.

import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { concatBytes } from "../base/bytes.ts";
import { closeLingerMs, queuedChunksMax, queuedInputBytesMax, tlsHandshakeMs, writeStallMs } from "../base/limits.ts";
import type { ChannelBindings } from "../model/channel-binding.ts";
import { channelBindingsOf } from "./channel-bindings.ts";
import type { DeadlineWheel, Timed } from "./deadline-wheel.ts";
import { Output } from "./output.ts";
import { plainSocket } from "./plain-socket.ts";
import type { TlsContexts } from "./tls-contexts.ts";

/** Why there is no chunk: the client has said all, said nothing for too long, or the server wants to stop. */
export type ReadEnd = "end" | "idle" | "stopping";

/** Where a socket names its connection. */
const owner = Symbol("connection");

/** The client is gone. Ends a session's loop; never a bug. */
export class ConnectionClosed extends Error {
  constructor(cause: unknown) {
    super("connection closed", { cause });
    this.name = "ConnectionClosed";
  }
}

export class Connection implements Timed {
  /** The client's IP address, or "local" on a UNIX socket. */
  readonly remoteAddress: string;
  dueTick = Infinity;
  wheelSlot = -1;
  /** For deadlines of whoever speaks over the connection. */
  readonly wheel: DeadlineWheel;
  #socket: Socket;
  #output: Output;
  #idleMs = Infinity;
  #readDueTick = Infinity;
  #writeDueTick = Infinity;
  #reader: ((read: Uint8Array | ReadEnd) => void) | undefined;
  #queued: Uint8Array[] | undefined;
  #queuedBytes = 0;
  #paused = false;
  #state: "open" | "half-open" | "closed" = "open";
  #stopping = false;
  #fault: unknown;
  #abort: AbortController | undefined;
  #whenClosed: PromiseWithResolvers<void> | undefined;
  #handshake: PromiseWithResolvers<void> | undefined;
  #bindings: ChannelBindings | undefined;

  /** Takes over a socket just accepted; "tls" expects `startTls` in the same tick. */
  constructor(accepted: Socket, wheel: DeadlineWheel, first: "plain" | "tls") {
    this.remoteAddress = remoteAddressOf(accepted);
    this.wheel = wheel;
    this.#socket = first === "plain" ? plainSocket(accepted, Connection.#hear) : accepted;
    this.#output = new Output(this.#socket);
    this.#attach(this.#socket);
    wheel.add(this);
  }

  /** The next bytes, never none; they are the reader's own. One read at a time. */
  read(): Promise<Uint8Array | ReadEnd> {
    if (this.#reader !== undefined) throw new Error("a connection is read by one reader at a time");
    if (this.#stopping) return Promise.resolve("stopping");
    if (this.#queued !== undefined) return Promise.resolve(this.#dequeue());
    if (this.#state !== "open") return Promise.resolve("end");
    this.#readDueTick = this.wheel.tickAfter(this.#idleMs);
    this.wheel.setDue(this, Math.min(this.#readDueTick, this.#writeDueTick));
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  /**
   * Sends `bytes` by the end of this tick; they must not be changed after. Returns a promise only when the client is
   * behind: await it before saying more. It rejects with ConnectionClosed, and may be ignored.
   */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#state === "closed") return this.#closedRejection();
    return bytes.length === 0 || this.#output.write(bytes) ? undefined : this.#behind();
  }

  /** The same at once. `keep` is called when they must not be changed after, since the kernel has not taken them all. */
  writeNow(bytes: Uint8Array, keep: () => void): Promise<void> | undefined {
    if (this.#state === "closed") return this.#closedRejection();
    if (!this.#output.writeNow(bytes)) keep();
    return this.#socket.writableNeedDrain ? this.#behind() : undefined;
  }

  /** From the next read on, a client silent for so long reads as "idle". Infinity for as long as it likes. */
  idleAfter(idleMs: number): void {
    this.#idleMs = idleMs;
  }

  /**
   * RFC 9051 6.2.1, RFC 2595 4, RFC 3207 4: what is queued to be written leaves in the clear; what the client sent in the
   * clear after its command is thrown away unread. Rejects with ConnectionClosed when the handshake fails.
   */
  async startTls(contexts: TlsContexts): Promise<void> {
    if (this.#state !== "open") throw this.#closedError();
    if (this.secure || this.#reader !== undefined) throw new Error("TLS starts once, between two reads");
    this.#output.flush();
    const plain = this.#socket;
    // Bytes that reached this process before the handshake would be taken for the client's word inside TLS.
    this.#queued = undefined;
    this.#queuedBytes = 0;
    while (plain.read() !== null);
    const secure = new TLSSocket(plain, contexts.serverOptions());
    secure.disableRenegotiation();
    const handshake = Promise.withResolvers<void>();
    this.#handshake = handshake;
    this.#socket = secure;
    this.#output = new Output(secure);
    this.#paused = false;
    this.#attach(secure);
    for (const [event, listener] of Connection.#tlsListeners) secure.on(event, listener);
    secure.once("secure", handshake.resolve);
    this.#setWriteDeadline(tlsHandshakeMs);
    await handshake.promise;
    this.#handshake = undefined;
    this.#clearWriteDeadline();
    this.#bindings = channelBindingsOf(secure);
  }

  /** True once TLS is up. */
  get secure(): boolean {
    return this.#bindings !== undefined;
  }

  /** Undefined without TLS. */
  get channelBindings(): ChannelBindings | undefined {
    return this.#bindings;
  }

  /** Protocol and cipher, for the log; undefined without TLS. */
  get tls(): { readonly version: string; readonly cipher: string } | undefined {
    if (!(this.#socket instanceof TLSSocket) || !this.secure) return undefined;
    return { version: this.#socket.getProtocol() ?? "none", cipher: this.#socket.getCipher().standardName };
  }

  /** Fires when the connection is gone. Made when first asked for: most connections never need it. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#state === "closed") this.#abort.abort(this.#closedError());
    return this.#abort.signal;
  }

  get closed(): boolean {
    return this.#state === "closed";
  }

  /** The client sends nothing more. It may be gone: that is only found out by writing to it. */
  get halfOpen(): boolean {
    return this.#state === "half-open";
  }

  /** Reads give "stopping". */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Sends what is queued, says good-bye to the client's TCP, and resolves once it is gone: within a few seconds. */
  close(): Promise<void> {
    if (this.#state === "closed") return Promise.resolve();
    if (this.#whenClosed !== undefined) return this.#whenClosed.promise;
    this.#whenClosed = Promise.withResolvers<void>();
    this.#state = "half-open";
    this.#output.flush();
    this.#socket.end();
    // What the client still sends is thrown away: unread, it would keep its FIN from being seen.
    this.#queued = undefined;
    this.#socket.resume();
    this.#answer("end");
    this.#setWriteDeadline(closeLingerMs);
    return this.#whenClosed.promise;
  }

  /** Cuts the connection at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Reads give "stopping" from now on, so that the session can say good-bye in its protocol's words. */
  askToStop(): void {
    this.#stopping = true;
    this.#answer("stopping");
  }

  /** The wheel's call when `dueTick` has come. */
  expire(): void {
    const now = this.dueTick;
    if (this.#writeDueTick <= now) return this.destroy();
    this.#readDueTick = Infinity;
    this.dueTick = this.#writeDueTick;
    this.#answer("idle");
  }

  #behind(): Promise<void> {
    if (this.#writeDueTick === Infinity) this.#setWriteDeadline(writeStallMs);
    return this.#output.drained();
  }

  #received(chunk: Uint8Array): void {
    if (this.#reader !== undefined) return this.#answer(chunk);
    if (this.#state !== "open") return;
    this.#queued ??= [];
    this.#queued.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes < queuedInputBytesMax && this.#queued.length < queuedChunksMax) return;
    this.#paused = true;
    this.#socket.pause();
  }

  #answer(read: Uint8Array | ReadEnd): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    this.#reader = undefined;
    this.#readDueTick = Infinity;
    reader(read);
  }

  #dequeue(): Uint8Array {
    const chunks = this.#queued ?? [];
    const [first] = chunks;
    this.#queued = undefined;
    this.#queuedBytes = 0;
    if (this.#paused) {
      this.#paused = false;
      this.#socket.resume();
    }
    return first !== undefined && chunks.length === 1 ? first : concatBytes(chunks);
  }

  // The listeners are the same for all sockets: ten thousand idle clients have no closures of their own.
  #attach(socket: Socket): void {
    Reflect.set(socket, owner, this);
    for (const [event, listener] of Connection.#listeners) socket.on(event, listener);
  }

  static #of(socket: Socket): Connection {
    const found: unknown = Reflect.get(socket, owner);
    if (!(found instanceof Connection)) throw new Error("a socket of no connection");
    return found;
  }
  static readonly #hear = (socket: Socket, chunk: Uint8Array): void => Connection.#of(socket).#received(chunk);

  static readonly #listeners = eachOfSocket([
    ["end", (socket) => Connection.#of(socket).#ended(socket)],
    ["drain", (socket) => Connection.#of(socket).#drained(socket)],
    ["error", (socket, error) => Connection.#of(socket).#failed(socket, error)],
    ["close", (socket) => Connection.#of(socket).#gone(socket)],
  ]);

  static readonly #tlsListeners = eachOfSocket([
    ["data", (socket, chunk) => chunk instanceof Uint8Array && Connection.#of(socket).#received(chunk)],
    // Node's own "error" path is open only to sockets of a tls.Server; a broken record must not leave this one hanging.
    ["_tlsError", (socket, error) => Connection.#of(socket).#failed(socket, error)],
  ]);

  // RFC 9293 3.6: the client's half is closed; what it asked before is still answered.
  #ended(socket: Socket): void {
    if (socket !== this.#socket || this.#state !== "open") return;
    // Half a handshake has no answer.
    if (this.#handshake !== undefined) return this.destroy();
    this.#state = "half-open";
    this.#answer("end");
  }

  #drained(socket: Socket): void {
    if (socket !== this.#socket) return;
    if (this.#state !== "closed" && !socket.writableEnded) this.#clearWriteDeadline();
    this.#output.caughtUp();
  }

  #failed(socket: Socket, error: unknown): void {
    this.#fault ??= error;
    socket.destroy();
  }

  #gone(socket: Socket): void {
    // The socket under a TLS socket closes too; the TLS socket follows it.
    if (socket !== this.#socket || this.#state === "closed") return;
    this.#state = "closed";
    this.wheel.remove(this);
    const error = this.#closedError();
    this.#output.fail(error);
    this.#handshake?.reject(error);
    this.#answer("end");
    this.#abort?.abort(error);
    this.#whenClosed?.resolve();
  }

  #closedError(): ConnectionClosed {
    return new ConnectionClosed(this.#fault);
  }

  #closedRejection(): Promise<void> {
    const rejection = Promise.reject<void>(this.#closedError());
    rejection.catch(() => undefined);
    return rejection;
  }

  #setWriteDeadline(ms: number): void {
    this.#writeDueTick = this.wheel.tickAfter(ms);
    this.wheel.setDue(this, Math.min(this.#readDueTick, this.#writeDueTick));
  }

  #clearWriteDeadline(): void {
    this.#writeDueTick = Infinity;
    this.dueTick = this.#readDueTick;
  }
}

type SocketListener = readonly [event: string, listener: (this: Socket, value: unknown) => void];
type Handler = (socket: Socket, value: unknown) => unknown;

/** Listeners that know by whom they are called: Node calls them as methods of the socket. */
function eachOfSocket(handlers: readonly (readonly [event: string, handle: Handler])[]): readonly SocketListener[] {
  return handlers.map(([event, handle]) => [
    event,
    function (value) {
      handle(this, value);
    },
  ]);
}

/** The IP address at the other end, an IPv4 one in its own form; "local" on a UNIX socket. */
export function remoteAddressOf(socket: Socket): string {
  return socket.remoteAddress?.replace(/^::ffff:(?=[\d.]+$)/, "") ?? "local";
}
