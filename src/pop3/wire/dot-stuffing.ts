// The end of a multi-line answer and the dots that must not look like it (RFC 1939 3): "If any line of the multi-line
// response begins with the termination octet, the line is "byte-stuffed" by pre-pending the termination octet".
//
// Stored bytes go out as they are, bare line feeds included. Many clients take a bare LF as the end of a line, so a
// dot after one is stuffed as well: else a message could end the answer early for them and pass off the rest as the
// server's words. A client that knows CRLF only sees one dot too many there, in a message that RFC 5322 forbids.

import { concatBytes } from "../../base/bytes.ts";
import { indexOfBytes } from "../../net/byte-search.ts";

const lineFeed = 10;
const carriageReturn = 13;
const dot = 46;
const dotLine = new Uint8Array([lineFeed, dot]);
const stuffedDot = new Uint8Array([dot]);
const terminator = new Uint8Array([dot, carriageReturn, lineFeed]);
const lineEndAndTerminator = new Uint8Array([carriageReturn, lineFeed, ...terminator]);

export class DotStuffer {
  // As after the line that precedes the message.
  #last = lineFeed;
  #beforeLast = carriageReturn;

  /** What goes over the wire for `chunk`: itself where no line begins with a dot. */
  push(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return chunk;
    let at = this.#last === lineFeed && chunk[0] === dot ? 0 : nextDotLine(chunk, 0);
    this.#beforeLast = chunk.length > 1 ? (chunk[chunk.length - 2] ?? 0) : this.#last;
    this.#last = chunk[chunk.length - 1] ?? 0;
    if (at === -1) return chunk;
    const parts: Uint8Array[] = [];
    let from = 0;
    while (at !== -1) {
      parts.push(chunk.subarray(from, at), stuffedDot);
      from = at;
      at = nextDotLine(chunk, from);
    }
    parts.push(chunk.subarray(from));
    return concatBytes(parts);
  }

  /** What ends the answer: a line end too when the last line has none. */
  end(): Uint8Array {
    return this.#last === lineFeed && this.#beforeLast === carriageReturn ? terminator : lineEndAndTerminator;
  }
}

/** A whole message with its dots stuffed and its end, as pieces of it that need not be copied. */
export function stuffedWhole(message: Uint8Array): Uint8Array[] {
  const { length } = message;
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (let at = message[0] === dot ? 0 : nextDotLine(message, 0); at !== -1; at = nextDotLine(message, at)) {
    if (at > from) pieces.push(message.subarray(from, at));
    pieces.push(stuffedDot);
    from = at;
    if (pieces.length > piecesMax) return [new DotStuffer().push(message), endOf(message)];
  }
  if (length > from) pieces.push(from === 0 ? message : message.subarray(from));
  pieces.push(endOf(message));
  return pieces;
}

/** From here on copying is cheaper than pieces. */
const piecesMax = 64;

function endOf(message: Uint8Array): Uint8Array {
  const { length } = message;
  const endsLine = length === 0 || (message[length - 1] === lineFeed && message[length - 2] === carriageReturn);
  return endsLine ? terminator : lineEndAndTerminator;
}

/** Where a dot stands after a line feed, the line feed being at `from` or later; -1 when none does. */
function nextDotLine(chunk: Uint8Array, from: number): number {
  const at = indexOfBytes(chunk, dotLine, from);
  return at === -1 ? -1 : at + 1;
}
