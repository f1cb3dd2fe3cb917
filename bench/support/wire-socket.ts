// A socket of a load client: hands over whole replies as slices of what was read, copying only what a read has cut in two.

import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export type Endpoint =
  | { readonly port: number; readonly caFile?: string; readonly host?: string }
  | { readonly path: string };

/** Where the first whole reply in `bytes` from `from` ends; -1 when there is none yet. */
export type FindEnd = (bytes: Buffer, from: number) => number;

export class WireSocket {
  readonly #socket: Socket;
  readonly #findEnd: FindEnd;
  #rest: Buffer = Buffer.alloc(0);
  #failure: Error | null = null;
  readonly ended: Promise<void>;
  /** Takes each whole reply; the slice is valid during the call only. */
  onReply: (reply: Buffer) => void = () => undefined;
  /** Called once when the connection ends, with the reason if there is one. */
  onEnd: (reason: Error | null) => void = () => undefined;

  private constructor(socket: Socket, findEnd: FindEnd) {
    this.#socket = socket;
    this.#findEnd = findEnd;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => {
      this.#failure ??= error;
    });
    this.ended = new Promise((resolve) => {
      socket.on("close", () => {
        this.onEnd(this.#failure);
        resolve();
      });
    });
  }

  static open(to: Endpoint, findEnd: FindEnd): WireSocket {
    if ("path" in to) return new WireSocket(connect({ path: to.path }), findEnd);
    const at = { host: "127.0.0.1", port: to.port };
    if (to.caFile === undefined) return new WireSocket(connect(at), findEnd);
    const tls = { ca: readFileSync(to.caFile), servername: to.host ?? "localhost" };
    return new WireSocket(connectTls({ ...at, ...tls }), findEnd);
  }

  write(bytes: Buffer | string): void {
    if (typeof bytes === "string") this.#socket.write(bytes, "latin1");
    else this.#socket.write(bytes);
  }

  /** Several pieces in one go. */
  writeAll(pieces: readonly (Buffer | string)[]): void {
    this.#socket.cork();
    for (const piece of pieces) this.write(piece);
    this.#socket.uncork();
  }

  end(): Promise<void> {
    this.#socket.end();
    return this.ended;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    try {
      for (;;) {
        const end = this.#findEnd(bytes, at);
        if (end < 0) break;
        this.onReply(bytes.subarray(at, end));
        at = end;
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#socket.destroy();
      return;
    }
    this.#rest = bytes.subarray(at);
  }
}

/** A reply that is one line. */
export const endOfLine: FindEnd = (bytes, from) => {
  const newline = bytes.indexOf(10, from);
  return newline < 0 ? -1 : newline + 1;
};
