// Content-Transfer-Encoding (RFC 2045 6): base64 and quoted-printable as they arrive, cut anywhere. Decoding is
// lenient, as RFC 2045 6.7 and 6.8 advise; `broken` tells whether leniency was needed, which is what BINARY's
// UNKNOWN-CTE wants to know (RFC 3516 4.3). Space is bounded by the chunk.

import { concatBytes } from "../base/bytes.ts";

export interface TransferDecoder {
  /** What the chunk adds. */
  push(chunk: Uint8Array): Uint8Array;
  finish(): Uint8Array;
  /** True once something was not as the RFC wants it. Final after `finish`. */
  readonly broken: boolean;
}

export type TransferEncoding = "identity" | "base64" | "quoted-printable" | "unknown";

const noBytes = new Uint8Array(0);
const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const equals = 61;
/** A line longer than RFC 5322 2.1.1 allows is no line whose end anyone cares for. */
const lineBytesMax = 998;

const white = 64;
const padding = 65;
const foreign = 66;
const sextets = new Uint8Array(256).fill(foreign);
for (let value = 0; value < 64; value++) {
  sextets["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".charCodeAt(value)] = value;
}
for (const code of [tab, lineFeed, carriageReturn, space]) sextets[code] = white;
sextets[equals] = padding;

/** What a Content-Transfer-Encoding means; null is the default, 7bit. */
export function transferEncoding(encoding: string | null): TransferEncoding {
  switch (encoding?.toLowerCase() ?? "7bit") {
    case "7bit":
    case "8bit":
    case "binary":
      return "identity";
    case "base64":
      return "base64";
    case "quoted-printable":
      return "quoted-printable";
    default:
      return "unknown";
  }
}

/** A decoder for that encoding. Of an unknown one the bytes pass as they are, and `broken` says so. */
export function transferDecoder(encoding: TransferEncoding): TransferDecoder {
  switch (encoding) {
    case "base64":
      return new Base64Decoder();
    case "quoted-printable":
      return new QuotedPrintableDecoder();
    case "identity":
      return { push: (chunk) => chunk, finish: () => noBytes, broken: false };
    case "unknown":
      return { push: (chunk) => chunk, finish: () => noBytes, broken: true };
  }
}

/** A whole body decoded, leniently. */
export function decodeTransfer(body: Uint8Array, encoding: string | null): Uint8Array {
  const decoder = transferDecoder(transferEncoding(encoding));
  const bytes = decoder.push(body);
  const rest = decoder.finish();
  return rest.length === 0 ? bytes : concatBytes([bytes, rest]);
}

class Base64Decoder implements TransferDecoder {
  broken = false;
  #bits = 0;
  /** How many sextets `#bits` holds, and how many padding characters followed them. */
  #count = 0;
  #padding = 0;

  push(chunk: Uint8Array): Uint8Array {
    const out = new Uint8Array(((chunk.length + 6) >> 2) * 3);
    let length = 0;
    for (let at = 0; at < chunk.length; at++) {
      const value = sextets[chunk[at] ?? 0] ?? foreign;
      if (value < white) {
        if (this.#padding > 0) this.#restart();
        this.#bits = (this.#bits << 6) | value;
        if (++this.#count < 4) continue;
        out[length++] = this.#bits >> 16;
        out[length++] = this.#bits >> 8;
        out[length++] = this.#bits;
        this.#bits = 0;
        this.#count = 0;
      } else if (value === padding) {
        if (this.#padding === 0) length = this.#flush(out, length);
        this.#padding++;
      } else if (value === foreign) this.broken = true;
    }
    return out.subarray(0, length);
  }

  finish(): Uint8Array {
    if (this.#padding > 0) {
      if (this.#count < 2 || this.#count + this.#padding !== 4) this.broken = true;
      return noBytes;
    }
    if (this.#count === 0) return noBytes;
    this.broken = true;
    const out = new Uint8Array(2);
    return out.subarray(0, this.#flush(out, 0));
  }

  /** RFC 2045 6.8: padding ends the data. Programs that join encoded pieces go on after it; so does this. */
  #restart(): void {
    this.broken = true;
    this.#padding = 0;
    this.#bits = 0;
    this.#count = 0;
  }

  /** Writes the whole bytes of an incomplete quantum. */
  #flush(out: Uint8Array, length: number): number {
    let end = length;
    if (this.#count === 2) out[end++] = this.#bits >> 4;
    if (this.#count === 3) {
      out[end++] = this.#bits >> 10;
      out[end++] = this.#bits >> 2;
    }
    return end;
  }
}

type Escape = "" | "=" | "=digit" | "=white" | "=cr";

class QuotedPrintableDecoder implements TransferDecoder {
  broken = false;
  /** What of an escape or a soft line break has been read, and its first hexadecimal digit. */
  #escape: Escape = "";
  #digit = 0;
  /** White space at the end of the chunk, which is deleted when the line ends with it (RFC 2045 6.7 rule 3). */
  #white: Uint8Array = noBytes;

  push(chunk: Uint8Array): Uint8Array {
    // Nothing grows but by what was held back: white space, and an escape that turns out to be none.
    const out = new Uint8Array(this.#white.length + chunk.length + 2);
    out.set(this.#white);
    let length = this.#white.length;
    /** Where the white space begins that may yet be deleted. */
    let white = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#escape !== "") {
        const read = this.#readEscape(byte);
        for (const literal of read.literals) out[length++] = literal;
        white = length;
        // The byte was no part of the escape after all.
        if (read.again) at--;
      } else if (byte === equals) {
        white = length;
        this.#escape = "=";
      } else {
        const endsLine = byte === lineFeed || byte === carriageReturn;
        if (endsLine) length = white;
        out[length++] = byte;
        if (endsLine || (byte !== space && byte !== tab)) white = length;
      }
    }
    if (length - white > lineBytesMax) white = length;
    this.#white = out.slice(white, length);
    return out.subarray(0, white);
  }

  finish(): Uint8Array {
    if (this.#escape !== "=digit") return noBytes;
    this.broken = true;
    return Uint8Array.of(equals, this.#digit);
  }

  #readEscape(byte: number): EscapeRead {
    const before = this.#escape;
    this.#escape = "";
    if (before === "=digit") {
      if (hexValue(byte) < 0) return this.#giveUp([equals, this.#digit]);
      return { literals: [(hexValue(this.#digit) << 4) | hexValue(byte)], again: false };
    }
    // The soft line break is complete.
    if (byte === lineFeed) return nothingRead;
    if (before === "=cr") return this.#giveUp([equals, carriageReturn]);
    if (byte === carriageReturn) this.#escape = "=cr";
    else if (byte === space || byte === tab) this.#escape = "=white";
    else if (before === "=" && hexValue(byte) >= 0) {
      this.#digit = byte;
      this.#escape = "=digit";
    } else return this.#giveUp(before === "=white" ? [equals, space] : [equals]);
    return nothingRead;
  }

  /** RFC 2045 6.7: "A reasonable approach by a robust implementation might be to include the "=" character and the
   * following character in the decoded data without any transformation". */
  #giveUp(literals: readonly number[]): EscapeRead {
    this.broken = true;
    return { literals, again: true };
  }
}

interface EscapeRead {
  readonly literals: readonly number[];
  readonly again: boolean;
}

const nothingRead: EscapeRead = { literals: [], again: false };

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
