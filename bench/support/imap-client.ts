// A raw IMAP client for load (RFC 9051, RFC 3501): one write a command, one look at each reply, nothing kept.
// Commands may be pipelined; their completions must come in order.

import { type Endpoint, type FindEnd, WireSocket } from "./wire-socket.ts";

/** Takes an untagged response, whole with its literals and CRLF. Valid during the call only. */
export type Untagged = (response: Buffer) => void;

interface Waiting {
  readonly tag: string;
  readonly untagged: Untagged;
  readonly resolve: (text: string) => void;
  readonly reject: (reason: Error) => void;
}

const ignore: Untagged = () => undefined;

export class ImapClient {
  readonly #socket: WireSocket;
  readonly #waiting: Waiting[] = [];
  #next = 1;
  #greeted: (() => void) | null = null;
  #continued: (() => void) | null = null;
  /** Takes untagged responses that come while no command waits, or during IDLE. */
  onUnasked: Untagged = ignore;

  private constructor(to: Endpoint) {
    this.#socket = WireSocket.open(to, endOfResponse);
    this.#socket.onReply = (reply) => this.#take(reply);
    this.#socket.onEnd = (reason) => {
      for (const { reject } of this.#waiting) reject(reason ?? new Error("the server closed the connection"));
      this.#waiting.length = 0;
    };
  }

  /** Resolves with the greeting. */
  static async connect(to: Endpoint): Promise<ImapClient> {
    const client = new ImapClient(to);
    await Promise.race([
      new Promise<void>((resolve) => {
        client.#greeted = resolve;
      }),
      client.#socket.ended.then(() => {
        if (client.#greeted !== null) throw new Error("no greeting");
      }),
    ]);
    return client;
  }

  static async logIn(to: Endpoint, { user, password }: { user: string; password: string }): Promise<ImapClient> {
    const client = await ImapClient.connect(to);
    await client.run(`LOGIN "${user}" "${password}"`);
    return client;
  }

  /** Runs a command; resolves with the text after OK, and rejects at NO and BAD. */
  run(command: string, untagged: Untagged = ignore): Promise<string> {
    return this.runPieces([command], untagged);
  }

  /** A command of text and literals that the server takes without being asked (LITERAL+). */
  runPieces(pieces: readonly (string | Buffer)[], untagged: Untagged = ignore): Promise<string> {
    const tag = `a${this.#next++}`;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ tag, untagged, resolve, reject });
      this.#socket.writeAll([`${tag} `, ...pieces, "\r\n"]);
    });
  }

  /** Resolves once the server has said that it idles. `done` ends it. */
  async idle(): Promise<{ done(): Promise<string> }> {
    const continued = new Promise<void>((resolve) => {
      this.#continued = resolve;
    });
    const completion = this.run("IDLE", (response) => this.onUnasked(response));
    await Promise.race([continued, completion]);
    return {
      done: () => {
        this.#socket.write("DONE\r\n");
        return completion;
      },
    };
  }

  async logOut(): Promise<void> {
    await this.run("LOGOUT");
    await this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(reply: Buffer): void {
    const first = this.#waiting[0];
    if (reply[0] === 42 /* "*" */) {
      if (this.#greeted !== null) {
        this.#greeted();
        this.#greeted = null;
      } else if (first === undefined) this.onUnasked(reply);
      else first.untagged(reply);
    } else if (reply[0] === 43 /* "+" */) {
      this.#continued?.();
      this.#continued = null;
    } else this.#complete(reply.toString("latin1"));
  }

  #complete(line: string): void {
    const first = this.#waiting.shift();
    const [tag, state] = line.split(" ", 2);
    if (first === undefined || tag !== first.tag) throw new Error(`a completion nobody waits for: ${line}`);
    if (state === "OK") first.resolve(line.slice(first.tag.length + 4, -2));
    else first.reject(new Error(`refused: ${line.trimEnd()}`));
  }
}

// A line that ends in {n} goes on after n octets (RFC 9051 4.3).
const endOfResponse: FindEnd = (bytes, from) => {
  let at = from;
  for (;;) {
    const newline = bytes.indexOf(10, at);
    if (newline < 0) return -1;
    const literal = bytes[newline - 2] === 125 /* "}" */ ? literalLength(bytes, newline - 3, from) : -1;
    if (literal < 0) return newline + 1;
    at = newline + 1 + literal;
    if (at > bytes.length) return -1;
  }
};

/** The number before `at`, when an opening brace stands before it; -1 otherwise. */
function literalLength(bytes: Buffer, at: number, from: number): number {
  let length = 0;
  let scale = 1;
  let digit = at;
  for (; digit > from; digit--) {
    const value = (bytes[digit] ?? 0) - 48;
    if (value < 0 || value > 9) break;
    length += value * scale;
    scale *= 10;
  }
  return digit < at && bytes[digit] === 123 /* "{" */ ? length : -1;
}

/** The number that begins at `at`. */
export function numberAt(bytes: Buffer, at: number): number {
  let value = 0;
  for (let digit = at; ; digit++) {
    const next = (bytes[digit] ?? 0) - 48;
    if (next < 0 || next > 9) return value;
    value = value * 10 + next;
  }
}
