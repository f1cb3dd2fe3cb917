// A message between its last byte and its mailboxes: its bytes, and its header for those who have to look into it.

import { concatBytes } from "../base/bytes.ts";
import { headerBytesMax, headerFieldsMax } from "../base/limits.ts";
import { type HeaderField, headerFields } from "../mime/header-fields.ts";
import { octetString } from "../mime/octets.ts";

/** Dispose of it when it has been filed or queued: a large one has a file. */
export interface Letter extends AsyncDisposable {
  readonly size: number;
  readonly header: LetterHeader;
  /** The bytes from `from` on, in order; all there at once for a small letter. */
  pieces(from: number): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export interface LetterHeader {
  /** An octet string: one character a byte, so that offsets are byte offsets. */
  readonly text: string;
  readonly fields: readonly HeaderField[];
  /** The first byte that belongs to no field: the blank line, or what is no header at all. */
  readonly end: number;
  /** The header goes on beyond what is looked at. */
  readonly cutOff: boolean;
}

/** The header of a message that begins with `start`. */
export function readLetterHeader(start: Uint8Array): LetterHeader {
  const length = Math.min(start.length, headerBytesMax);
  const text = octetString(start, 0, headerLength(start, length));
  const fields: HeaderField[] = [];
  let end = 0;
  // Fields stand one after another: what comes between two of them is no header any more.
  for (const field of headerFields(text)) {
    if (field.start !== end || !fieldName.test(field.name)) break;
    fields.push(field);
    end = field.end;
  }
  return { text, fields, end, cutOff: end >= headerBytesMax || fields.length >= headerFieldsMax };
}

/** RFC 5322 2.2: printable ASCII but the colon. */
const fieldName = /^[!-9;-~]+$/;

/** Collects the beginning of a message until its header is complete. */
export class HeaderCollector {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #complete = false;
  /** Bytes of the line that the last piece left unfinished, and whether that is a CR alone. */
  #lineBytes = 0;
  #lineIsCr = false;

  push(piece: Uint8Array): void {
    if (this.#complete) return;
    this.#parts.push(piece);
    this.#bytes += piece.length;
    this.#complete = this.#bytes >= headerBytesMax || this.#hasBlankLine(piece);
  }

  finish(): LetterHeader {
    const header = readLetterHeader(concatBytes(this.#parts));
    this.#parts = [];
    return header;
  }

  #hasBlankLine(piece: Uint8Array): boolean {
    for (let at = 0; at < piece.length; ) {
      const end = piece.indexOf(lineFeed, at);
      const lineEnd = end < 0 ? piece.length : end;
      if (lineEnd > at) {
        this.#lineIsCr = this.#lineBytes === 0 && lineEnd === at + 1 && piece[at] === carriageReturn;
        this.#lineBytes += lineEnd - at;
      }
      if (end < 0) return false;
      if (this.#lineBytes === 0 || this.#lineIsCr) return true;
      this.#lineBytes = 0;
      this.#lineIsCr = false;
      at = end + 1;
    }
    return false;
  }
}

const lineFeed = 10;
const carriageReturn = 13;

/** Where the first blank line has ended, or `length` when there is none. */
function headerLength(bytes: Uint8Array, length: number): number {
  for (let at = 0; at < length; ) {
    const end = bytes.indexOf(lineFeed, at);
    if (end < 0 || end >= length) return length;
    if (end === at || (end === at + 1 && bytes[at] === carriageReturn)) return end + 1;
    at = end + 1;
  }
  return length;
}
