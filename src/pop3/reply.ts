// What a command answers: pieces that are yielded and go out as they come, and a completion that is returned.

import { utf8 } from "../base/bytes.ts";
import { pop3StatusBytesMax } from "../base/limits.ts";
import type { Problem } from "../model/problem.ts";
import type { Texts } from "./language/texts.ts";
import { answerTo, type ResponseCode } from "./problem-codes.ts";
import type { Session } from "./session.ts";

/** RFC 5034 4: a line of base64; the generator is resumed with the client's line. */
export interface Challenge {
  readonly challenge: string;
}

export interface Completion {
  /** The status line, or a whole answer; null when it went out with the pieces. */
  readonly status: Uint8Array | readonly Uint8Array[] | null;
  /** The session as it is from now on. */
  readonly session: Session;
  readonly next: Next;
}

export type Next = "go-on" | "start-tls" | "close";

/** A client's line in a SASL exchange; null when it was too long or no text. */
export type SaslLine = string | null;

export type Reply = AsyncGenerator<Uint8Array | Challenge, Completion, SaslLine>;

/** Words for people, in whatever language the session speaks. */
export type Words = string | ((say: Texts) => string);

/** Ends a multi-line answer of ours (RFC 1939 3). */
export const endOfLines = utf8(".\r\n");

/** The first line of an answer that goes well: "+OK" and words. */
export function okLine(session: Session, words: Words): Uint8Array {
  return statusLine("+OK", textOf(session, words));
}

/** The command went well. */
export function ok(session: Session, words: Words, next: Next = "go-on"): Completion {
  return { status: okLine(session, words), session, next };
}

/** The command was refused; nothing but `session` has changed. */
export function err(session: Session, code: ResponseCode | null, words: Words): Completion {
  return { status: errLine(session, code, words), session, next: "go-on" };
}

/** The command was refused and the connection ends. */
export function errAndClose(session: Session, code: ResponseCode | null, words: Words): Completion {
  return { status: errLine(session, code, words), session, next: "close" };
}

export function refusal(session: Session, problem: Problem): Completion {
  const { code, text } = answerTo(problem);
  return err(session, code, text);
}

/** A whole multi-line answer: one wait and one write. */
export function said(session: Session, answer: readonly Uint8Array[]): Completion {
  return { status: answer, session, next: "go-on" };
}

/** A multi-line answer has been yielded whole. */
export function answered(session: Session): Completion {
  return { status: null, session, next: "go-on" };
}

export function challengeLine({ challenge }: Challenge): Uint8Array {
  // RFC 5034 4: an empty challenge is "a line with only a "+", followed by a single space".
  return utf8(`+ ${challenge}\r\n`);
}

function errLine(session: Session, code: ResponseCode | null, words: Words): Uint8Array {
  const text = textOf(session, words);
  return statusLine("-ERR", code === null ? text : `[${code}] ${text}`);
}

function statusLine(status: "+OK" | "-ERR", text: string): Uint8Array {
  const line = octets(`${status} ${text}\r\n`);
  if (line.length > pop3StatusBytesMax) throw new Error("a status line is longer than RFC 2449 4 allows");
  return line;
}

// Nearly every line is ASCII, and one that short lies in the heap itself: an encoder's array would have to be freed.
function octets(line: string): Uint8Array {
  const bytes = new Uint8Array(line.length);
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code > 0x7f) return utf8(line);
    bytes[at] = code;
  }
  return bytes;
}

function textOf(session: Session, words: Words): string {
  return typeof words === "string" ? words : words(session.language.say);
}
