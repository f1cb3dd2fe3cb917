// The client's octets in, commands out (RFC 9051 2.2.1, 4.3; RFC 7888). Sans I/O: `push` what came, call `next` until it
// has nothing, act on each event before the next call. What has not been asked for stays unread, so a caller that does
// not ask also stops a client that pipelines.
//
// A line ends with CR LF. A bare LF does not end it and is refused: a client that puts somebody's text between quotes
// without looking would otherwise run what follows the LF as a command. What is broken or too long is answered BAD and
// skipped to the next CR LF, its literals with it (RFC 7888 3: each received line is checked for one). An empty line is
// skipped: some clients send one after the literal of APPEND.

import { imapLineDiscardedBytesMax } from "../../base/limits.ts";
import type { Sentence } from "../language/speech.ts";
import { type CommandHead, readHead } from "./command-head.ts";
import type { CommandLimits } from "./command-limits.ts";
import { type LiteralHead, literalHeadBytesMax, readLiteralHead } from "./literal-head.ts";
import { OctetQueue } from "./octet-queue.ts";
import { octet } from "./octets.ts";

export type CommandEvent =
  /** The end of a command. `args` is all that follows its name, literals in place; after a streamed literal, what follows that. */
  | { readonly kind: "command"; readonly head: CommandHead; readonly args: Uint8Array }
  /**
   * A synchronizing literal, or one that may be streamed, comes next: answer with `acceptLiteral` (and, if it is sent
   * when asked, with a continuation request to the client) or with `abandon`. `args` is what stands before it.
   */
  | {
      readonly kind: "literal";
      readonly head: CommandHead;
      readonly args: Uint8Array;
      readonly literal: OfferedLiteral;
    }
  /** Some octets of a streamed literal; the last piece has `remainingBytes` 0. */
  | { readonly kind: "piece"; readonly bytes: Uint8Array; readonly remainingBytes: number }
  /** The line that `expectLine` asked for, without CR LF. */
  | { readonly kind: "line"; readonly bytes: Uint8Array }
  | ReaderFault;

/** Answer with BAD, untagged without a tag; with BYE when nothing more will be read. */
export interface ReaderFault {
  readonly kind: "fault";
  readonly tag: string | null;
  readonly code: "TOOBIG" | null;
  readonly text: Sentence;
  readonly after: "go-on" | "close";
}

export interface OfferedLiteral extends LiteralHead {
  /** "stream" for what may be a message: it can be accepted either way. Anything else can only be buffered. */
  readonly may: "buffer" | "stream";
}

type Mode = "line" | "offered" | "buffer" | "stream" | "raw-line" | "skip-line" | "skip-literal" | "closed";

/** What a step says when the next one can go on with what is there. */
const again = Symbol("again");

interface LineEnd {
  readonly found: "crlf" | "bare-lf" | "nothing";
  readonly end: number;
}

type Step = CommandEvent | undefined | typeof again;

export class CommandReader {
  limits: CommandLimits;
  readonly #queue = new OctetQueue();
  #mode: Mode = "line";
  #head: CommandHead | null = null;
  /** Offsets into the queue: where the arguments at hand begin, where the line at hand begins, how far it was looked through. */
  #argsAt = 0;
  #lineAt = 0;
  #scanned = 0;
  #offered: OfferedLiteral | null = null;
  /** Of the present command: its octets without literals, those of buffered literals, and literals that were streamed. */
  #lineBytes = 0;
  #literalBytes = 0;
  #streamedLiterals = 0;
  #remainingBytes = 0;
  #discardedLineBytes = 0;
  #discardedLiteralBytes = 0;
  #rawLineBytesMax = 0;
  #isFirst = true;
  #fault: ReaderFault | null = null;

  constructor(limits: CommandLimits) {
    this.limits = limits;
  }

  /** Takes what came from the client. The octets must not change afterwards. */
  push(chunk: Uint8Array): void {
    if (this.#mode !== "closed" && chunk.length > 0) this.#queue.push(chunk);
  }

  /** The next event, or undefined when more octets are needed. */
  next(): CommandEvent | undefined {
    for (;;) {
      const step = this.#step();
      if (step !== again) return step;
    }
  }

  /** Octets that came and were not used: after STARTTLS they must be none (RFC 9051 6.2.1). */
  get unreadBytes(): number {
    return this.#queue.length;
  }

  /** Takes the octets that came and were not used, for a layer that begins below (STARTTLS drops them, COMPRESS inflates them). */
  takeUnread(): Uint8Array {
    const unread = this.#queue.view(0, this.#queue.length);
    this.#queue.drop(this.#queue.length);
    this.#begin();
    return unread;
  }

  /** Has the next line read as it is: a response to AUTHENTICATE, or the DONE of IDLE. */
  expectLine(bytesMax: number): void {
    if (this.#mode !== "line" || this.#head !== null) throw new Error("a raw line can only follow a command");
    this.#mode = "raw-line";
    this.#rawLineBytesMax = bytesMax;
  }

  /** Takes the offered literal: buffered in place as an argument, or piece by piece. */
  acceptLiteral(how: "buffer" | "stream"): void {
    const literal = this.#offered;
    if (literal === null) throw new Error("no literal was offered");
    if (how === "stream" && literal.may !== "stream") throw new Error("this literal can only be buffered");
    this.#offered = null;
    if (how === "buffer") {
      if (literal.may === "stream") this.#fault = this.#countLiteral(literal);
      if (this.#fault === null) this.#buffer(literal.bytes);
      return;
    }
    this.#queue.drop(this.#lineAt);
    this.#argsAt = 0;
    this.#lineAt = 0;
    this.#scanned = 0;
    this.#mode = "stream";
    this.#remainingBytes = literal.bytes;
    this.#streamedLiterals++;
  }

  /** Gives up the command that is being read, which the caller has answered: what the client still sends of it is skipped. */
  abandon(): void {
    const literal = this.#offered;
    if (literal !== null) {
      this.#offered = null;
      this.#fault = this.#skipLiteral(literal);
    } else if (this.#mode === "stream") {
      this.#mode = "skip-literal";
    } else if (this.#mode === "raw-line") {
      this.#begin();
    } else if (this.#mode === "line" && this.#head !== null) {
      this.#skipLine();
    }
  }

  #step(): Step {
    if (this.#fault !== null) {
      const fault = this.#fault;
      this.#fault = null;
      return fault;
    }
    switch (this.#mode) {
      case "line":
        return this.#readLine();
      case "buffer":
        return this.#readBuffered();
      case "stream":
        return this.#readPiece();
      case "raw-line":
        return this.#readRawLine();
      case "skip-line":
        return this.#readSkippedLine();
      case "skip-literal":
        return this.#readSkippedLiteral();
      case "closed":
        return undefined;
      case "offered":
        throw new Error("the offered literal was neither accepted nor abandoned");
    }
  }

  #readLine(): Step {
    if (this.#isFirst && this.#queue.at(0) === tlsHandshake) return this.#close("This port does not begin with TLS");
    const line = this.#lookForLineEnd();
    if (this.#lineBytes + line.end - this.#lineAt > this.limits.lineBytesMax) {
      return this.#refuseLine("Command too long", "TOOBIG");
    }
    if (line.found === "bare-lf") return this.#refuseLine("Lines end with CR LF", null);
    return line.found === "crlf" ? this.#endLine(line.end) : undefined;
  }

  /** A whole line is there, up to the CR LF at `lineEnd`. */
  #endLine(lineEnd: number): Step {
    if (this.#head === null) {
      if (lineEnd === 0) {
        this.#queue.drop(2);
        this.#begin();
        return again;
      }
      const parsed = readHead(this.#queue, lineEnd);
      const tag = parsed.head === null ? parsed.tag : parsed.head.tag;
      if (this.#isFirst && tag !== null && isHttp(tag, this.#queue, lineEnd)) {
        return this.#close("This is an IMAP server");
      }
      if (parsed.head === null) {
        return this.#refuse(parsed.tag, parsed.text, null);
      }
      this.#head = parsed.head;
      this.#argsAt = parsed.argsAt;
      this.#isFirst = false;
    }
    const literal = readLiteralHead(this.#queue, Math.max(this.#argsAt, this.#lineAt), lineEnd);
    this.#lineBytes += lineEnd - this.#lineAt;
    if (literal !== null) {
      this.#lineAt = lineEnd + 2;
      return this.#meetLiteral(this.#head, literal);
    }
    const event: CommandEvent = { kind: "command", head: this.#head, args: this.#queue.view(this.#argsAt, lineEnd) };
    this.#queue.drop(lineEnd + 2);
    this.#begin();
    return event;
  }

  #meetLiteral(head: CommandHead, literal: LiteralHead): Step {
    const mailboxAt = this.limits.streamed.get(head.name);
    const isMessage =
      mailboxAt !== undefined && (this.#streamedLiterals > 0 || this.#spacesBefore(literal) > mailboxAt);
    const may = isMessage ? "stream" : "buffer";
    if (may === "buffer") {
      const fault = this.#countLiteral(literal);
      if (fault !== null) return fault;
      if (literal.sends === "at-once") {
        this.#buffer(literal.bytes);
        return again;
      }
    }
    this.#mode = "offered";
    this.#offered = { ...literal, may };
    return { kind: "literal", head, args: this.#queue.view(this.#argsAt, literal.at), literal: this.#offered };
  }

  /** How many arguments stand before a literal, where those before a mailbox name are numbers; more where others do. */
  #spacesBefore(literal: LiteralHead): number {
    let spaces = 0;
    for (let at = this.#argsAt; at < literal.at; at++) if (this.#queue.at(at) === octet.space) spaces++;
    return spaces;
  }

  /** Counts a literal that would be buffered; when it is beyond the limits, refuses the command. */
  #countLiteral(literal: LiteralHead): ReaderFault | null {
    const { literalBytesMax, nonSyncBytesMax, literalsBytesMax } = this.limits;
    const bytesMax = literal.sends === "at-once" ? nonSyncBytesMax : literalBytesMax;
    if (literal.bytes <= bytesMax && this.#literalBytes + literal.bytes <= literalsBytesMax) {
      this.#literalBytes += literal.bytes;
      return null;
    }
    const tag = this.#head?.tag ?? null;
    return this.#skipLiteral(literal) ?? faultOf(tag, "Literal too large", "TOOBIG");
  }

  #buffer(bytes: number): void {
    this.#mode = "buffer";
    this.#remainingBytes = bytes;
    this.#queue.reserve(this.#lineAt + bytes);
  }

  #readBuffered(): Step {
    const end = this.#lineAt + this.#remainingBytes;
    if (this.#queue.length < end) return undefined;
    this.#lineAt = end;
    this.#scanned = end;
    this.#mode = "line";
    return again;
  }

  #readPiece(): Step {
    const length = Math.min(this.#remainingBytes, this.#queue.length);
    if (length === 0 && this.#remainingBytes > 0) return undefined;
    const bytes = this.#queue.view(0, length);
    this.#queue.drop(length);
    this.#remainingBytes -= length;
    if (this.#remainingBytes === 0) this.#mode = "line";
    return { kind: "piece", bytes, remainingBytes: this.#remainingBytes };
  }

  #readRawLine(): Step {
    const line = this.#lookForLineEnd();
    if (line.end > this.#rawLineBytesMax) return this.#refuse(null, "Line too long", "TOOBIG");
    if (line.found === "bare-lf") return this.#refuse(null, "Lines end with CR LF", null);
    if (line.found === "nothing") return undefined;
    const bytes = this.#queue.view(0, line.end);
    this.#queue.drop(line.end + 2);
    this.#begin();
    return { kind: "line", bytes };
  }

  /** Looks on for the end of the line at hand. Without one, `end` is behind what is known to be of the line. */
  #lookForLineEnd(): LineEnd {
    const queue = this.#queue;
    const lf = queue.indexOf(octet.lf, this.#scanned);
    const last = lf < 0 ? queue.length : lf;
    this.#scanned = last;
    const hasCr = last > this.#lineAt && queue.at(last - 1) === octet.cr;
    if (lf < 0) return { found: "nothing", end: hasCr ? last - 1 : last };
    return hasCr ? { found: "crlf", end: lf - 1 } : { found: "bare-lf", end: lf };
  }

  #refuseLine(text: Sentence, code: "TOOBIG" | null): ReaderFault {
    let tag = this.#head?.tag ?? null;
    if (this.#head === null) {
      const parsed = readHead(this.#queue, this.#scanned);
      tag = parsed.head === null ? parsed.tag : parsed.head.tag;
    }
    return this.#refuse(tag, text, code);
  }

  /** Refuses the line at hand; what is left of it will be skipped. */
  #refuse(tag: string | null, text: Sentence, code: "TOOBIG" | null): ReaderFault {
    this.#skipLine();
    return faultOf(tag, text, code);
  }

  #skipLine(): void {
    this.#queue.drop(this.#lineAt);
    this.#scanned -= this.#lineAt;
    this.#lineAt = 0;
    this.#mode = "skip-line";
  }

  #readSkippedLine(): Step {
    const lf = this.#queue.indexOf(octet.lf, this.#scanned);
    const end = lf < 0 ? this.#queue.length : lf;
    if (this.#discardedLineBytes + end > imapLineDiscardedBytesMax) return this.#close("Line without an end");
    if (lf < 0) {
      // The announcement of a literal may be cut here.
      const dropped = Math.max(0, end - literalHeadBytesMax - 1);
      this.#queue.drop(dropped);
      this.#discardedLineBytes += dropped;
      this.#scanned = this.#queue.length;
      return undefined;
    }
    if (lf === 0 || this.#queue.at(lf - 1) !== octet.cr) {
      this.#scanned = lf + 1;
      return again;
    }
    const literal = readLiteralHead(this.#queue, 0, lf - 1);
    this.#lineAt = lf + 1;
    if (literal !== null) return this.#skipLiteral(literal) ?? again;
    this.#queue.drop(lf + 1);
    this.#begin();
    return again;
  }

  /** Skips a literal and the rest of its command. A client that waits to be asked has been answered, and begins anew. */
  #skipLiteral(literal: LiteralHead): ReaderFault | null {
    this.#queue.drop(this.#lineAt);
    this.#lineAt = 0;
    this.#scanned = 0;
    if (literal.sends === "when-asked") {
      this.#begin();
      return null;
    }
    this.#discardedLiteralBytes += literal.bytes;
    if (this.#discardedLiteralBytes > this.limits.discardedBytesMax) return this.#close("Literal too large");
    this.#mode = "skip-literal";
    this.#remainingBytes = literal.bytes;
    return null;
  }

  #readSkippedLiteral(): Step {
    const length = Math.min(this.#remainingBytes, this.#queue.length);
    this.#queue.drop(length);
    this.#remainingBytes -= length;
    if (this.#remainingBytes > 0) return undefined;
    this.#mode = "skip-line";
    return again;
  }

  #close(text: Sentence): ReaderFault {
    this.#mode = "closed";
    this.#queue.drop(this.#queue.length);
    return { kind: "fault", tag: null, code: null, text, after: "close" };
  }

  /** Ready for a new command. */
  #begin(): void {
    this.#mode = "line";
    this.#head = null;
    this.#offered = null;
    this.#argsAt = 0;
    this.#lineAt = 0;
    this.#scanned = 0;
    this.#lineBytes = 0;
    this.#literalBytes = 0;
    this.#streamedLiterals = 0;
    this.#discardedLineBytes = 0;
    this.#discardedLiteralBytes = 0;
  }
}

/** RFC 8446 5.1: content type handshake; a client that begins TLS where none is offered. */
const tlsHandshake = 0x16;

/** A request line of HTTP: a browser, or a web page that makes one speak to this port. */
function isHttp(tag: string, queue: OctetQueue, lineEnd: number): boolean {
  if (!httpMethods.has(tag) || lineEnd < 8) return false;
  return String.fromCharCode(...queue.view(lineEnd - 8, lineEnd - 3)) === "HTTP/";
}

const httpMethods = new Set(["GET", "POST", "HEAD", "PUT", "OPTIONS", "CONNECT", "DELETE", "PATCH", "TRACE", "PRI"]);

function faultOf(tag: string | null, text: Sentence, code: "TOOBIG" | null): ReaderFault {
  return { kind: "fault", tag, code, text, after: "go-on" };
}
