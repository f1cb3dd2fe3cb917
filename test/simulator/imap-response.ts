// The server's responses, cut out of the octets as they come (RFC 9051 2.2.2). Text is one character an octet; where a literal
// stands, `text` has its announcement `{n}` and `literals` its octets, in order.

export interface ImapResponse {
  readonly text: string;
  readonly literals: readonly string[];
  /** How many of the client's octets the server had when it began to say this, at least. */
  readonly arrivedBefore: number;
}

export class ImapResponseReader {
  #unread = "";
  #text = "";
  #literals: string[] = [];
  /** Of the literal that comes next; null within a line. */
  #announced: number | null = null;

  *read(octets: Buffer, arrivedBefore: number): Generator<ImapResponse> {
    this.#unread += octets.toString("latin1");
    for (;;) {
      if (this.#announced !== null) {
        if (this.#unread.length < this.#announced) return;
        this.#literals.push(this.#unread.slice(0, this.#announced));
        this.#unread = this.#unread.slice(this.#announced);
        this.#announced = null;
      }
      const end = this.#unread.indexOf("\r\n");
      if (end < 0) return;
      const line = this.#unread.slice(0, end);
      this.#text += line;
      this.#unread = this.#unread.slice(end + 2);
      const announcement = /\{(\d+)\}$/.exec(line)?.[1];
      if (announcement !== undefined) {
        this.#announced = Number(announcement);
        continue;
      }
      const response = { text: this.#text, literals: this.#literals, arrivedBefore };
      this.#text = "";
      this.#literals = [];
      yield response;
    }
  }
}

/** `1:3,7` as numbers; what is above `most` is nobody's. */
export function numbersOf(set: string, most = 100_000): number[] {
  if (set === "") return [];
  return set.split(",").flatMap((range) => {
    const [one = 0, other = one] = range.split(":").map(Number);
    const [from, to] = [Math.min(one, other), Math.min(Math.max(one, other), most)];
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
  });
}

/** Ascending numbers as a set, as clients write it. */
export function setOf(numbers: Iterable<number>): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(",");
}
