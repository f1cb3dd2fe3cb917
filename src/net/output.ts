// What a connection has to say: writes of one tick leave as one packet, and a slow reader is waited for.

import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { outputChunkBytes } from "../base/limits.ts";

/** All outputs written to in this tick. One flush serves them all, after every promise reaction of the tick has run. */
let unflushed: Output[] = [];

function flushAll(): void {
  const due = unflushed;
  unflushed = [];
  for (const output of due) output.flush();
}

const scratchBytes = 32 * 1024;

/**
 * Where short writes of one tick are joined. A plain socket has usually handed its bytes to the kernel when `write` returns,
 * and then the next join may have the same place: no buffer is made, swept and freed for each reply.
 */
let scratch = Buffer.allocUnsafeSlow(scratchBytes);

export class Output {
  readonly #socket: Socket;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #drained: PromiseWithResolvers<void> | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Queues `bytes`; false when the reader is behind and `drained` should be awaited. */
  write(bytes: Uint8Array): boolean {
    if (this.#chunks.push(bytes) === 1 && unflushed.push(this) === 1) process.nextTick(flushAll);
    this.#bytes += bytes.length;
    // A long reply does not pile up until the end of the tick.
    if (this.#bytes >= outputChunkBytes) this.flush();
    return !this.#socket.writableNeedDrain;
  }

  /** Hands `bytes` to the socket now, behind what is queued; true when the kernel has taken them all. */
  writeNow(bytes: Uint8Array): boolean {
    this.flush();
    if (!this.#socket.writable) return false;
    const atOnce = this.#takesAtOnce;
    this.#socket.write(bytes);
    return atOnce && this.#socket.writableLength === 0;
  }

  /** Hands everything to the socket now. */
  flush(): void {
    const chunks = this.#chunks;
    const [first] = chunks;
    if (first === undefined) return;
    const bytes = this.#bytes;
    this.#chunks = [];
    this.#bytes = 0;
    if (!this.#socket.writable) return;
    // One large write is cheaper than a vector of small ones, and one TLS record smaller than many.
    if (chunks.length === 1) this.#socket.write(first);
    else if (bytes <= scratchBytes && this.#takesAtOnce) this.#writeScratch(chunks, bytes);
    else if (bytes < 2 * outputChunkBytes) this.#socket.write(joined(chunks, Buffer.allocUnsafe(bytes)));
    else this.#writeVector(chunks);
  }

  /** Resolves when the reader has caught up; rejects through `fail`. */
  drained(): Promise<void> {
    this.#drained ??= Promise.withResolvers<void>();
    return this.#drained.promise;
  }

  /** The socket's "drain" event. */
  caughtUp(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  /** The connection is gone: nobody waits for its reader any longer. */
  fail(reason: Error): void {
    this.#chunks = [];
    // Whoever waits hears of it; where nobody waits it is no unhandled rejection.
    this.#drained?.promise.catch(() => undefined);
    this.#drained?.reject(reason);
    this.#drained = undefined;
  }

  #writeScratch(chunks: readonly Uint8Array[], bytes: number): void {
    this.#socket.write(joined(chunks, scratch.subarray(0, bytes)));
    // The reader is behind, and the place is its own now.
    if (this.#socket.writableLength > 0) scratch = Buffer.allocUnsafeSlow(scratchBytes);
  }

  get #takesAtOnce(): boolean {
    // TLS keeps what it is given until it has been encrypted.
    return this.#socket.writableLength === 0 && !(this.#socket instanceof TLSSocket);
  }

  #writeVector(chunks: readonly Uint8Array[]): void {
    this.#socket.cork();
    for (const chunk of chunks) this.#socket.write(chunk);
    this.#socket.uncork();
  }
}

function joined(chunks: readonly Uint8Array[], whole: Uint8Array): Uint8Array {
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
