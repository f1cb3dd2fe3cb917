// Lines from bytes as they come (RFC 1939 3: commands are "terminated by a CRLF pair"), without any I/O.
// Liberty: a bare LF ends a line too, as every server takes it.

import { concatBytes } from "../../base/bytes.ts";
import { pop3LineBytesMax, pop3LineDiscardedBytesMax, saslLineBytesMax } from "../../base/limits.ts";

/** What is being read: a command, or the client's part of a SASL exchange, whose lines may be long (RFC 5034 4). */
export type LineKind = "command" | "sasl";

/**
 * "line": its bytes without the line end. "too-long": a line was longer than allowed and is thrown away to its end.
 * "hopeless": it has no end in sight. "more": the line's end has not come yet.
 */
export type LineResult =
  | { readonly kind: "line"; readonly bytes: Uint8Array }
  | { readonly kind: "too-long" | "hopeless" | "more" };

const lineFeed = 10;
const carriageReturn = 13;
const none = new Uint8Array();
const auth = [0x41, 0x55, 0x54, 0x48, 0x20];
const more: LineResult = { kind: "more" };
const tooLong: LineResult = { kind: "too-long" };
const hopeless: LineResult = { kind: "hopeless" };

export class LineReader {
  #bytes: Uint8Array = none;
  /** Where the unread bytes begin. */
  #at = 0;
  /** How far the unread bytes have been looked at and hold no line end. */
  #searched = 0;
  /** Bytes of a line that is too long, already thrown away; 0 when no line is being thrown away. */
  #discarded = 0;

  push(chunk: Uint8Array): void {
    const rest = this.#bytes.subarray(this.#at);
    this.#bytes = rest.length === 0 ? chunk : concatBytes([rest, chunk]);
    this.#searched -= this.#at;
    this.#at = 0;
  }

  /** True when `next` would not answer "more". */
  get hasLine(): boolean {
    return this.#bytes.indexOf(lineFeed, this.#searched) !== -1;
  }

  next(kind: LineKind): LineResult {
    const end = this.#bytes.indexOf(lineFeed, this.#searched);
    if (end === -1) return this.#withoutEnd(kind);
    const start = this.#at;
    this.#at = end + 1;
    this.#searched = end + 1;
    if (this.#discarded > 0 || end + 1 - start > this.#allowed(kind, start)) {
      this.#discarded = 0;
      return tooLong;
    }
    const withoutCr = end > start && this.#bytes[end - 1] === carriageReturn ? end - 1 : end;
    return { kind: "line", bytes: this.#bytes.subarray(start, withoutCr) };
  }

  /** Forgets all that has come: RFC 2595 4, what was sent before TLS began must not be read inside it. */
  clear(): void {
    this.#bytes = none;
    this.#at = 0;
    this.#searched = 0;
    this.#discarded = 0;
  }

  #withoutEnd(kind: LineKind): LineResult {
    const length = this.#bytes.length;
    this.#searched = length;
    const waiting = length - this.#at;
    if (this.#discarded === 0 && waiting < this.#allowed(kind, this.#at)) return more;
    this.#discarded += waiting;
    this.#bytes = none;
    this.#at = 0;
    this.#searched = 0;
    return this.#discarded > pop3LineDiscardedBytesMax ? hopeless : more;
  }

  // An AUTH command carries an initial response. RFC 5034 4 holds it to 255 octets, which clients with long
  // passwords do not know.
  #allowed(kind: LineKind, start: number): number {
    if (kind === "sasl") return saslLineBytesMax;
    const isAuth = auth.every((letter, at) => ((this.#bytes[start + at] ?? 0) & ~(at < 4 ? 0x20 : 0)) === letter);
    return isAuth ? saslLineBytesMax : pop3LineBytesMax;
  }
}
