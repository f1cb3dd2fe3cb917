// One SMTP connection from greeting to end: lines in, commands run one after another, replies out as fast as the client
// takes them. Pipelined commands (RFC 2920) wait in the input; nothing is read while one is at work. Whoever only makes
// work is answered more and more slowly and then told to go.

import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { latin1 } from "../base/bytes.ts";
import {
  smtpCommandsPerTurnMax,
  smtpCommandTimeoutMs,
  smtpDataTimeoutMs,
  smtpErrorsFreeMax,
  smtpErrorsMax,
  smtpJunkMax,
  smtpLineBytesMax,
  smtpLineDiscardedBytesMax,
  smtpMessageTimeoutMs,
} from "../base/limits.ts";
import { refuse } from "../model/problem.ts";
import type { Connection } from "../net/connection.ts";
import type { TlsContexts } from "../net/tls-contexts.ts";
import { answer, answerAndClose, type Command, type Completion, type DataEnd, type Dialogue } from "./command.ts";
import { commands } from "./commands/commands.ts";
import type { EndReason } from "./events.ts";
import { faultReply, SessionOver } from "./fault-reply.ts";
import { isGreeted, isInTransaction, Session, type SessionParts } from "./session.ts";
import { type CommandLine, parseCommandLine } from "./wire/command-line.ts";
import { DataReader } from "./wire/data-reader.ts";
import { formatReply, type Reply, reply } from "./wire/reply.ts";
import { type LineRead, SmtpInput } from "./wire/smtp-input.ts";

export class Conversation implements Dialogue {
  readonly #connection: Connection;
  readonly #parts: SessionParts;
  readonly #startTls: TlsContexts | undefined;
  readonly #input = new SmtpInput();
  readonly #session: Session;
  #errors = 0;
  #junk = 0;
  /** Commands since other connections had their turn. */
  #sinceTurn = 0;

  constructor(connection: Connection, parts: SessionParts, startTls: TlsContexts | undefined) {
    this.#connection = connection;
    this.#parts = parts;
    this.#startTls = startTls;
    this.#session = new Session(parts, connection);
  }

  /** Resolves when all is said. Rejects with ConnectionClosed when the client is gone in the middle. */
  async run(): Promise<EndReason> {
    try {
      await this.#write(greeting(this.#parts));
      for (;;) {
        const completion = await this.#next();
        for (const one of completion.replies) await this.#write(one);
        if (completion.next === "start-tls") await this.#beginTls();
        else if (completion.next !== undefined) return completion.next;
      }
    } catch (error) {
      if (!(error instanceof SessionOver)) throw error;
      const farewell = farewells[error.why];
      if (farewell !== undefined) await this.#write(farewell);
      return error.why;
    } finally {
      await this.#session.endTransaction();
    }
  }

  async ask(question: Reply): Promise<string> {
    await this.#write(question);
    const line = await this.#line();
    if (line.kind !== "line") throw refuse({ kind: "sasl-response-invalid" });
    return line.text;
  }

  async receive(goAhead: Reply, take: (piece: Uint8Array) => Promise<void> | undefined): Promise<DataEnd> {
    await this.#write(goAhead);
    this.#connection.idleAfter(smtpDataTimeoutMs);
    const latestMs = this.#parts.clock.monotonicMs() + smtpMessageTimeoutMs;
    const reader = new DataReader();
    for (;;) {
      for (const piece of this.#input.takeData(reader)) {
        const room = take(piece);
        if (room !== undefined) await room;
      }
      if (reader.ended) return { bareLineEnds: reader.bareLineEnds };
      if (this.#parts.clock.monotonicMs() > latestMs) throw new SessionOver("idle");
      await this.#readMore();
    }
  }

  async receiveCounted(
    count: number,
    latestMs: number,
    take: (piece: Uint8Array) => Promise<void> | undefined,
  ): Promise<void> {
    this.#connection.idleAfter(smtpDataTimeoutMs);
    for (let left = count; left > 0; ) {
      if (this.#parts.clock.monotonicMs() > latestMs) throw new SessionOver("idle");
      if (this.#input.waiting === 0) await this.#readMore();
      const piece = this.#input.takeBytes(left);
      left -= piece.length;
      const room = take(piece);
      if (room !== undefined) await room;
    }
  }

  get pipelined(): boolean {
    return this.#input.waiting > 0;
  }

  /** One command from its line to its replies. */
  async #next(): Promise<Completion> {
    if (++this.#sinceTurn > smtpCommandsPerTurnMax) {
      await turn();
      this.#sinceTurn = 0;
    }
    const line = await this.#line();
    if (line.kind !== "line") return await this.#judged(answer(lineFaults[line.kind]));
    const { text } = line;
    if (httpRequest.test(text)) return answerAndClose(unreadable, "not-smtp");
    const found = parseCommandLine(text);
    if (found === undefined) return await this.#judged(answer(unreadable));
    const { verb } = found;
    if (text.length > smtpLineBytesMax && verb !== "AUTH") return await this.#judged(answer(lineFaults["too-long"]));
    const command = commands.get(verb);
    if (command === undefined) return await this.#judged(answer(unknown));
    const completion = await this.#run(command, found);
    if (completion.counts === "message") {
      this.#errors = 0;
      this.#junk = 0;
    }
    const isJunk = command.kind === "junk" || completion.counts === "junk";
    if (isJunk && ++this.#junk > smtpJunkMax) return answerAndClose(tooMuch, "too-many-faults");
    // An account that has logged in may mistype addresses, and an LMTP client passes on what others have mistyped.
    const innocent = this.#session.identity !== undefined || this.#parts.service === "lmtp";
    return (verb === "RCPT" && innocent) || completion.counts === "nothing"
      ? completion
      : await this.#judged(completion);
  }

  async #run(command: Command, { verb, argument }: CommandLine): Promise<Completion> {
    const session = this.#session;
    try {
      switch (command.state) {
        case "any":
          return await command.run(session, argument, this);
        case "greeted":
          return isGreeted(session) ? await command.run(session, argument, this) : answer(this.#helloFirst());
        case "transaction":
          if (isInTransaction(session)) return await command.run(session, argument, this);
          return answer(isGreeted(session) ? mailFirst : this.#helloFirst());
      }
    } catch (error) {
      return answer(faultReply(this.#parts, verb, error));
    }
  }

  #helloFirst(): Reply {
    return reply(503, "5.5.1", `Say ${this.#parts.service === "lmtp" ? "LHLO" : "EHLO"} first`);
  }

  /** Counts what was refused: the first are free, the next are slow, and then it is over. */
  async #judged(completion: Completion): Promise<Completion> {
    if (completion.replies.every(({ code }) => code < 400)) return completion;
    this.#errors++;
    if (this.#errors >= smtpErrorsMax) return { replies: [...completion.replies, tooMuch], next: "too-many-faults" };
    if (this.#errors > smtpErrorsFreeMax) {
      await sleep(this.#parts.errorDelayMs, undefined, { signal: this.#connection.signal }).catch(() => undefined);
    }
    return completion;
  }

  async #beginTls(): Promise<void> {
    if (this.#startTls === undefined) throw new Error("STARTTLS was agreed to where there is no certificate");
    await this.#session.forget();
    // RFC 3207 4.2: nothing that came in the clear, before the command or behind it, counts inside TLS.
    this.#input.discard();
    await this.#connection.startTls(this.#startTls);
  }

  /** The next line, or what is wrong with it. */
  async #line(): Promise<Exclude<LineRead, { readonly kind: "incomplete" }>> {
    // However slowly it drips in, a line is whole after this.
    const latestMs = this.#parts.clock.monotonicMs() + smtpCommandTimeoutMs;
    for (;;) {
      if (this.#input.peek() === tlsHandshake) throw new SessionOver("not-smtp");
      const line = this.#input.takeLine();
      if (line.kind !== "incomplete") return line;
      if (this.#input.discardedBytes > smtpLineDiscardedBytesMax) throw new SessionOver("too-many-faults");
      if (this.#parts.clock.monotonicMs() > latestMs) throw new SessionOver("idle");
      this.#connection.idleAfter(smtpCommandTimeoutMs);
      await this.#readMore();
    }
  }

  async #readMore(): Promise<void> {
    this.#sinceTurn = 0;
    const read = await this.#connection.read();
    if (typeof read === "string") throw new SessionOver(read === "end" ? "client" : read);
    this.#input.push(read);
  }

  async #write(one: Reply): Promise<void> {
    const behind = this.#connection.write(latin1(formatReply(one)));
    if (behind !== undefined) await behind;
  }
}

/** RFC 8446 5.1: a TLS client where none is expected begins with a record of this type. */
const tlsHandshake = 22;
/** A web browser that was led here (RFC 9112 3). */
const httpRequest = /^[A-Z]+ \S+ HTTP\/\d|^(?:GET|POST|PUT|CONNECT|OPTIONS|PRI) /;

const unreadable = reply(500, "5.5.2", "That is no command");
const unknown = reply(500, "5.5.1", "That command is not known here");
const mailFirst = reply(503, "5.5.1", "Say MAIL first");
const tooMuch = reply(421, "4.7.0", "Too many errors, or too much talk; good-bye");

const lineFaults: Readonly<Record<"bare-line-end" | "not-text" | "too-long", Reply>> = {
  "bare-line-end": reply(500, "5.5.2", "Lines end in CRLF"),
  "not-text": reply(500, "5.5.2", "Lines are ASCII or UTF-8"),
  // RFC 5321 4.5.3.1.9.
  "too-long": reply(500, "5.5.2", "Line too long"),
};

// RFC 5321 3.8: a server that ends the connection without QUIT says 421.
const farewells: Readonly<Partial<Record<EndReason, Reply>>> = {
  idle: reply(421, "4.4.2", "Nothing came for too long; good-bye"),
  stopping: reply(421, "4.3.2", "The server is stopping; good-bye"),
  "too-many-faults": reply(421, "4.7.0", "That line never ends; good-bye"),
};

function greeting({ host, service }: SessionParts): Reply {
  // RFC 2033 4: the greeting of LMTP is SMTP's, with its own name.
  return reply(220, undefined, `${host} ${service === "lmtp" ? "LMTP" : "ESMTP"} Dakghar`);
}
