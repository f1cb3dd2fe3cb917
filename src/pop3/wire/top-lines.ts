// What TOP shows of a message (RFC 1939 7): "the headers of the message, the blank line separating the headers from the
// body, and then the number of lines of the indicated message's body". Works on chunks, cut anywhere.

const lineFeed = 10;
const carriageReturn = 13;

export class TopLines {
  #linesLeft: number;
  #reading: "header" | "body" | "done" = "header";
  /** Bytes of the current line in earlier chunks, and whether they are a lone CR. */
  #lineBytes = 0;
  #lineIsCr = false;

  constructor(lines: number) {
    this.#linesLeft = lines;
  }

  /** True when nothing of what follows is wanted. */
  get done(): boolean {
    return this.#reading === "done";
  }

  /** The beginning of `chunk` that is wanted. */
  push(chunk: Uint8Array): Uint8Array {
    let start = 0;
    while (this.#reading !== "done") {
      const end = chunk.indexOf(lineFeed, start);
      if (end === -1) {
        this.#carryOver(chunk, start);
        return chunk;
      }
      this.#endLine(chunk, start, end);
      start = end + 1;
    }
    return chunk.subarray(0, start);
  }

  #carryOver(chunk: Uint8Array, start: number): void {
    const bytesHere = chunk.length - start;
    if (bytesHere === 0) return;
    this.#lineIsCr = this.#lineBytes === 0 && bytesHere === 1 && chunk[start] === carriageReturn;
    this.#lineBytes += bytesHere;
  }

  #endLine(chunk: Uint8Array, start: number, end: number): void {
    const bytesHere = end - start;
    const isBlank =
      this.#lineBytes === 0
        ? bytesHere === 0 || (bytesHere === 1 && chunk[start] === carriageReturn)
        : bytesHere === 0 && this.#lineBytes === 1 && this.#lineIsCr;
    this.#lineBytes = 0;
    this.#lineIsCr = false;
    if (this.#reading === "body") this.#linesLeft--;
    else if (isBlank) this.#reading = "body";
    if (this.#reading === "body" && this.#linesLeft <= 0) this.#reading = "done";
  }
}
