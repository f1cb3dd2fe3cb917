// Both ends of one connection in memory, in place of a socket. Nothing moves by itself: octets arrive at the server when
// `arrive` is called, and what the server says waits until it is taken. `net/connection.ts` uses of a socket what is here.

import { EventEmitter } from "node:events";
import type { Socket } from "node:net";

/** What the server said at once, and how many of the client's octets it had by then. */
interface Said {
  readonly octets: Buffer;
  readonly arrivedBefore: number;
}

export class Pipe extends EventEmitter {
  readonly remoteAddress = "127.0.0.1";
  /** The client's octets that the server has, in all. */
  arrived = 0;
  readonly #windowBytes: number;
  #said: Said[] = [];
  #unread = 0;
  #paused = false;
  readonly #held: Uint8Array[] = [];
  #state: "open" | "ended" | "closed" = "open";

  /** The server has to wait for its client once so many octets are unread. */
  constructor(windowBytes: number) {
    super();
    this.#windowBytes = windowBytes;
  }

  /** As net/connection.ts takes it. */
  get socket(): Socket {
    return this as unknown as Socket;
  }

  // The client's end.

  arrive(octets: Uint8Array): void {
    if (this.#state !== "open" || octets.length === 0) return;
    this.arrived += octets.length;
    if (this.#paused) this.#held.push(octets);
    else this.emit("data", octets);
  }

  /** What the server has said, up to `most` octets of it at once; undefined when there is nothing. */
  take(most: number): Said | undefined {
    const next = this.#said[0];
    if (next === undefined) return undefined;
    const octets = next.octets.subarray(0, most);
    if (octets.length === next.octets.length) this.#said.shift();
    else this.#said[0] = { ...next, octets: next.octets.subarray(octets.length) };
    const neededDrain = this.writableNeedDrain;
    this.#unread -= octets.length;
    if (neededDrain && !this.writableNeedDrain && this.#state === "open") this.emit("drain");
    return { octets, arrivedBefore: next.arrivedBefore };
  }

  get hasSaid(): boolean {
    return this.#said.length > 0;
  }

  /** The server has ended the connection, and all that it said was taken. */
  get over(): boolean {
    return this.#state !== "open" && this.#said.length === 0;
  }

  get closed(): boolean {
    return this.#state === "closed";
  }

  /** The link breaks: what either side has not taken is lost. */
  cut(): void {
    this.#said = [];
    this.destroy();
  }

  // The server's end, as a socket.

  get writable(): boolean {
    return this.#state === "open";
  }
  get writableEnded(): boolean {
    return this.#state !== "open";
  }
  get writableNeedDrain(): boolean {
    return this.#unread > this.#windowBytes;
  }

  write(octets: Uint8Array): boolean {
    if (this.#state !== "open") return false;
    this.#said.push({ octets: Buffer.from(octets), arrivedBefore: this.arrived });
    this.#unread += octets.length;
    return !this.writableNeedDrain;
  }

  end(): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    process.nextTick(() => this.#close());
  }

  destroy(): void {
    if (this.#state === "closed") return;
    this.#state = "ended";
    process.nextTick(() => this.#close());
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const octets of this.#held.splice(0)) this.emit("data", octets);
  }

  cork(): void {
    // Every write is whole here.
  }

  uncork(): void {
    // Every write is whole here.
  }

  #close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.emit("close");
  }
}
