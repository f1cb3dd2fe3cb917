// Metrics as plain numbers: a hot path adds to a cell it holds; the numbers become Prometheus text when someone asks.

/** One number with its labels, held by whoever counts: `cell.value += 1`. */
export interface Cell {
  value: number;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Numbers that only grow, one for each combination of labels. Label values come from our tables, never from a client. */
export class CounterFamily<Label extends string> {
  readonly #cells = new Map<string, { readonly labels: Readonly<Record<Label, string>>; readonly cell: Cell }>();

  /** The cell of these labels; hold it where counting is hot. */
  cell(labels: Readonly<Record<Label, string>>): Cell {
    const key = Object.values<string>(labels).join("\0");
    const known = this.#cells.get(key);
    if (known !== undefined) return known.cell;
    const cell = { value: 0 };
    this.#cells.set(key, { labels, cell });
    return cell;
  }

  samples(): Sample[] {
    return [...this.#cells.values()].map(({ labels, cell }) => ({ labels, value: cell.value }));
  }
}

/** How long something takes, in fixed buckets: counting is a short scan and two additions. */
export class Durations {
  /** Upper bounds, ascending. */
  readonly boundsMs: readonly number[];
  readonly #counts: Float64Array;
  #sumMs = 0;

  constructor(boundsMs: readonly number[]) {
    this.boundsMs = boundsMs;
    this.#counts = new Float64Array(boundsMs.length + 1);
  }

  observe(ms: number): void {
    let at = 0;
    while (at < this.boundsMs.length && ms > (this.boundsMs[at] ?? Infinity)) at++;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sumMs += ms;
  }

  get sumMs(): number {
    return this.#sumMs;
  }

  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** How many took no longer than each bound; the last is all of them. */
  cumulative(): number[] {
    let sum = 0;
    return Array.from(this.#counts, (count) => (sum += count));
  }
}
