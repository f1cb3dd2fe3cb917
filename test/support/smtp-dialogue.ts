// A client that says SMTP lines and hears whole replies, for tests that need more than a transcript can tell.

import type { Socket } from "node:net";
import { hear, type Loopback } from "./loopback-listener.ts";

export class SmtpDialogue implements Disposable {
  socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** Connected, and past the greeting. */
  static async with(loopback: Loopback): Promise<SmtpDialogue> {
    const dialogue = new SmtpDialogue(await loopback.connect());
    await dialogue.reply();
    return dialogue;
  }

  /** Connected, and past EHLO or LHLO. */
  static async greeted(loopback: Loopback, hello = "EHLO client.example.net"): Promise<SmtpDialogue> {
    const dialogue = await SmtpDialogue.with(loopback);
    await dialogue.say(hello);
    return dialogue;
  }

  /** Connected, greeted, and logged in as `name@example.org`. */
  static async loggedIn(loopback: Loopback, name: string): Promise<SmtpDialogue> {
    const dialogue = await SmtpDialogue.greeted(loopback);
    const response = Buffer.from(`\0${name}@example.org\0secret`).toString("base64");
    const reply = await dialogue.say(`AUTH PLAIN ${response}`);
    if (!reply.startsWith("235")) throw new Error(`no login: ${reply}`);
    return dialogue;
  }

  /** Says a line and hears the reply to it. */
  async say(line: string): Promise<string> {
    this.write(`${line}\r\n`);
    return await this.reply();
  }

  /** Bytes of one character each. */
  write(octets: string): void {
    this.socket.write(Buffer.from(octets, "latin1"));
  }

  /** The next reply, all of its lines; "" when the connection has ended. */
  async reply(): Promise<string> {
    let text = "";
    // One byte at a time would do; a reply's last line is the one with a space behind its code.
    while (!/^\d{3} [^\r]*\r\n/m.test(text)) {
      const more = await this.#line();
      if (more === "") return text;
      text += more;
    }
    return text.trimEnd();
  }

  /** MAIL, RCPT and DATA up to 354; throws when one of them is refused. */
  async open(sender: string, ...recipients: readonly string[]): Promise<void> {
    const lines = [`MAIL FROM:<${sender}>`, ...recipients.map((address) => `RCPT TO:<${address}>`), "DATA"];
    for (const line of lines) {
      const reply = await this.say(line);
      if (!/^[23]/.test(reply)) throw new Error(`${line}: ${reply}`);
    }
  }

  /** A whole message; `text` is sent as it is, then the end of data. Answers the reply, or LMTP's several. */
  async send(text: string, sender: string, ...recipients: readonly string[]): Promise<string> {
    await this.open(sender, ...recipients);
    this.write(text);
    return await this.say(".");
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #heard = "";

  async #line(): Promise<string> {
    while (!this.#heard.includes("\r\n")) {
      const more = await hear(this.socket, /[^]/);
      if (more === "") return this.#heard;
      this.#heard += more;
    }
    const end = this.#heard.indexOf("\r\n") + 2;
    const line = this.#heard.slice(0, end);
    this.#heard = this.#heard.slice(end);
    return line;
  }
}
