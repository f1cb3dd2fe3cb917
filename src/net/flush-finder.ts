// Where a client has flushed its compressor: an empty stored block, 00 00 FF FF behind three bits (RFC 1951 3.2.4), ends what it
// wanted to be read at once. What only looks like one does no harm: a stream may be cut anywhere.

export class FlushFinder {
  /** How much of the four octets came last. */
  #matched = 0;
  #atEnd = false;

  /** Behind the first flush that ends in `chunk`; its length where none does. */
  end(chunk: Uint8Array): number {
    this.#atEnd = false;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === 0) this.#matched = this.#matched === 1 || this.#matched === 2 ? 2 : 1;
      else this.#matched = byte === 0xff && this.#matched >= 2 ? this.#matched + 1 : 0;
      if (this.#matched < 4) continue;
      this.#matched = 0;
      this.#atEnd = true;
      return at + 1;
    }
    return chunk.length;
  }

  /**
   * How many octets of `next`, which follows what was looked through, belong to the flush that is not at its end there: it
   * can lack its block, and an octet that it shares with the words before. Without such a block, none. "unknown": more
   * must come to tell.
   */
  left(next: Uint8Array): number | "unknown" {
    if (this.#atEnd) return 0;
    const text = String.fromCharCode(...next.subarray(0, 6));
    if (this.#matched === 3) return text === "" ? "unknown" : text.startsWith("\xff") ? 1 : 0;
    const block = /^[^\xff]?\0{0,3}\xff\xff/.exec(text);
    if (block !== null) return block[0].length;
    return /^[^\xff]?\0{0,3}\xff?$/.test(text) ? "unknown" : 0;
  }
}
