// DEFLATE (RFC 1951) above a connection, in the clear or inside TLS, both ways: the layer that IMAP's COMPRESS begins
// (RFC 4978 3: compressed first, encrypted last). It is read and written as the connection is.
//
// The client's octets are inflated piece by piece as they are read, so what is not asked for stays compressed, and then in
// the kernel. What inflates to much more than any mail does, never yields an octet, or is no DEFLATE, reads "unreadable".
// A layer takes 250 KiB, measured with 400 of them at work: half of it is the compressor's.

import { constants, createDeflateRaw, createInflateRaw } from "node:zlib";
import { concatBytes } from "../base/bytes.ts";
import {
  deflateMemoryLevelMax,
  deflatePieceBytes,
  deflateWindowBitsMax,
  inflatedPieceBytes,
  inflationAllowanceBytesMax,
  inflationRatioMax,
  inflationSilentBytesMax,
  outputChunkBytes,
} from "../base/limits.ts";
import { type Connection, ConnectionClosed, type ReadEnd } from "./connection.ts";
import { FlushFinder } from "./flush-finder.ts";

export class DeflateLayer implements Disposable {
  readonly #connection: Connection;
  // The client chooses how far back it refers, so that window must be the largest; ours need not be.
  readonly #inflate = createInflateRaw({ chunkSize: inflatedPieceBytes });
  readonly #deflate = createDeflateRaw({
    // RFC 4978 4: what is written is flushed to where the client can read all of it.
    flush: constants.Z_SYNC_FLUSH,
    windowBits: deflateWindowBitsMax,
    memLevel: deflateMemoryLevelMax,
    chunkSize: deflatePieceBytes,
  });
  readonly #flushes = new FlushFinder();
  /** What came and was not inflated yet. */
  #unread: Uint8Array | undefined;
  #inflating = false;
  #inflated: "going-on" | "end" | "unreadable" = "going-on";
  #wakeReader: (() => void) | undefined;
  /** Octets that may still come out, and those that the session has agreed to take besides. */
  #allowanceBytes = inflationAllowanceBytesMax;
  #expectedBytes = 0;
  /** Octets that came in since one came out. */
  #silentBytes = 0;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #writing: "idle" | "busy" | "behind" = "idle";
  #written: PromiseWithResolvers<void> | undefined;
  #behind: Promise<void> | undefined;

  /** `unread` is what the client sent after the command that began the layer: by RFC 4978 3 it is compressed. */
  constructor(connection: Connection, unread: Uint8Array) {
    this.#connection = connection;
    this.#unread = unread.length === 0 ? undefined : unread;
    this.#inflate.on("readable", () => this.#wake());
    this.#inflate.on("end", () => this.#endInput("end"));
    this.#inflate.on("error", () => this.#endInput("unreadable"));
    this.#deflate.on("readable", () => this.#send());
    // It can fail only for want of memory, or after it was closed.
    this.#deflate.on("error", (error) => connection.closed || this.#written?.reject(new ConnectionClosed(error)));
  }

  /** The next octets, never none. One read at a time. */
  async read(): Promise<Uint8Array | ReadEnd | "unreadable"> {
    for (;;) {
      if (this.#connection.stopping) return "stopping";
      const piece = await this.#piece();
      if (piece !== undefined) return this.#allow(piece) ? piece : "unreadable";
      if (this.#inflated !== "going-on") return this.#inflated;
      if (this.#silentBytes > inflationSilentBytesMax) return "unreadable";
      const chunk = this.#unread ?? (await this.#connection.read());
      if (typeof chunk === "string") return chunk;
      // Flush by flush, since the client's layer may end behind any of them (RFC 8437 4.1).
      const end = this.#flushes.end(chunk);
      this.#unread = end < chunk.length ? chunk.subarray(end) : undefined;
      this.#feed(chunk.subarray(0, end));
    }
  }

  /** The session has agreed to take so many octets, which have bounds of their own: they may be as dense as they like. */
  expect(bytes: number): void {
    this.#expectedBytes = bytes;
  }

  /**
   * Sends `bytes` soon; they must not be changed after. Returns a promise only when the client is behind: await it
   * before saying more. It rejects with ConnectionClosed, and may be ignored.
   */
  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#writing === "idle") {
      this.#writing = "busy";
      // What is written in one tick is compressed together.
      process.nextTick(() => void this.#pump());
    }
    return this.#writing === "behind" || this.#pendingBytes >= outputChunkBytes ? this.#whenWritten() : undefined;
  }

  /**
   * Ends the layer, once all that was written is with the connection: answers what the client says behind the flush that
   * was read last, or nothing. Rejects with ConnectionClosed.
   */
  async end(): Promise<Uint8Array> {
    if (this.#writing !== "idle") await this.#whenWritten();
    let unread = this.#unread ?? new Uint8Array(0);
    // The words of a flush can be read before its last octets are there.
    let left = this.#flushes.left(unread);
    while (left === "unknown") {
      const read = await this.#connection.read();
      if (typeof read === "string") break;
      unread = concatBytes([unread, read]);
      left = this.#flushes.left(unread);
    }
    this[Symbol.dispose]();
    return left === "unknown" ? unread : unread.subarray(left);
  }

  /** Resolves when what was written is with the connection, without waiting for a client that does not take it. */
  async handOver(): Promise<void> {
    if (this.#writing === "busy") await this.#whenWritten();
  }

  [Symbol.dispose](): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** The next inflated octets of the chunk at hand; undefined when it has no more. */
  async #piece(): Promise<Uint8Array | undefined> {
    for (;;) {
      const piece: Uint8Array | null = this.#inflate.read();
      if (piece !== null) return piece;
      if (!this.#inflating || this.#inflated !== "going-on") return undefined;
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
  }

  #feed(chunk: Uint8Array): void {
    const savedBytes = Math.min(inflationAllowanceBytesMax, this.#allowanceBytes);
    this.#allowanceBytes = savedBytes + chunk.length * inflationRatioMax;
    this.#silentBytes += chunk.length;
    this.#inflating = true;
    this.#inflate.write(chunk, () => {
      this.#inflating = false;
      this.#wake();
    });
  }

  #allow(piece: Uint8Array): boolean {
    this.#silentBytes = 0;
    const expected = Math.min(this.#expectedBytes, piece.length);
    this.#expectedBytes -= expected;
    this.#allowanceBytes -= piece.length - expected;
    if (this.#allowanceBytes >= 0) return true;
    this.#inflate.destroy();
    this.#inflated = "unreadable";
    return false;
  }

  #endInput(how: "end" | "unreadable"): void {
    if (this.#inflated === "going-on") this.#inflated = how;
    this.#wake();
  }

  #wake(): void {
    this.#wakeReader?.();
    this.#wakeReader = undefined;
  }

  /** Compresses and hands over until nothing is left to say, at the client's pace. Never rejects. */
  async #pump(): Promise<void> {
    while (this.#pendingBytes > 0) {
      const bytes = concatBytes(this.#pending);
      this.#pending = [];
      this.#pendingBytes = 0;
      await new Promise<void>((resolve) => this.#deflate.write(bytes, () => resolve()));
      this.#send();
      const behind = this.#behind;
      this.#behind = undefined;
      if (behind === undefined) continue;
      this.#writing = "behind";
      await behind.catch(() => undefined);
      this.#writing = "busy";
    }
    this.#writing = "idle";
    if (this.#connection.closed) this.#written?.reject(new ConnectionClosed(undefined));
    else this.#written?.resolve();
    this.#written = undefined;
  }

  #send(): void {
    for (;;) {
      const piece: Uint8Array | null = this.#deflate.read();
      if (piece === null) return;
      this.#behind = this.#connection.write(piece) ?? this.#behind;
    }
  }

  #whenWritten(): Promise<void> {
    this.#written ??= Promise.withResolvers<void>();
    // Whoever waits hears of the end of the connection; where nobody waits it is no unhandled rejection.
    this.#written.promise.catch(() => undefined);
    return this.#written.promise;
  }
}
