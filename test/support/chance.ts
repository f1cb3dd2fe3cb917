// Chance that a seed decides: the same seed, the same choices (mulberry32).

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number from 0, below `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new Error("nothing to pick from");
    return picked;
  }

  /** One to `most` of `from`, in their order. */
  some<T>(from: readonly T[], most: number): T[] {
    const wanted = Math.min(from.length, this.between(1, most));
    const chosen = new Set<number>();
    while (chosen.size < wanted) chosen.add(this.below(from.length));
    return from.filter((_, at) => chosen.has(at));
  }

  /** Another source that goes its own way from here on. */
  fork(): Chance {
    return new Chance(this.below(0x1_0000_0000));
  }
}
