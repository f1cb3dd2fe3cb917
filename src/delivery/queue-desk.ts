// The queue in the hands of an administrator: to look at, to hold, to let go, to take out. What it has done is on the disk
// when it says so. Workers go on meanwhile: what one of them has in its hands at that moment is its own until the attempt
// is over, and whoever asks is told.

import type { Clock } from "../base/clock.ts";
import { queueDeskRowsMax, queueWithdrawalsAtOnceMax } from "../base/limits.ts";
import { parseAddress, parseDomain } from "../directory/address.ts";
import { refuse } from "../model/problem.ts";
import type { Database } from "../store/store.ts";
import {
  changeRows,
  type DeskChange,
  type DeskChanged,
  type DeskRange,
  type DeskRow,
  deskRows,
} from "../store/work/queue-desk.ts";
import type { Letter } from "./letter.ts";
import type { Queue } from "./queue.ts";

export type { DeskChange, DeskRow };

/** Which mail is meant. */
export type QueueSelection =
  /** By the name that `list` tells. */
  | { readonly kind: "message"; readonly name: string }
  /** Recipients in a domain. */
  | { readonly kind: "domain"; readonly domain: string }
  /** "" is the null sender. */
  | { readonly kind: "sender"; readonly sender: string }
  | { readonly kind: "all" };

export interface QueuePage {
  readonly rows: readonly DeskRow[];
  /** What the next page begins after; undefined when there is no more. */
  readonly next: number | undefined;
}

/** What became of the recipients that were meant. */
export interface DeskResult {
  readonly rows: number;
  /** In the hands of a worker at that moment. */
  readonly underWay: number;
  /** Held by an administrator before. */
  readonly held: number;
  /** Waiting for the time that the sender has asked for, before. */
  readonly scheduled: number;
}

export interface DeskParts {
  readonly queue: Queue;
  readonly directory: Database;
  readonly clock: Clock;
}

/** Hears how many recipients have been looked at. */
type Seen = (rows: number) => void;

export class QueueDesk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** A page of at most `rowsMax` recipients, from the one after `after` on. */
  async list(
    {
      selection,
      after,
      rowsMax,
    }: { readonly selection: QueueSelection; readonly after: number; readonly rowsMax: number },
    wanted: (row: DeskRow) => boolean = () => true,
  ): Promise<QueuePage> {
    const meant = meaning(selection);
    const rows: DeskRow[] = [];
    for await (const seen of this.#chunks(selection, after)) {
      for (const row of seen) {
        if (!meant(row) || !wanted(row)) continue;
        if (rows.length === rowsMax) return { rows, next: rows.at(-1)?.id };
        rows.push(row);
      }
    }
    return { rows, next: undefined };
  }

  /** The recipients of one message. Throws message-missing. */
  async recipients(name: string): Promise<readonly DeskRow[]> {
    const rows = await this.#parts.directory.read(() => deskRows({ kind: "letter", name }));
    if (rows.length === 0) throw refuse({ kind: "message-missing" });
    return rows;
  }

  /** The message itself; dispose of it. Throws message-missing, data-damaged. */
  letter(name: string): Promise<Letter> {
    return this.#parts.queue.letter(name);
  }

  /** Under way at this moment. */
  isUnderWay({ leaseUntilMs }: DeskRow): boolean {
    return leaseUntilMs !== null && leaseUntilMs > this.#parts.clock.nowMs();
  }

  /** Throws message-missing for a message that is not there. */
  async change(selection: QueueSelection, change: DeskChange, seen: Seen): Promise<DeskResult> {
    const meant = meaning(selection);
    const counts = { rows: 0, underWay: 0, held: 0, scheduled: 0 };
    let looked = 0;
    let range: DeskRange | undefined = rangeOf(selection, 0);
    while (range !== undefined) {
      const { rows, next } = await this.#changeRange(range, change, meant);
      this.#count(counts, rows);
      seen((looked += range.kind === "after" ? range.rowsMax : rows.length));
      range = next === undefined ? undefined : rangeOf(selection, next);
    }
    if (counts.rows === 0 && selection.kind === "message") throw refuse({ kind: "message-missing" });
    if (change !== "hold") this.#parts.queue.wake();
    return counts;
  }

  /**
   * Takes mail out of the queue for good, but what is under way; with a report to its sender, as far as that wants one, or
   * without. `rows` counts what is gone. Throws message-missing.
   */
  async cancel(selection: QueueSelection, telling: "sender" | "nobody", seen: Seen): Promise<DeskResult> {
    const meant = meaning(selection);
    const counts = { rows: 0, underWay: 0, held: 0, scheduled: 0 };
    let looked = 0;
    for await (const chunk of this.#chunks(selection, 0)) {
      const rows = chunk.filter(meant);
      this.#count(counts, rows);
      counts.rows -= rows.length;
      const letters = [...Map.groupBy(rows, ({ letter }) => letter)].values();
      const worker = async (): Promise<void> => {
        for (const [letter, of] of letters) {
          counts.rows += await this.#parts.queue.withdraw(
            letter,
            of.map(({ id }) => id),
            telling,
          );
        }
      };
      await Promise.all(Array.from({ length: queueWithdrawalsAtOnceMax }, worker));
      seen((looked += chunk.length));
    }
    if (looked === 0 && selection.kind === "message") throw refuse({ kind: "message-missing" });
    return counts;
  }

  #changeRange(range: DeskRange, change: DeskChange, meant: (row: DeskRow) => boolean): Promise<DeskChanged> {
    const { directory, clock } = this.#parts;
    const nowMs = clock.nowMs();
    return directory.write(() => changeRows(range, { change, nowMs }, meant), "flushed");
  }

  #count(counts: { rows: number; underWay: number; held: number; scheduled: number }, rows: readonly DeskRow[]): void {
    for (const row of rows) {
      counts.rows += 1;
      if (this.isUnderWay(row)) counts.underWay += 1;
      else if (row.held === 1) counts.held += 1;
      else if (row.releaseAtMs !== null) counts.scheduled += 1;
    }
  }

  async *#chunks(selection: QueueSelection, after: number): AsyncGenerator<readonly DeskRow[]> {
    for (let range = rangeOf(selection, after); ; ) {
      const now = range;
      const rows = await this.#parts.directory.read(() => deskRows(now));
      yield rows;
      const last = rows.at(-1);
      if (now.kind === "letter" || last === undefined || rows.length < now.rowsMax) return;
      range = rangeOf(selection, last.id);
    }
  }
}

function rangeOf(selection: QueueSelection, after: number): DeskRange {
  if (selection.kind === "message") return { kind: "letter", name: selection.name };
  return { kind: "after", after, rowsMax: queueDeskRowsMax };
}

function meaning(selection: QueueSelection): (row: DeskRow) => boolean {
  switch (selection.kind) {
    case "all":
    case "message":
      return () => true;
    case "domain": {
      const wanted = domainKey(selection.domain);
      return ({ address }) => domainKey(address.slice(address.lastIndexOf("@") + 1)) === wanted;
    }
    case "sender": {
      const wanted = addressKey(selection.sender);
      return ({ sender }) => addressKey(sender) === wanted;
    }
  }
}

function domainKey(domain: string): string {
  return parseDomain(domain) ?? domain.toLowerCase();
}

function addressKey(address: string): string {
  const parsed = parseAddress(address);
  return parsed === undefined ? address.toLowerCase() : `${parsed.localKey}@${parsed.domain}`;
}
