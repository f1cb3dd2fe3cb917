// One client's session from greeting to good-bye: reads commands one after another, runs each to its end, writes its
// replies, tells what others did meanwhile (RFC 9051 2.2, 5.2 to 5.5, 7). Commands that a client pipelines wait unread
// until those before them are done, so a client can have no more in work than its socket holds.

import {
  imapBadCommandsBeforeLoginMax,
  imapBadCommandsMax,
  imapLineBytesMax,
  imapNestingBeforeLoginMax,
  imapNestingMax,
  imapReplyPieceBytes,
} from "../base/limits.ts";
import type { SessionEnd } from "../directory/account-sessions.ts";
import { ProblemRefusal } from "../model/problem.ts";
import { type Connection, ConnectionClosed } from "../net/connection.ts";
import { DeflateLayer } from "../net/deflate-layer.ts";
import { capabilityText } from "./capabilities.ts";
import { BrokenReply, type Command, type CommandPart, type Dialogue, drive, type Progress } from "./command.ts";
import { commands } from "./command-table.ts";
import { afterIdle } from "./commands/idle.ts";
import { bad, type Completion } from "./completion.ts";
import type { EndReason } from "./events.ts";
import { farewells, reasons } from "./farewells.ts";
import type { Host } from "./host.ts";
import { Idling } from "./idling.ts";
import { notifyUntil } from "./notify/between-commands.ts";
import { Parting } from "./parting.ts";
import { completionOf } from "./problem-codes.ts";
import { ProgressNotices } from "./progress-notices.ts";
import { sendReply } from "./send-reply.ts";
import { type Authenticated, leaveAccount, type Selected, type Session } from "./session.ts";
import { type ExpungesNow, expungesAfter, hasNotifier, mayHaveChanged, tellChanges } from "./tell-changes.ts";
import { ArgumentReader } from "./wire/argument-reader.ts";
import type { CommandHead, Numbering } from "./wire/command-head.ts";
import { limitsAfterLogin, limitsBeforeLogin } from "./wire/command-limits.ts";
import { type CommandEvent, CommandReader, type OfferedLiteral, type ReaderFault } from "./wire/command-reader.ts";
import { badCharset, type CommandProgress, inProgress } from "./wire/response-code.ts";
import { writeContinuation, writeStatusText } from "./wire/status-response.ts";
import { SyntaxFault } from "./wire/syntax-fault.ts";
import { Writer } from "./wire/writer.ts";

export class Conversation implements Dialogue {
  literal: OfferedLiteral | null = null;
  tag = "";
  #done = 0;
  #goal = 0;
  /** Of the arguments at hand, since the last streamed literal. */
  #argsBytes = 0;
  numbering: Numbering = "seq";
  /** Said, but not yet handed to the connection. */
  readonly out = new Writer();
  readonly #host: Host;
  readonly #connection: Connection;
  readonly #reader = new CommandReader(limitsBeforeLogin);
  #layer: DeflateLayer | null = null;
  readonly #notices: ProgressNotices;
  /** Waits for the client, or has said part of a reply: nothing else may be said now. */
  #listening = false;
  #midReply = false;
  /** Octets of `out` that are whole replies; what is behind them may be half of one. */
  #wholeBytes = 0;
  #idling: Idling | null = null;
  /** Ends the conversation at its next read: it came up while nobody was there to catch it. */
  #fatal: Error | null = null;
  #session: Session;
  #loginDueMs: number;
  #badCommands = 0;
  #failedLogins = 0;
  #goodbye: SessionEnd | null = null;

  constructor(host: Host, connection: Connection) {
    this.#host = host;
    this.#connection = connection;
    this.#notices = new ProgressNotices(connection, () => this.#tellProgress());
    this.#session = host.begin();
    this.#loginDueMs = host.monotonicMs() + host.patience.loginTimeoutMs;
  }

  /** Resolves when the session is over; the connection is for the caller to close. */
  async run(): Promise<void> {
    let why: EndReason | null = null;
    const code = `CAPABILITY ${capabilityText(this.#session)}`;
    writeStatusText(this.out, null, { status: "OK", code, text: "Dakghar ready" });
    try {
      for (;;) {
        const event = this.#reader.next();
        if (event !== undefined) {
          await this.#take(event);
          continue;
        }
        // Awaited here and nowhere deeper: while a client is silent this is the only frame that waits for it.
        const reading = this.#listen();
        if (this.#reader.unreadBytes === 0 && this.#idling === null && hasNotifier(this.#session))
          await this.#notifyUntil(this.#session, reading);
        this.#heard(await reading);
      }
    } catch (error) {
      if (error instanceof ConnectionClosed) why = "connection-lost";
      else if (!(error instanceof Parting)) throw error;
      else await this.#sayGoodbye((why = error.why));
    } finally {
      this.#idling?.[Symbol.dispose]();
      this.#layer?.[Symbol.dispose]();
      this.#notices[Symbol.dispose]();
      leaveAccount(this.#session);
      this.#host.ended(why, this.#session);
    }
  }

  /** Ends the session as soon as the command at hand is done, with these words. */
  turnOut(text: SessionEnd): void {
    this.#goodbye = text;
    this.#connection.askToStop();
  }

  // What commands hear from the client.

  nowMs(): number {
    return this.#host.nowMs();
  }

  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  get compression(): "active" | "not-active" {
    return this.#layer === null ? "not-active" : "active";
  }

  readonly progress = (done: number, goal: number): void => {
    // RFC 9585 4: it "SHOULD be monotonically increasing", also when something is looked through twice.
    this.#done = goal === this.#goal ? Math.max(done, this.#done) : done;
    this.#goal = goal;
  };

  async readLine(bytesMax: number): Promise<Uint8Array> {
    this.#reader.expectLine(bytesMax);
    const event = this.#reader.next() ?? (await this.#nextEvent());
    if (event.kind === "line") return event.bytes;
    throw this.#unexpected(event);
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    const { literal } = this;
    this.#reader.acceptLiteral("stream");
    // A message may be as monotonous as it likes: it is within the bounds of messages already.
    if (literal !== null) this.#layer?.expect(literal.bytes);
    if (literal?.sends === "when-asked") writeContinuation(this.out, "OK");
    for (;;) {
      const event = this.#reader.next() ?? (await this.#nextEvent());
      if (event.kind !== "piece") throw this.#unexpected(event);
      yield event.bytes;
      if (event.remainingBytes === 0) return;
    }
  }

  async bufferLiteral(): Promise<CommandPart> {
    const { literal } = this;
    this.#reader.acceptLiteral("buffer");
    if (literal?.sends === "when-asked") writeContinuation(this.out, "OK");
    return this.#nextPart(this.#argsBytes);
  }

  nextPart(): Promise<CommandPart> {
    return this.#nextPart(0);
  }

  /** The first `knownBytes` of its arguments have been read. */
  async #nextPart(knownBytes: number): Promise<CommandPart> {
    const event = this.#reader.next() ?? (await this.#nextEvent());
    if (event.kind !== "command" && event.kind !== "literal") throw this.#unexpected(event);
    this.literal = event.kind === "literal" ? event.literal : null;
    this.#argsBytes = event.args.length;
    return { args: this.#arguments(event.args.subarray(knownBytes)), literal: this.literal };
  }

  #unexpected(event: CommandEvent): Error {
    if (event.kind !== "fault") return new Error(`unexpected ${event.kind}`);
    if (event.after === "close") return new Parting("too-many-faults");
    return new SyntaxFault(event.text, "BAD", event.code);
  }

  async #nextEvent(): Promise<CommandEvent> {
    for (;;) {
      this.#heard(await this.#listen());
      const event = this.#reader.next();
      if (event !== undefined) return event;
    }
  }

  /** What the client says next, once what was written is on its way. */
  #listen(): Promise<Uint8Array | keyof typeof reasons> {
    const behind = this.#flush();
    if (behind !== undefined) return behind.then(() => this.#listen());
    if (this.#session.state === "not-authenticated") {
      const leftMs = this.#loginDueMs - this.#host.monotonicMs();
      // Whoever sends octet after octet does not put it off.
      if (leftMs <= 0) throw new Parting("idle");
      this.#connection.idleAfter(leftMs);
    }
    this.#listening = true;
    return (this.#layer ?? this.#connection).read();
  }

  #heard(read: Uint8Array | keyof typeof reasons): void {
    this.#listening = false;
    if (this.#fatal !== null) throw this.#fatal;
    if (typeof read === "string") throw new Parting(this.#goodbye === null ? reasons[read] : "turned-out");
    this.#reader.push(read);
  }

  #notifyUntil(session: Session, reading: Promise<unknown>): Promise<void> {
    return notifyUntil(session, reading, {
      tell: async (whom, expunges) => {
        await this.#tell(whom, expunges);
        await this.#flush();
      },
      failed: (error) => this.#failure(error, "NOTIFY"),
    });
  }

  async #tell(session: Authenticated | Selected, expunges: ExpungesNow): Promise<void> {
    for await (const step of tellChanges(session, expunges, this)) {
      const behind = this.#progress(step);
      if (behind !== undefined) await behind;
    }
  }

  async #take(event: CommandEvent): Promise<void> {
    switch (event.kind) {
      case "command":
        return this.#perform(event.head, event.args, null);
      case "literal":
        if (event.literal.may === "stream") return this.#perform(event.head, event.args, event.literal);
        return this.#askForLiteral(event.head, event.literal);
      case "fault":
        if (this.#idling === null) return this.#answerFault(event);
        return this.#endIdle(this.#idling, () => this.#failure(this.#unexpected(event), "IDLE"));
      case "line":
        if (this.#idling !== null) return this.#endIdle(this.#idling, () => afterIdle(event.bytes));
        throw new Error("a line that nobody asked for");
      case "piece":
        throw new Error(`a ${event.kind} that nobody asked for`);
    }
  }

  /** A literal that is an argument: asked for only if the command may be given at all, since it may be a password. */
  #askForLiteral(head: CommandHead, literal: OfferedLiteral): Promise<void> | undefined {
    const refusal = this.#whyNot(head, commands.get(head.name));
    if (refusal === null) {
      this.#reader.acceptLiteral("buffer");
      if (literal.sends === "when-asked") writeContinuation(this.out, "OK");
      return undefined;
    }
    this.#reader.abandon();
    return this.#complete(head, refusal);
  }

  #answerFault({ tag, code, text, after }: ReaderFault): void {
    writeStatusText(this.out, tag, bad(text, code));
    if (after === "close") throw new Parting("too-many-faults");
    this.#countBad();
  }

  async #perform(head: CommandHead, bytes: Uint8Array, literal: OfferedLiteral | null): Promise<void> {
    const command = commands.get(head.name);
    const session = this.#session;
    this.literal = literal;
    this.#argsBytes = bytes.length;
    this.tag = head.tag;
    this.numbering = head.numbering;
    this.#goal = 0;
    session.features.giveVoice(this.out);
    let completion = this.#whyNot(head, command);
    this.#midReply = false;
    try {
      if (session.state !== "not-authenticated") this.#notices.begin();
      if (completion === null && command !== undefined) {
        const reply = command.start(session, head, this.#arguments(bytes), this);
        completion = await drive(reply, this.#progress);
      }
      if (completion?.next === undefined && session.state !== "not-authenticated" && mayHaveChanged(session))
        await this.#tell(session, expungesAfter(command, head));
    } catch (error) {
      completion = this.#failure(error, head.name);
      this.#reader.abandon();
    } finally {
      this.#notices.end();
    }
    if (literal !== null) this.#reader.abandon();
    if (completion !== null) await this.#complete(head, completion);
  }

  /** Why the command cannot be given now, if so. */
  #whyNot(head: CommandHead, command: Command | undefined): Completion | null {
    if (command === undefined || this.#session.features.withheld.lacksCommand(command.name))
      return bad("Unknown command");
    return command.whyNot(this.#session, head.numbering);
  }

  #arguments(bytes: Uint8Array): ArgumentReader {
    const { state, features } = this.#session;
    const nestingMax = state === "not-authenticated" ? imapNestingBeforeLoginMax : imapNestingMax;
    return new ArgumentReader(bytes, { names: features.names, nestingMax });
  }

  #beginIdle(head: CommandHead, session: Session): undefined {
    if (session.state === "not-authenticated") throw new Error("IDLE before login");
    writeContinuation(this.out, "idling");
    this.#reader.expectLine(imapLineBytesMax);
    this.#idling = new Idling(head, session, () => this.#tellIdler(session));
  }

  async #tellIdler(session: Authenticated | Selected): Promise<void> {
    try {
      // RFC 5465 4: "the server MUST send exactly the same events as instructed by the client using the NOTIFY command".
      await this.#tell(session, "tell");
    } catch (error) {
      try {
        const head = this.#leaveIdle()?.head;
        const completion = this.#failure(error, "IDLE");
        this.#reader.abandon();
        if (head !== undefined) await this.#complete(head, completion);
      } catch (fatal) {
        // Its end is for whoever reads: a client that is gone is heard of there anyway.
        this.#fatal ??= fatal instanceof Error ? fatal : new Error("not an error", { cause: fatal });
        this.#connection.askToStop();
      }
    }
    await this.#flush()?.catch(() => undefined);
  }

  #leaveIdle(): Idling | null {
    const idling = this.#idling;
    idling?.[Symbol.dispose]();
    this.#idling = null;
    return idling;
  }

  /** The client has said something. */
  async #endIdle(idling: Idling, completionOf: () => Completion): Promise<void> {
    idling[Symbol.dispose]();
    await idling.told();
    // It may have ended otherwise meanwhile.
    const head = this.#leaveIdle()?.head;
    const session = this.#session;
    if (head === undefined || session.state === "not-authenticated") return;
    let completion: Completion;
    try {
      completion = completionOf();
      if (mayHaveChanged(session)) await this.#tell(session, "tell");
    } catch (error) {
      completion = this.#failure(error, "IDLE");
    }
    await this.#complete(head, completion);
  }

  /** Says the completion and does what follows it. */
  #complete(head: CommandHead, completion: Completion): Promise<void> | undefined {
    if (completion.next?.kind === "idle") return this.#beginIdle(head, this.#session);
    writeStatusText(this.out, head.tag, completion);
    if (completion.status === "BAD") this.#countBad();
    else if (completion.status === "OK" && this.#session.state !== "not-authenticated") this.#badCommands = 0;
    if (this.#failedLogins >= this.#host.patience.failedLoginsMax) throw new Parting("too-many-failed-logins");
    switch (completion.next?.kind) {
      case undefined:
        return undefined;
      case "become":
        this.#become(completion.next.session);
        return undefined;
      case "start-tls":
        return this.#startTls();
      case "compress":
        return this.#compress();
      case "unauthenticate":
        return this.#unauthenticate();
      case "close":
        throw new Parting("client");
    }
  }

  #become(session: Session): void {
    const before = this.#session;
    this.#session = session;
    if (before.state === "selected" && (session.state !== "selected" || session.mailbox !== before.mailbox))
      before.mailbox[Symbol.dispose]();
    if (before.state !== "not-authenticated") return;
    this.#reader.limits = limitsAfterLogin;
    this.#connection.idleAfter(this.#host.patience.idleTimeoutMs);
    this.#badCommands = 0;
    this.#failedLogins = 0;
  }

  // RFC 9051 6.2.1: what the client sent behind STARTTLS is thrown away; what it knew of the server does not count.
  async #startTls(): Promise<void> {
    void this.#flush();
    this.#reader.takeUnread();
    await this.#host.startTls();
    this.#session = this.#host.begin();
  }

  // RFC 4978 3: compressed from behind the CR LF of this OK; the client MUST NOT have sent more before it saw that.
  #compress(): undefined {
    void this.#flush();
    this.#layer = new DeflateLayer(this.#connection, this.#reader.takeUnread());
  }

  // RFC 8437 3: "This command directs the server to reset all connection state except for the state of the TLS layer." No
  // expunge is told. What the client has sent behind the command is taken for commands of its next login.
  async #unauthenticate(): Promise<void> {
    void this.#flush();
    leaveAccount(this.#session);
    this.#session = this.#host.begin();
    this.#reader.limits = limitsBeforeLogin;
    const { loginTimeoutMs } = this.#host.patience;
    this.#loginDueMs = this.#host.monotonicMs() + loginTimeoutMs;
    this.#connection.idleAfter(loginTimeoutMs);
    this.#badCommands = 0;
    if (this.#layer !== null) await this.#endCompression(this.#layer);
  }

  // RFC 8437 4.1: the server's half ends behind its OK, the client's behind its command.
  async #endCompression(layer: DeflateLayer): Promise<void> {
    // Nobody knows what more of the client's compressed words should mean.
    if (this.#reader.unreadBytes > 0) throw new Parting("unreadable");
    const unread = await layer.end();
    this.#layer = null;
    this.#reader.push(unread);
  }

  #failure(error: unknown, command: string): Completion {
    if (error instanceof SyntaxFault) {
      const code = error.code === "BADCHARSET" ? badCharset : error.code;
      return { status: error.status, code, text: error.text };
    }
    if (error instanceof ProblemRefusal) {
      const { kind } = error.problem;
      if (kind === "credentials-wrong" || kind === "credentials-throttled") this.#failedLogins++;
      this.#host.refused(error, command, this.#session);
      return completionOf(error.problem);
    }
    if (error instanceof Parting || error instanceof ConnectionClosed) throw error;
    if (error instanceof BrokenReply) {
      this.#reportBroken(error.cause, command);
      this.out.take();
      throw new Parting("broken-reply");
    }
    // RFC 5530 3: SERVERBUG. The id leads from the client's screen to the log.
    return { status: "NO", code: "SERVERBUG", text: `Internal error ${this.#host.bug(error, command)}` };
  }

  #reportBroken(cause: unknown, command: string): void {
    if (cause instanceof ProblemRefusal) this.#host.refused(cause, command, this.#session);
    else this.#host.bug(cause, command);
  }

  #countBad(): void {
    const before = this.#session.state === "not-authenticated";
    if (++this.#badCommands >= (before ? imapBadCommandsBeforeLoginMax : imapBadCommandsMax))
      throw new Parting("too-many-faults");
  }

  readonly #progress = (step: Progress): Promise<void> | undefined => {
    if (step === "more") {
      this.#midReply = false;
      this.#wholeBytes = this.out.length;
      return this.out.length < imapReplyPieceBytes ? undefined : this.#flush();
    }
    const behind = this.#flush();
    this.#midReply = step instanceof Uint8Array;
    return step instanceof Uint8Array ? (this.#layer ?? this.#connection).write(step) : behind;
  };

  // RFC 9585 4. Between replies only.
  #tellProgress(): void {
    if (this.#listening || this.#midReply || this.out.length > this.#wholeBytes) return;
    const code = inProgress(this.tag, this.#howFar());
    writeStatusText(this.out, null, { status: "OK", code, text: "Still at work" });
    void this.#flush();
  }

  // RFC 9585 4: the goal "MUST be greater than" the progress, which the client knows when the command ends.
  #howFar(): CommandProgress {
    return { done: Math.max(0, Math.min(this.#done, this.#goal - 1)), goal: this.#goal };
  }

  #flush(): Promise<void> | undefined {
    this.#wholeBytes = 0;
    return sendReply(this.out, this.#layer ?? this.#connection);
  }

  async #sayGoodbye(why: EndReason): Promise<void> {
    const text = this.#goodbye ?? farewells[why];
    if (text !== null) writeStatusText(this.out, null, { status: "BYE", code: null, text });
    void this.#flush();
    await this.#layer?.handOver();
  }
}
