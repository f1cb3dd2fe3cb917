// The text after DATA: finds its end and takes the transparency dots out (RFC 5321 4.1.1.4, 4.5.2), over any cuts.
// RFC 5321 2.3.8: a line ends in CRLF and in nothing else, so only CRLF "." CRLF ends the message; a bare CR or LF is
// noticed, and never begins a line.

const lineFeed = 10;
const carriageReturn = 13;
const dot = 46;
const withheldCr = Uint8Array.of(carriageReturn);

/** Where the reader stands; "dot" and "dot-cr" are at the beginning of a line. */
type Place = "line-start" | "text" | "cr" | "dot" | "dot-cr";

export class DataReader {
  #place: Place = "line-start";
  #ended = false;
  #bareLineEnds = false;

  /** The end of the data has been read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** A CR or LF stood alone somewhere. */
  get bareLineEnds(): boolean {
    return this.#bareLineEnds;
  }

  /**
   * Reads from `from` to the end of the data or of the chunk, hands the text out in pieces (views of the chunk), and
   * says how far it came.
   */
  read(chunk: Uint8Array, from: number, pieces: Uint8Array[]): number {
    const length = chunk.length;
    let at = from;
    /** Where the text begins that is not handed out yet. */
    let start = from;
    while (at < length && !this.#ended) {
      const code = chunk[at];
      switch (this.#place) {
        case "line-start":
          this.#place = code === dot ? "dot" : "text";
          if (code !== dot) break;
          // RFC 5321 4.5.2: "If the first character is a period and there are other characters on the line, the first
          // character is deleted."
          if (at > start) pieces.push(chunk.subarray(start, at));
          start = ++at;
          break;
        case "dot":
          this.#place = code === carriageReturn ? "dot-cr" : "text";
          if (code === carriageReturn) at++;
          break;
        case "dot-cr":
          if (code === lineFeed) {
            this.#ended = true;
            return at + 1;
          }
          this.#bareLineEnds = true;
          // The CR may have come with the chunk before.
          if (at === from) pieces.push(withheldCr);
          this.#place = "text";
          break;
        case "cr":
          if (code === lineFeed) at++;
          else this.#bareLineEnds = true;
          this.#place = code === lineFeed ? "line-start" : "text";
          break;
        case "text":
          at = this.#skipText(chunk, at);
          break;
      }
    }
    const end = this.#place === "dot-cr" ? length - 1 : length;
    if (end > start) pieces.push(chunk.subarray(start, end));
    return length;
  }

  /** Runs to the next CR, which it passes, or to the end. */
  #skipText(chunk: Uint8Array, from: number): number {
    const length = chunk.length;
    let at = from;
    for (; at < length; at++) {
      const code = chunk[at] ?? 0;
      if (code > carriageReturn) continue;
      if (code === carriageReturn) {
        this.#place = "cr";
        return at + 1;
      }
      if (code === lineFeed) this.#bareLineEnds = true;
    }
    return length;
  }
}
