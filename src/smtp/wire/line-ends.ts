// Looks for a CR or LF that stands alone (RFC 5321 2.3.8), over any cuts.

const lineFeed = 10;
const carriageReturn = 13;

export class LineEnds {
  #afterCr = false;
  #bare = false;

  push(piece: Uint8Array): void {
    if (this.#bare || piece.length === 0) return;
    this.#bare = this.#hasBare(piece);
    this.#afterCr = piece[piece.length - 1] === carriageReturn;
  }

  /** Whether one stood alone, now that nothing follows. */
  get bare(): boolean {
    return this.#bare || this.#afterCr;
  }

  #hasBare(piece: Uint8Array): boolean {
    let expected = this.#afterCr;
    for (let at = 0; at < piece.length; ) {
      if (expected && piece[at] !== lineFeed) return true;
      const from = expected ? at + 1 : at;
      const feed = piece.indexOf(lineFeed, from);
      const cr = piece.indexOf(carriageReturn, from);
      if (cr < 0) return feed >= 0;
      if (feed >= 0 && feed < cr) return true;
      expected = true;
      at = cr + 1;
    }
    return false;
  }
}
