// Another server for outgoing mail: smtp-server, which nobody here wrote, answering as the test wishes.

import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from "smtp-server";
import type { Smarthost } from "../../src/delivery/smarthost-connection.ts";
import { makeTlsPair } from "./certificates.ts";

export interface Taken {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** One character a byte. */
  readonly text: string;
  readonly secure: boolean;
  readonly user: unknown;
  /** MAIL's parameters, and each recipient's. */
  readonly parameters: unknown;
  readonly notify: readonly unknown[];
}

/** A reply other than yes: code and text. */
export type Answer = readonly [code: number, text: string] | undefined;

export class SmarthostDouble implements AsyncDisposable {
  readonly taken: Taken[] = [];
  connections = 0;
  /** What it says to whom; yes unless set. */
  toConnection: () => Answer = () => undefined;
  toSender: (address: string) => Answer = () => undefined;
  toRecipient: (address: string) => Answer = () => undefined;
  toMessage: () => Answer | Promise<Answer> = () => undefined;
  readonly #options: SMTPServerOptions;
  readonly #pair = makeTlsPair({ names: ["localhost"] });
  #server: SMTPServer | undefined;

  private constructor(options: SMTPServerOptions) {
    this.#options = options;
  }

  static async open(options: SMTPServerOptions = {}): Promise<SmarthostDouble> {
    const double = new SmarthostDouble(options);
    await double.listen(0);
    return double;
  }

  /** On this port again, after `close`. */
  async listen(port: number): Promise<void> {
    const server = new SMTPServer({
      key: this.#pair.key.toString(),
      cert: this.#pair.certificate.toString(),
      disableReverseLookup: true,
      authOptional: true,
      hideENHANCEDSTATUSCODES: false,
      closeTimeout: 10,
      onConnect: (_, done) => {
        this.connections++;
        done(refusal(this.toConnection()));
      },
      onAuth: ({ username, password }, _, done) => {
        if (username === "dakghar" && password === "secret") done(null, { user: username });
        else done(refusal([535, "no"]) ?? null);
      },
      onMailFrom: ({ address }, _, done) => done(refusal(this.toSender(address)) ?? null),
      onRcptTo: ({ address }, _, done) => done(refusal(this.toRecipient(address)) ?? null),
      onData: (stream, session, done) => {
        let text = "";
        stream.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
        stream.on("end", () => void this.#judge(text, session).then((answer) => done(refusal(answer) ?? null)));
      },
      ...this.#options,
    });
    // Connections that the test breaks are no errors.
    server.on("error", () => undefined);
    this.#server = server;
    await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", () => resolve()));
  }

  async #judge(text: string, { envelope, secure, user }: SMTPServerSession): Promise<Answer> {
    const answer = await this.toMessage();
    if (answer !== undefined) return answer;
    const { mailFrom, rcptTo } = envelope;
    this.taken.push({
      sender: mailFrom === false ? "" : mailFrom.address,
      recipients: rcptTo.map(({ address }) => address),
      text,
      secure,
      user,
      parameters: mailFrom === false ? false : mailFrom.args,
      notify: rcptTo.map(({ args }) => args),
    });
    return undefined;
  }

  get port(): number {
    const address = this.#server?.server.address();
    if (typeof address !== "object" || address === null) throw new Error("not listening");
    return address.port;
  }

  /** How to reach it. */
  way(how: Partial<Smarthost> = {}): Smarthost {
    return {
      host: "localhost",
      port: this.port,
      tls: "none",
      credentials: undefined,
      trusted: this.#pair.certificate.toString(),
      helloName: "mail.example.org",
      ...how,
    };
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server?.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function refusal(answer: Answer): Error | undefined {
  return answer === undefined ? undefined : Object.assign(new Error(answer[1]), { responseCode: answer[0] });
}
