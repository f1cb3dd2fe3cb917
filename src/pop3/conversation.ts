// One POP3 connection from greeting to end (RFC 1939 3): lines in, commands run one after another, replies out as fast
// as the client takes them. Pipelined commands (RFC 2449 6.6) wait in the reader; nothing is read while one is at work,
// so that no client can make the server hold more than it has asked for.

import { pop3BadCommandsBeforeLoginMax, pop3BadCommandsMax } from "../base/limits.ts";
import { ProblemRefusal } from "../model/problem.ts";
import { type Connection, ConnectionClosed } from "../net/connection.ts";
import type { TlsContexts } from "../net/tls-contexts.ts";
import { commandTable } from "./command-table.ts";
import type { Pop3Context } from "./context.ts";
import type { EndReason, Pop3Event } from "./events.ts";
import { languages } from "./language/languages.ts";
import {
  type Challenge,
  type Completion,
  challengeLine,
  err,
  errAndClose,
  okLine,
  type Reply,
  refusal,
  type SaslLine,
  type Words,
} from "./reply.ts";
import { newSession, type Session } from "./session.ts";
import { type LineKind, LineReader } from "./wire/line-reader.ts";
import { isHttp, parseRequest } from "./wire/request.ts";

export interface ConversationParts {
  /** What commands may use on the connection as it is: asked for at the beginning and after STLS. */
  readonly context: () => Pop3Context;
  readonly startTls: TlsContexts | undefined;
  readonly monotonicMs: () => number;
  readonly report: (event: Pop3Event) => void;
  /** By which a person finds a bug in the log. */
  readonly newErrorId: () => string;
}

/** A line, or why there is none: it was too long, or there will be no other. */
type Line = Uint8Array | "too-long" | "over";

/** What the disk has done; an operator must hear of it. */
const storeFaults = new Set<string>(["disk-full", "store-unavailable", "data-damaged"]);
const decoder = new TextDecoder();

export class Conversation {
  readonly #connection: Connection;
  readonly #parts: ConversationParts;
  readonly #lines = new LineReader();
  #context: Pop3Context;
  #session: Session = newSession(languages.en);
  readonly #loginDueMs: number;
  #badCommands = 0;
  #why: EndReason = "client";

  constructor(connection: Connection, parts: ConversationParts) {
    this.#connection = connection;
    this.#parts = parts;
    this.#context = parts.context();
    this.#loginDueMs = parts.monotonicMs() + this.#context.patience.loginTimeoutMs;
  }

  /** Resolves when all is said. Rejects with ConnectionClosed when the client is gone in the middle. */
  async run(): Promise<EndReason> {
    await this.#write(okLine(this.#session, (say) => say.greeting));
    for (;;) {
      const line = await this.#read("command");
      if (line === "over") return this.#why;
      const completion = line === "too-long" ? this.#bad((say) => say.lineTooLong) : await this.#answer(line);
      this.#enter(completion.session);
      if (completion.status !== null) {
        const behind = this.#say(completion.status);
        if (behind !== undefined) await behind;
      }
      if (completion.next === "close") return this.#why;
      if (completion.next === "start-tls") await this.#startTls();
    }
  }

  /** Lets go of the maildrop. RFC 1939 6: a session that ends without QUIT removes nothing. */
  end(): void {
    if (this.#session.state === "transaction") this.#session.maildrop[Symbol.dispose]();
  }

  async #answer(line: Uint8Array): Promise<Completion> {
    const request = parseRequest(line);
    const command = request === null ? undefined : commandTable.get(request.keyword);
    if (request !== null && command === undefined && isHttp(request)) {
      // A web page that makes a browser speak to this port has all that follows in its hand.
      this.#why = "too-many-faults";
      return errAndClose(this.#session, null, (say) => say.unknownCommand);
    }
    if (request === null || command === undefined) return this.#bad((say) => say.unknownCommand);
    const reply = command.start(this.#session, request.argument, this.#context);
    if (reply === "bad-argument") return this.#bad((say) => say.badArgument);
    if (reply !== "wrong-state") return await this.#drive(reply, command.name);
    return this.#bad((say) => (this.#session.state === "authorization" ? say.loginFirst : say.loggedInAlready));
  }

  /** Writes what the command yields, answers its challenges, and turns what it throws into a completion. */
  async #drive(reply: Reply, command: string): Promise<Completion> {
    let begun = false;
    try {
      let step = await reply.next(null);
      while (step.done !== true) {
        begun = step.value instanceof Uint8Array;
        step = await reply.next(await this.#passOn(step.value));
      }
      const { value: completion } = step;
      if (completion.next === "close" && completion.session.state === "authorization" && command !== "QUIT") {
        this.#why = "too-many-failed-logins";
      }
      return completion;
    } catch (error) {
      // It may hold a file open.
      await reply.return(this.#brokenOff());
      if (error instanceof ConnectionClosed) throw error;
      return this.#failed(error, command, begun ? "half-said" : "unsaid");
    }
  }

  /** Sends a piece; answers with the client's line when the piece asks for one. */
  async #passOn(piece: Uint8Array | Challenge): Promise<SaslLine> {
    if (piece instanceof Uint8Array) {
      await this.#write(piece);
      return null;
    }
    await this.#write(challengeLine(piece));
    const line = await this.#read("sasl");
    if (line === "over") throw new ConnectionClosed("the client left in the middle of an exchange");
    return line === "too-long" ? null : asciiText(line);
  }

  #failed(error: unknown, command: string, answer: "unsaid" | "half-said"): Completion {
    const { report, newErrorId } = this.#parts;
    const errorId = newErrorId();
    if (!(error instanceof ProblemRefusal)) report({ kind: "bug", command, errorId, error });
    else if (storeFaults.has(error.problem.kind)) {
      report({ kind: "store-fault", command, problem: error.problem, cause: error.cause });
    }
    if (answer === "half-said") {
      // It cannot be taken back; only the end of the connection says that it is not whole.
      this.#why = "answer-broken-off";
      return this.#brokenOff();
    }
    if (error instanceof ProblemRefusal) return refusal(this.#session, error.problem);
    return err(this.#session, "SYS/TEMP", (say) => say.fault(errorId));
  }

  #brokenOff(): Completion {
    return { status: null, session: this.#session, next: "close" };
  }

  /** A line that is no command here: whoever sends many of them is no mail program. */
  #bad(words: Words): Completion {
    this.#badCommands++;
    const allowed = this.#session.state === "transaction" ? pop3BadCommandsMax : pop3BadCommandsBeforeLoginMax;
    if (this.#badCommands < allowed) return err(this.#session, null, words);
    this.#why = "too-many-faults";
    return errAndClose(this.#session, null, (say) => say.tooManyErrors);
  }

  #enter(session: Session): void {
    if (session.state !== this.#session.state) {
      this.#badCommands = 0;
      this.#connection.idleAfter(this.#context.patience.idleTimeoutMs);
    }
    this.#session = session;
  }

  async #startTls(): Promise<void> {
    const { startTls, context } = this.#parts;
    if (startTls === undefined) throw new Error("STLS was agreed to where there is no certificate");
    // RFC 2595 4: whatever came in the clear behind STLS is not the client's word inside TLS.
    this.#lines.clear();
    await this.#connection.startTls(startTls);
    this.#context = context();
    this.#session = newSession(languages.en);
  }

  async #read(kind: LineKind): Promise<Line> {
    for (;;) {
      const found = this.#lines.next(kind);
      if (found.kind === "line") return found.bytes;
      if (found.kind === "too-long") return "too-long";
      if (found.kind === "hopeless") return this.#over("too-many-faults");
      if (this.#session.state === "authorization") {
        const leftMs = this.#loginDueMs - this.#parts.monotonicMs();
        // Whoever sends octet after octet, or one command after another, does not put it off.
        if (leftMs <= 0) return this.#over("idle");
        this.#connection.idleAfter(leftMs);
      }
      const read = await this.#connection.read();
      if (typeof read === "string") return this.#over(read === "end" ? "client" : read);
      this.#lines.push(read);
    }
  }

  // RFC 1939 3: a session that times out is closed "without ... sending any response to the client"; POP3 has no words
  // for a server that stops, either.
  #over(why: EndReason): "over" {
    this.#why = why;
    return "over";
  }

  /** All of it leaves as one packet. */
  #say(answer: Uint8Array | readonly Uint8Array[]): Promise<void> | undefined {
    if (answer instanceof Uint8Array) return this.#connection.write(answer);
    let behind: Promise<void> | undefined;
    for (const piece of answer) behind = this.#connection.write(piece);
    return behind;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const behind = this.#connection.write(bytes);
    if (behind !== undefined) await behind;
  }
}

/** RFC 5034 4: base64 and nothing else; null for what cannot be that. */
function asciiText(bytes: Uint8Array): SaslLine {
  return bytes.every((byte) => byte < 0x80) ? decoder.decode(bytes) : null;
}
