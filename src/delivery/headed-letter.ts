// A letter whose beginning has been written anew: trace fields before it, its header completed.

import { type Letter, type LetterHeader, readLetterHeader } from "./letter.ts";

/** `head`, then `letter` from byte `from` on. `letter` must live as long; disposing of this one leaves it. */
export function withHead(head: Uint8Array, letter: Letter, from: number): Letter {
  return new LetterWithHead(head, letter, from);
}

class LetterWithHead implements Letter {
  readonly size: number;
  readonly #head: Uint8Array;
  readonly #letter: Letter;
  readonly #from: number;

  constructor(head: Uint8Array, letter: Letter, from: number) {
    this.#head = head;
    this.#letter = letter;
    this.#from = from;
    this.size = head.length + letter.size - from;
  }

  get header(): LetterHeader {
    return readLetterHeader(this.#head);
  }

  async *pieces(from: number): AsyncIterable<Uint8Array> {
    if (from < this.#head.length) yield from === 0 ? this.#head : this.#head.subarray(from);
    yield* this.#letter.pieces(this.#from + Math.max(0, from - this.#head.length));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The letter below has its own owner.
  }
}
