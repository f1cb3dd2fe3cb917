// One client of a transcript: a socket, what it has heard and not yet been asked about, and how it sends.

import { once } from "node:events";
import { connect, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { deflated } from "./deflated.ts";
import type { Pattern } from "./transcript-pattern.ts";
import { readable } from "./transcript-pattern.ts";

/** How long a client waits to hear what it expects; only a failing test ever does. */
const patienceMs = 5_000;

/** Cuts a client's bytes into what is sent at once. Positions count all bytes that the transcript's clients send. */
export type Cutting = (text: string, from: number) => readonly string[];

export const uncut: Cutting = (text) => [text];
/** The middle of a very long line goes in one piece. */
export const everyByteAlone: Cutting = (text) => {
  if (text.length < 1_000) return text.split("");
  return [...text.slice(0, 300).split(""), text.slice(300, -300), ...text.slice(-300).split("")];
};
export const cutAt = (position: number): Cutting => {
  return (text, from) => {
    const at = position - from;
    return at <= 0 || at >= text.length ? [text] : [text.slice(0, at), text.slice(at)];
  };
};

export class TranscriptSession {
  #socket: Duplex;
  #heard = "";
  #ended = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen(socket);
  }

  static async connect(port: number): Promise<TranscriptSession> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    await once(socket, "connect");
    return new TranscriptSession(socket);
  }

  /** Sends piece by piece, and lets the server read each before the next. */
  async send(pieces: readonly string[]): Promise<void> {
    for (const [at, piece] of pieces.entries()) {
      if (at > 0) await turns();
      this.#socket.write(Buffer.from(piece, "latin1"));
    }
  }

  /** Hears what the pattern says, and forgets it. Throws with both when something else, or nothing, comes. */
  async expect({ expression, captures }: Pattern): Promise<ReadonlyMap<string, string>> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const match = expression.exec(this.#heard);
      if (match !== null) {
        this.#heard = this.#heard.slice(match[0].length);
        return new Map(captures.map((name) => [name, match.groups?.[name] ?? ""]));
      }
      if (this.#ended || !(await this.#more(deadline))) {
        const ending = this.#ended ? " and the connection ended" : "";
        throw new Error(`expected ${expression.source}\nheard ${readable(this.#heard)}${ending}`);
      }
    }
  }

  async expectClosed(): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!this.#ended && (await this.#more(deadline)));
    if (this.#heard !== "") throw new Error(`expected the end\nheard ${readable(this.#heard)}`);
    if (!this.#ended) throw new Error("expected the end of the connection; it stands");
  }

  /** What came and nobody asked for. */
  async unasked(): Promise<string> {
    await turns();
    return this.#heard;
  }

  /** The client's half of the handshake, on the connection as it is. */
  async startTls(): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners();
    const secure = connectTls({ socket: plain, rejectUnauthorized: false });
    await once(secure, "secureConnect", { signal: AbortSignal.timeout(patienceMs) });
    this.#socket = secure;
    this.#listen(secure);
  }

  /** The client compresses from now on, and takes what it hears as compressed. */
  startDeflate(): void {
    if (!(this.#socket instanceof Socket)) throw new Error("compressed already");
    this.#socket = deflated(this.#socket);
    this.#listen(this.#socket);
  }

  end(): void {
    this.#socket.end();
  }

  drop(): void {
    this.#socket.destroy();
  }

  #listen(socket: Duplex): void {
    socket.on("data", (chunk: Buffer) => {
      this.#heard += chunk.toString("latin1");
      this.#wake?.();
    });
    const ended = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    socket.on("end", ended).on("close", ended).on("error", ended);
  }

  /** False when nothing came before the deadline. */
  async #more(deadline: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), Math.max(0, deadline - performance.now()));
    this.#wake = () => resolve(true);
    const woken = await promise;
    clearTimeout(timer);
    this.#wake = undefined;
    return woken;
  }
}

/** The event loop has gone round: what was written has been read. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
