// One SMTP connection to the smarthost (nodemailer's client) with promises around it. Liberties that are the client's:
// SMTPUTF8 is asked for when an address needs it, not when only the header does.

import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { remoteGreetingTimeoutMs, remoteReplyBytesMax, remoteSilenceTimeoutMs } from "../base/limits.ts";
import type { NotifyEvent } from "./envelope.ts";
import type { Letter } from "./letter.ts";

export interface Smarthost {
  readonly host: string;
  readonly port: number;
  /** "tls": from the first byte (RFC 8314 3.3). "starttls": STARTTLS or nothing. "none": in the clear, to this machine. */
  readonly tls: "starttls" | "tls" | "none";
  readonly credentials: { readonly user: string; readonly password: string } | undefined;
  /** Certificates that are trusted instead of the system's, in PEM. */
  readonly trusted: string | undefined;
  /** What this server calls itself in EHLO. */
  readonly helloName: string;
}

export interface OutgoingEnvelope {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly size: number;
  /** RFC 3461; passed on where the server knows it. */
  readonly returned: "FULL" | "HDRS" | undefined;
  readonly envelopeId: string | undefined;
  readonly notify: readonly NotifyEvent[] | undefined;
  readonly originalRecipient: string | undefined;
}

export interface SendReport {
  /** The reply to the end of the data. */
  readonly reply: string;
  readonly refused: readonly { readonly recipient: string; readonly reply: string }[];
}

/** What went wrong, with the server's reply if there was one. */
export class SendFailure extends Error {
  /** "connect" before a transaction began; "unsent" when the client itself found the envelope impossible. */
  readonly stage: "connect" | "sender" | "recipients" | "data" | "unsent";
  readonly reply: string | undefined;
  readonly refused: SendReport["refused"];

  constructor(stage: SendFailure["stage"], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "SendFailure";
    this.stage = stage;
    this.reply = textOf(cause, "response");
    this.refused = refusedOf(cause);
  }
}

export class SmarthostConnection {
  readonly #connection: SMTPConnection;
  #sent = 0;

  private constructor(connection: SMTPConnection) {
    this.#connection = connection;
    // An idle connection may end in any way it likes; the next use finds out.
    connection.on("error", ignore);
  }

  /** Connects, starts TLS and logs in. Throws SendFailure "connect". */
  static async open(smarthost: Smarthost, signal: AbortSignal): Promise<SmarthostConnection> {
    const connection = new SMTPConnection(optionsOf(smarthost));
    const ended = Promise.withResolvers<never>();
    ended.promise.catch(ignore);
    connection.once("error", ended.reject);
    connection.once("end", () => ended.reject(new Error("the server closed the connection")));
    const abort = (): void => connection.close();
    signal.addEventListener("abort", abort, { once: true });
    try {
      const connected = promised((done) => connection.connect((error) => done(error)));
      await Promise.race([connected, ended.promise]);
      await Promise.race([logIn(connection, smarthost), ended.promise]);
      return new SmarthostConnection(connection);
    } catch (error) {
      connection.close();
      throw new SendFailure("connect", error);
    } finally {
      signal.removeEventListener("abort", abort);
      connection.off("error", ended.reject);
    }
  }

  /** Messages sent over it. */
  get sent(): number {
    return this.#sent;
  }

  /** What the server offered (RFC 5321 2.2.1), as far as the client knows it. */
  offers(extension: "DSN" | "SMTPUTF8"): boolean {
    const offered: unknown = Reflect.get(this.#connection, "_supportedExtensions");
    return Array.isArray(offered) && offered.includes(extension);
  }

  /** Resolves when the server has taken the message for some recipient. Throws SendFailure. Use it for nothing after that. */
  async send(envelope: OutgoingEnvelope, letter: Letter, signal: AbortSignal): Promise<SendReport> {
    const { sender, recipients, size, returned, envelopeId, notify, originalRecipient } = envelope;
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(ignore);
    const abort = (): void => {
      this.close();
      aborted.reject(new Error("the attempt took too long, or the server is stopping"));
    };
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    const dsn = {
      ret: returned,
      envid: envelopeId,
      notify: notify === undefined ? undefined : notify.length === 0 ? "NEVER" : notify.join(","),
      orcpt: originalRecipient,
    };
    const order = { from: sender, to: [...recipients], size, use8BitMime: true, dsn };
    const body = Readable.from(letter.pieces(0), { objectMode: false });
    try {
      const sending = promised<Sent>((done) => this.#connection.send(order, body, done));
      const info = await Promise.race([sending, aborted.promise]);
      this.#sent++;
      return { reply: info?.response ?? "", refused: refusedOf(info) };
    } catch (error) {
      throw new SendFailure(stageOf(error), error);
    } finally {
      signal.removeEventListener("abort", abort);
      body.destroy();
    }
  }

  /** RFC 5321 4.1.1.10, as far as the server still listens. */
  quit(): void {
    if (this.#connection.destroyed) return;
    this.#connection.quit();
  }

  close(): void {
    this.#connection.close();
  }

  get usable(): boolean {
    return !this.#connection.destroyed;
  }
}

interface Sent {
  readonly response: string;
}

function optionsOf({ host, port, tls, trusted, helloName }: Smarthost): SMTPConnection.Options {
  return {
    host,
    port,
    secure: tls === "tls",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    tls: { minVersion: "TLSv1.2", ...(trusted === undefined ? {} : { ca: trusted }) },
    name: helloName,
    connectionTimeout: remoteGreetingTimeoutMs,
    greetingTimeout: remoteGreetingTimeoutMs,
    socketTimeout: remoteSilenceTimeoutMs,
    maxResponseSize: remoteReplyBytesMax,
    logger: false,
  };
}

async function logIn(connection: SMTPConnection, { host, credentials }: Smarthost): Promise<void> {
  if (credentials === undefined) return;
  // RFC 8314 3: no password in the clear, unless it stays on this machine.
  if (!connection.secure && !/^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)) {
    throw new Error("the smarthost offers no TLS, so the password stays here");
  }
  const auth = { user: credentials.user, pass: credentials.password };
  await promised((done) => connection.login(auth, done));
}

type Done<T> = (error: unknown, result?: T) => void;

function promised<T>(start: (done: Done<T>) => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error);
    });
  });
}

const stages: Readonly<Record<string, SendFailure["stage"]>> = {
  "MAIL FROM": "sender",
  "RCPT TO": "recipients",
  DATA: "data",
};

function stageOf(error: unknown): SendFailure["stage"] {
  const code = textOf(error, "code");
  const stage = stages[textOf(error, "command") ?? ""];
  if (textOf(error, "response") !== undefined) return stage ?? "connect";
  // Without a reply: the client found the envelope impossible, or the connection broke.
  return code === "EENVELOPE" || (code === "EMESSAGE" && stage === "sender") ? "unsent" : "connect";
}

function refusedOf(report: unknown): SendReport["refused"] {
  const errors: unknown = typeof report === "object" && report !== null ? Reflect.get(report, "rejectedErrors") : [];
  if (!Array.isArray(errors)) return [];
  return errors.map((error: unknown) => ({
    recipient: textOf(error, "recipient") ?? "",
    reply: textOf(error, "response") ?? "",
  }));
}

function textOf(error: unknown, name: string): string | undefined {
  const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === "string" ? value : undefined;
}

function ignore(): void {
  // Told elsewhere.
}
