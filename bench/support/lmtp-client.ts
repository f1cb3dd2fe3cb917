// A raw LMTP client for load (RFC 2033): the envelope pipelined (RFC 2920), one reply a recipient after the data.

import { type Endpoint, endOfLine, WireSocket } from "./wire-socket.ts";

export class LmtpClient {
  readonly #socket: WireSocket;
  #waiting: { readonly resolve: (line: string) => void; readonly reject: (reason: Error) => void }[] = [];

  private constructor(to: Endpoint) {
    this.#socket = WireSocket.open(to, endOfLine);
    this.#socket.onReply = (reply) => this.#take(reply);
    this.#socket.onEnd = (reason) => {
      for (const { reject } of this.#waiting) reject(reason ?? new Error("the server closed the connection"));
      this.#waiting = [];
    };
  }

  static async connect(to: Endpoint): Promise<LmtpClient> {
    const client = new LmtpClient(to);
    await client.#reply("220");
    client.#socket.write("LHLO bench.example\r\n");
    await client.#reply("250");
    return client;
  }

  /** `data` is dot-stuffed and ends with the final dot. Resolves when every recipient has been accepted. */
  async deliver(recipients: readonly string[], data: Buffer): Promise<void> {
    const envelope = recipients.map((address) => `RCPT TO:<${address}>\r\n`).join("");
    this.#socket.write(`MAIL FROM:<sender@bench.example>\r\n${envelope}DATA\r\n`);
    await Promise.all([this.#reply("250"), ...recipients.map(() => this.#reply("250")), this.#reply("354")]);
    this.#socket.write(data);
    await Promise.all(recipients.map(() => this.#reply("250")));
  }

  async quit(): Promise<void> {
    this.#socket.write("QUIT\r\n");
    await this.#reply("221");
    await this.#socket.end();
  }

  async #reply(code: string): Promise<void> {
    const line = await new Promise<string>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    if (!line.startsWith(code)) throw new Error(`refused: ${line.trimEnd()}`);
  }

  // Of a reply in several lines, the last one counts.
  #take(reply: Buffer): void {
    if (reply[3] === 45 /* "-" */) return;
    const first = this.#waiting.shift();
    if (first === undefined) throw new Error(`a reply nobody waits for: ${reply.toString("latin1")}`);
    first.resolve(reply.toString("latin1"));
  }
}
