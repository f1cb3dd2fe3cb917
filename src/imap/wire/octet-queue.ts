// Octets that have come and are not used up. A chunk that finds the queue empty is used as it is, without a copy; others
// are gathered. What `view` hands out is never overwritten: new octets only go behind, or into a new array.

const nothing = new Uint8Array(0);

export class OctetQueue {
  #bytes: Uint8Array = nothing;
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  push(chunk: Uint8Array): void {
    if (this.#start === this.#end) {
      this.#bytes = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      return;
    }
    if (this.#end + chunk.length > this.#bytes.length) this.#move(2 * (this.length + chunk.length));
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Makes room for `length` octets in all, so that a literal of known length is gathered without growing step by step. */
  reserve(length: number): void {
    if (this.#start + length > this.#bytes.length) this.#move(length);
  }

  /** The octet at `offset`, or 0 behind the last one. */
  at(offset: number): number {
    const place = this.#start + offset;
    return place < this.#end ? (this.#bytes[place] ?? 0) : 0;
  }

  /** Where `byte` first is at or behind `from`, or -1. */
  indexOf(byte: number, from: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    for (let place = this.#start + from; place < end; place++) if (bytes[place] === byte) return place - this.#start;
    return -1;
  }

  view(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(this.#start + from, this.#start + to);
  }

  drop(count: number): void {
    this.#start += count;
    if (this.#start < this.#end) return;
    // An idle connection keeps nothing alive.
    this.#bytes = nothing;
    this.#start = 0;
    this.#end = 0;
  }

  #move(capacity: number): void {
    const roomier = new Uint8Array(capacity);
    roomier.set(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = roomier;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
