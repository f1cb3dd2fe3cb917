// A raw POP3 client for load (RFC 1939): one command, one reply.

import { type Endpoint, endOfLine, type FindEnd, WireSocket } from "./wire-socket.ts";

const endOfListing = Buffer.from("\r\n.\r\n");

export class Pop3Client {
  readonly #socket: WireSocket;
  #shape: "line" | "listing" = "line";
  #waiting: { readonly resolve: (reply: Buffer) => void; readonly reject: (reason: Error) => void } | null = null;

  private constructor(to: Endpoint) {
    this.#socket = WireSocket.open(to, (bytes, from) => this.#findEnd(bytes, from));
    this.#socket.onReply = (reply) => {
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.resolve(reply);
    };
    this.#socket.onEnd = (reason) => {
      this.#waiting?.reject(reason ?? new Error("the server closed the connection"));
    };
  }

  static async logIn(to: Endpoint, { user, password }: { user: string; password: string }): Promise<Pop3Client> {
    const client = new Pop3Client(to);
    await client.#next("line");
    await client.line(`USER ${user}`);
    await client.line(`PASS ${password}`);
    return client;
  }

  /** A command whose reply is one line. */
  line(command: string): Promise<Buffer> {
    this.#socket.write(`${command}\r\n`);
    return this.#next("line");
  }

  /** A command whose reply ends with a dot on a line of its own: the bytes between, dot-stuffed as they came. */
  async listing(command: string): Promise<Buffer> {
    this.#socket.write(`${command}\r\n`);
    const reply = await this.#next("listing");
    return reply.subarray(reply.indexOf(10) + 1, -3);
  }

  async quit(): Promise<void> {
    await this.line("QUIT");
    await this.#socket.end();
  }

  async #next(shape: "line" | "listing"): Promise<Buffer> {
    this.#shape = shape;
    const reply = await new Promise<Buffer>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    if (reply[0] !== 43 /* "+" */) throw new Error(`refused: ${reply.toString("latin1")}`);
    return reply;
  }

  readonly #findEnd: FindEnd = (bytes, from) => {
    if (this.#shape === "line" || bytes[from] === 45 /* "-" */) return endOfLine(bytes, from);
    const end = bytes.indexOf(endOfListing, from);
    return end < 0 ? -1 : end + endOfListing.length;
  };
}
