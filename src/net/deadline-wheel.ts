// Deadlines for ten thousand connections with one timer: a ring of slots that turns once a tick. Putting a deadline off
// is one assignment; the entry moves to its new slot when its old one comes round. A deadline never fires
// early, and at most two ticks late.

/** Something with a deadline. */
export interface Timed {
  /** The tick from which `expire` is called; Infinity while there is no deadline. */
  dueTick: number;
  /** Kept by the wheel alone; -1 when not on it. */
  wheelSlot: number;
  /** Must set another `dueTick`, or leave the wheel: it is called at each turn of an overdue entry's slot. */
  expire(): void;
}

/** A power of two. */
const slotCount = 64;

export class DeadlineWheel implements Disposable {
  readonly #tickMs: number;
  readonly #slots: readonly Set<Timed>[] = Array.from({ length: slotCount }, () => new Set<Timed>());
  #tick = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
  }

  /** Turns once a tick from now on, without keeping the process alive. */
  start(): this {
    this.#timer ??= setInterval(() => this.turn(), this.#tickMs).unref();
    return this;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The tick at which at least `ms` from now have passed. */
  tickAfter(ms: number): number {
    return this.#tick + Math.ceil(ms / this.#tickMs) + 1;
  }

  add(entry: Timed): void {
    this.#place(entry);
  }

  remove(entry: Timed): void {
    this.#slots[entry.wheelSlot]?.delete(entry);
    entry.wheelSlot = -1;
  }

  /** Sets when `entry` is due. Only a deadline before the next visit to its slot costs more than the assignment. */
  setDue(entry: Timed, dueTick: number): void {
    entry.dueTick = dueTick;
    const untilVisit = (entry.wheelSlot - this.#tick) & (slotCount - 1);
    if (entry.wheelSlot < 0 || dueTick >= this.#tick + (untilVisit === 0 ? slotCount : untilVisit)) return;
    this.remove(entry);
    this.#place(entry);
  }

  /** One tick: what is due in this slot expires, what has been put off moves on. */
  turn(): void {
    this.#tick += 1;
    const at = this.#tick % slotCount;
    const slot = this.#slots[at];
    if (slot === undefined) return;
    for (const entry of slot) {
      if (entry.dueTick <= this.#tick) entry.expire();
      // Gone from the wheel, or moved, while it expired; or at home here until the ring comes round again.
      if (entry.wheelSlot !== at || this.#slotFor(entry) === at) continue;
      this.remove(entry);
      this.#place(entry);
    }
  }

  #place(entry: Timed): void {
    entry.wheelSlot = this.#slotFor(entry);
    this.#slots[entry.wheelSlot]?.add(entry);
  }

  // An entry without a deadline, or with one in the past, waits a whole turn.
  #slotFor({ dueTick }: Timed): number {
    return (Number.isFinite(dueTick) && dueTick > this.#tick ? dueTick : this.#tick) % slotCount;
  }
}
