// What is wrong with a command's syntax (RFC 9051 7.1.3): thrown by every reader of arguments, answered by the tagged
// completion it names. The text is fixed English; it never repeats what the client sent, so nothing can be injected by it.
// A URL is repeated, as RFC 4469 wants it, but with nothing in it that could end its line or its code.

import type { Sentence } from "../language/speech.ts";

/** BAD for broken grammar; NO for what is well-formed but beyond us (an unknown charset, a bound of ours). */
export type FaultStatus = "BAD" | "NO";

export type FaultCode =
  | "BADCHARSET"
  | "LIMIT"
  | "TOOBIG"
  | "UIDREQUIRED"
  | "CLIENTBUG"
  | "NOTIFICATIONOVERFLOW"
  | `BADURL ${string}`
  | "UNKNOWN-CTE"
  | `MESSAGELIMIT ${number}`;

export class SyntaxFault extends Error {
  readonly status: FaultStatus;
  readonly code: FaultCode | null;

  /** In the words of `message`. */
  readonly text: Sentence;

  constructor(text: Sentence, status: FaultStatus = "BAD", code: FaultCode | null = null) {
    super(text);
    this.text = text;
    this.name = "SyntaxFault";
    this.status = status;
    this.code = code;
  }
}

/** `throw beyondLimit("Too many search keys")`: RFC 5530 3, LIMIT. */
export function beyondLimit(text: Sentence): SyntaxFault {
  return new SyntaxFault(text, "NO", "LIMIT");
}

/** RFC 9738 3.1, 3.3: more messages than a command that does all or nothing may work on. */
export function tooManyMessages(most: number): SyntaxFault {
  return new SyntaxFault(`No more than ${most} messages at once`, "NO", `MESSAGELIMIT ${most}`);
}

/** RFC 4469 4.1: which URL it was; `url-resp-text` has neither "]" nor line ends. */
export function badUrl(url: string): SyntaxFault {
  const safe = url.replace(/[^\x21-\x5c\x5e-\x7e]/gu, (character) => encodeURIComponent(character.toWellFormed()));
  return new SyntaxFault("The URL points to nothing here", "NO", `BADURL ${safe.slice(0, badUrlTextMax)}`);
}

/** Enough to know it by. */
const badUrlTextMax = 1_000;
