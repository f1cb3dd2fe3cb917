// A client that a test leads word by word: it sends octets and reads lines, octets or the end, over TCP, TLS or a UNIX
// socket. Text on the wire is one character an octet. What it waits for comes in time or is an error.

import { once } from "node:events";
import { connect, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { deflated } from "./deflated.ts";

export type WireEnd =
  | {
      readonly port: number;
      readonly host?: string;
      /** The address of this machine to come from: all of 127.0.0.0/8 is at hand. */
      readonly localAddress?: string;
      readonly tls?: boolean;
    }
  | { readonly path: string };

/** The server ended the connection, or the link broke. */
export class WireClosed extends Error {
  constructor(heard: string) {
    super(`the connection ended after ${JSON.stringify(heard.slice(-300))}`);
    this.name = "WireClosed";
  }
}

const usualPatienceMs = 10_000;

export class WireClient implements Disposable {
  #socket: Socket | Duplex;
  /** The one under TLS, too. */
  readonly #plain: Socket;
  #heard: Buffer = Buffer.alloc(0);
  #arrived: Buffer[] = [];
  #ended = false;
  #reset = false;
  #wake: (() => void) | undefined;
  readonly patienceMs: number;

  private constructor(socket: Socket, patienceMs: number) {
    this.#socket = socket;
    this.#plain = socket;
    this.patienceMs = patienceMs;
    this.#listen(socket);
  }

  static async connect(to: WireEnd, patienceMs = usualPatienceMs): Promise<WireClient> {
    const socket = connect({ ...placeOf(to), noDelay: true, allowHalfOpen: true });
    await once(socket, "connect");
    const client = new WireClient(socket, patienceMs);
    if ("tls" in to && to.tls === true) await client.startTls();
    return client;
  }

  /** Resolves once the kernel has taken it, or the connection is gone. */
  send(octets: string | Uint8Array): Promise<void> {
    if (this.#ended || this.#socket.destroyed) return Promise.resolve();
    const bytes = typeof octets === "string" ? Buffer.from(octets, "latin1") : octets;
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  /** Without its line end. */
  async line(): Promise<string> {
    for (let from = 0; ; ) {
      this.#gather();
      const end = this.#heard.indexOf(10, from);
      if (end >= 0) {
        const line = this.#take(end + 1);
        return line.toString("latin1").replace(/\r?\n$/, "");
      }
      from = this.#heard.length;
      await this.#more("a line");
    }
  }

  async octets(count: number): Promise<Buffer> {
    for (;;) {
      this.#gather();
      if (this.#heard.length >= count) return this.#take(count);
      await this.#more(`${count} octets`);
    }
  }

  /** All that was said up to the end of what the expression matches. Meant for short answers. */
  async until(expression: RegExp): Promise<string> {
    for (;;) {
      this.#gather();
      const found = expression.exec(this.#heard.toString("latin1"));
      if (found !== null) return this.#take(found.index + found[0].length).toString("latin1");
      await this.#more(String(expression));
    }
  }

  /** What comes until the server ends the connection. */
  async rest(): Promise<string> {
    const deadline = performance.now() + this.patienceMs;
    while (!this.#ended) await this.#wait("the end of the connection", deadline);
    this.#gather();
    return this.#take(this.#heard.length).toString("latin1");
  }

  /** What came and nobody asked for, after `milliseconds` of listening. */
  async unasked(milliseconds = 50): Promise<string> {
    await sleep(milliseconds);
    this.#gather();
    return this.#take(this.#heard.length).toString("latin1");
  }

  get closed(): boolean {
    return this.#ended;
  }

  /** Whether the connection ended by a reset. */
  get reset(): boolean {
    return this.#reset;
  }

  /** Octets that wait here because the server does not read. */
  get unsent(): number {
    return this.#socket.writableLength;
  }

  get localPort(): number {
    return this.#plain.localPort ?? 0;
  }

  /** The client's half of a handshake, once the server has agreed. */
  async startTls(options: ConnectionOptions = {}): Promise<void> {
    if (this.#ended) throw new WireClosed("");
    const plain = this.#plain;
    plain.removeAllListeners();
    // Once it is under TLS, its errors are told by the TLS socket.
    plain.on("error", () => undefined);
    const secure = connectTls({ ...options, socket: plain, rejectUnauthorized: false });
    this.#listen(secure);
    this.#socket = secure;
    await new Promise<void>((resolve, reject) => {
      secure.once("secureConnect", resolve);
      secure.once("error", reject);
      secure.once("close", () => reject(new WireClosed("")));
    });
  }

  /** Compresses both ways from now on, above TLS if there is some. */
  startDeflate(): void {
    if (!(this.#socket instanceof Socket)) throw new Error("compressed already");
    this.#socket = deflated(this.#socket);
    this.#listen(this.#socket);
  }

  /** RFC 5705: what both ends of a TLS connection can derive from it, and nobody else. */
  exportKeyingMaterial(length: number, label: string): Buffer {
    if (!("exportKeyingMaterial" in this.#socket) || typeof this.#socket.exportKeyingMaterial !== "function")
      throw new Error("not over TLS");
    return this.#socket.exportKeyingMaterial(length, label, Buffer.alloc(0));
  }

  /** Stops reading: the server's words pile up in the kernels. */
  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  /** Says that nothing more will be sent. */
  end(): void {
    this.#socket.end();
  }

  /** Cuts the connection: with a RST, as a process that dies with unread input does. */
  cut(): void {
    this.#plain.resetAndDestroy();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #listen(socket: Duplex): void {
    socket.on("data", (chunk: Buffer) => {
      this.#arrived.push(chunk);
      this.#wake?.();
    });
    const ended = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    socket.on("end", ended).on("close", ended);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.#reset ||= error.code === "ECONNRESET" || error.code === "EPIPE";
      ended();
    });
  }

  #gather(): void {
    if (this.#arrived.length === 0) return;
    this.#heard = Buffer.concat([this.#heard, ...this.#arrived.splice(0)]);
  }

  #take(count: number): Buffer {
    const taken = this.#heard.subarray(0, count);
    this.#heard = this.#heard.subarray(count);
    return taken;
  }

  async #more(what: string): Promise<void> {
    if (this.#arrived.length > 0) return;
    if (this.#ended) throw new WireClosed(this.#heard.toString("latin1"));
    await this.#wait(what, performance.now() + this.patienceMs);
  }

  async #wait(what: string, deadline: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<"woken" | "late">();
    this.#wake = () => resolve("woken");
    const timer = setTimeout(() => resolve("late"), Math.max(0, deadline - performance.now()));
    const outcome = await promise;
    clearTimeout(timer);
    this.#wake = undefined;
    if (outcome === "woken") return;
    this.#gather();
    const heard = JSON.stringify(this.#heard.subarray(-300).toString("latin1"));
    throw new Error(`waited ${this.patienceMs} ms for ${what}; heard ${heard}`);
  }
}

function placeOf(to: WireEnd) {
  if ("path" in to) return to;
  const { port, host = "127.0.0.1", localAddress } = to;
  return localAddress === undefined ? { port, host } : { port, host, localAddress };
}
