// The server that takes our mail for elsewhere: remembers which letters came, and whether they came whole.

import { AssertionError } from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Ledger } from "./ledger.ts";
import { tokenOf } from "./letters.ts";

export class MailSink implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** How often each letter came. */
  readonly arrivals = new Map<string, number>();
  readonly faults: AssertionError[] = [];

  private constructor(ledger: Ledger) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
      this.#serve(socket, ledger).catch((error: unknown) => {
        // A sender that is killed breaks its connection; only a letter that is not what was sent is a fault.
        if (error instanceof AssertionError) this.faults.push(error);
      });
    });
  }

  static async open(ledger: Ledger): Promise<MailSink> {
    const sink = new MailSink(ledger);
    sink.#server.listen(0, "127.0.0.1");
    await once(sink.#server, "listening");
    return sink;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async #serve(socket: Socket, ledger: Ledger): Promise<void> {
    socket.setEncoding("latin1");
    socket.write("220 elsewhere.example\r\n");
    let data: string[] | undefined;
    for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
      if (data === undefined) {
        if (line === "DATA") data = [];
        socket.write(answers[line.slice(0, 4).toUpperCase()] ?? "250 Ok\r\n");
        if (line === "QUIT") socket.end();
      } else if (line === ".") {
        const letter = Buffer.from(`${data.join("\r\n")}\r\n`, "latin1");
        data = undefined;
        this.#take(letter, ledger);
        socket.write("250 Taken\r\n");
      } else data.push(line.startsWith(".") ? line.slice(1) : line);
    }
  }

  #take(letter: Buffer, ledger: Ledger): void {
    const token = tokenOf(letter) ?? "";
    ledger.compare(token, letter, "delivered");
    this.arrivals.set(token, (this.arrivals.get(token) ?? 0) + 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

const answers: Readonly<Record<string, string>> = {
  EHLO: "250-elsewhere.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 100000000\r\n",
  DATA: "354 Go ahead\r\n",
  QUIT: "221 Good-bye\r\n",
};
