// Looks for many strings in a text that comes in pieces. Linear in the text for each string, whatever either is made of: the
// runtime's own search looks back at 250 characters of a string at most, so that a long one with a bad fit costs their
// product (a second for 60 KiB within 256 KiB); such strings go the way of Knuth, Morris and Pratt.

/** What the runtime searches in linear time; a quarter of a second for 4 MiB at the worst. */
const shortNeedleMax = 200;

/** Whether the folded `needle` stands in a folded text. */
export function containsNeedle(text: string, needle: string): boolean {
  if (needle.length > text.length) return false;
  return needle.length <= shortNeedleMax ? text.includes(needle) : new LongNeedle(needle).endsWithin(text);
}

export class TextScanner {
  /** By needle, 1 once it has been found in any text. */
  readonly found: Uint8Array;
  readonly #short: { readonly index: number; readonly text: string }[] = [];
  readonly #long: { readonly index: number; readonly needle: LongNeedle }[] = [];
  /** The characters before a piece with which a short needle may begin. */
  readonly #overlap: number;
  #before = "";
  #missing: number;

  /** Needles are folded, as the text must be. */
  constructor(needles: readonly string[]) {
    this.found = new Uint8Array(needles.length);
    this.#missing = needles.length;
    let longest = 1;
    for (const [index, text] of needles.entries()) {
      if (text.length <= shortNeedleMax) {
        this.#short.push({ index, text });
        longest = Math.max(longest, text.length);
      } else this.#long.push({ index, needle: new LongNeedle(text) });
    }
    this.#overlap = longest - 1;
  }

  /** How many needles have not been found yet. */
  get missing(): number {
    return this.#missing;
  }

  /** Forgets everything: another message begins. */
  reset(): void {
    this.found.fill(0);
    this.#missing = this.found.length;
    this.beginText();
  }

  /** Another text begins: nothing is found across its edge. */
  beginText(): void {
    this.#before = "";
    for (const { needle } of this.#long) needle.reset();
  }

  /** The next piece of the text. True when something was found that had not been. */
  push(piece: string): boolean {
    const missing = this.#missing;
    if (missing === 0) return false;
    const text = this.#before === "" || this.#overlap === 0 ? piece : this.#before.slice(-this.#overlap) + piece;
    for (const { index, text: needle } of this.#short)
      if (this.found[index] === 0 && text.includes(needle)) this.#mark(index);
    for (const { index, needle } of this.#long)
      if (this.found[index] === 0 && needle.endsWithin(piece)) this.#mark(index);
    this.#before = text;
    return this.#missing < missing;
  }

  #mark(index: number): void {
    this.found[index] = 1;
    this.#missing--;
  }
}

/** Knuth, Morris, Pratt: "Fast pattern matching in strings" (1977). */
class LongNeedle {
  readonly #text: string;
  /** For each length of a beginning of the needle: the length of the longest shorter beginning that it ends with. */
  readonly #fallback: Int32Array;
  #matched = 0;

  constructor(text: string) {
    this.#text = text;
    this.#fallback = new Int32Array(text.length + 1).fill(-1);
    let matched = 0;
    for (let at = 1; at < text.length; at++) {
      this.#fallback[at] = matched;
      while (matched >= 0 && text.charCodeAt(at) !== text.charCodeAt(matched)) matched = this.#fallback[matched] ?? -1;
      matched++;
    }
    this.#fallback[text.length] = matched;
  }

  reset(): void {
    this.#matched = 0;
  }

  /** Whether the needle ends within the next piece of the text. */
  endsWithin(piece: string): boolean {
    const text = this.#text;
    const fallback = this.#fallback;
    let matched = this.#matched;
    for (let at = 0; at < piece.length; at++) {
      const code = piece.charCodeAt(at);
      while (matched >= 0 && text.charCodeAt(matched) !== code) matched = fallback[matched] ?? -1;
      if (++matched === text.length) return true;
    }
    this.#matched = matched;
    return false;
  }
}
