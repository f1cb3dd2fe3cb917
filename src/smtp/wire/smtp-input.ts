// What a client has sent and nobody has read yet: command lines and message data out of one stream of bytes, over any
// cuts. Holds no more than one unfinished line and the chunk that came with it.

import { concatBytes } from "../../base/bytes.ts";
import { saslLineBytesMax } from "../../base/limits.ts";
import type { DataReader } from "./data-reader.ts";

export type LineRead =
  | { readonly kind: "line"; readonly text: string }
  /** RFC 5321 2.3.8: lines end in CRLF only. The line has been taken out. */
  | { readonly kind: "bare-line-end" }
  /** Neither ASCII nor UTF-8 (RFC 6531 3.1 item 6). The line has been taken out. */
  | { readonly kind: "not-text" }
  /** Longer than any line may be. The line has been taken out. */
  | { readonly kind: "too-long" }
  | { readonly kind: "incomplete" };

const noBytes = new Uint8Array();
const lineFeed = 10;
const carriageReturn = 13;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const incomplete: LineRead = { kind: "incomplete" };
const tooLong: LineRead = { kind: "too-long" };

export class SmtpInput {
  #bytes: Uint8Array = noBytes;
  #at = 0;
  /** How much of the unfinished line has been searched for its end. */
  #searched = 0;
  #discarded = 0;

  /** Bytes that have come and are not read. */
  get waiting(): number {
    return this.#bytes.length - this.#at;
  }

  /** Bytes thrown away of an unfinished line, because it is longer than any may be. */
  get discardedBytes(): number {
    return this.#discarded;
  }

  push(chunk: Uint8Array): void {
    this.#bytes = this.waiting === 0 ? chunk : concatBytes([this.#bytes.subarray(this.#at), chunk]);
    this.#at = 0;
  }

  /** Forgets what came and was not read (RFC 3207 4.2). */
  discard(): void {
    this.#bytes = noBytes;
    this.#at = 0;
    this.#searched = 0;
    this.#discarded = 0;
  }

  /** The first byte that is not read; undefined when there is none. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  takeLine(): LineRead {
    const start = this.#at;
    const end = this.#bytes.indexOf(lineFeed, start + this.#searched);
    if (end < 0) return this.#unfinished();
    this.#at = end + 1;
    this.#searched = 0;
    if (this.#discarded > 0 || end - start > saslLineBytesMax) {
      this.#discarded = 0;
      return tooLong;
    }
    if (end === start || this.#bytes[end - 1] !== carriageReturn) return { kind: "bare-line-end" };
    try {
      return { kind: "line", text: strictUtf8.decode(this.#bytes.subarray(start, end - 1)) };
    } catch {
      return { kind: "not-text" };
    }
  }

  /** Reads message data as far as it has come; the pieces are views. */
  takeData(reader: DataReader): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    if (this.waiting > 0) this.#at = reader.read(this.#bytes, this.#at, pieces);
    return pieces;
  }

  /** Takes out at most `countMax` bytes, as many as have come; a view. */
  takeBytes(countMax: number): Uint8Array {
    const from = this.#at;
    this.#at = Math.min(this.#bytes.length, from + countMax);
    return this.#bytes.subarray(from, this.#at);
  }

  #unfinished(): LineRead {
    this.#searched = this.waiting;
    if (this.#searched <= saslLineBytesMax) return incomplete;
    this.#discarded += this.waiting;
    this.#bytes = noBytes;
    this.#at = 0;
    this.#searched = 0;
    return incomplete;
  }
}
