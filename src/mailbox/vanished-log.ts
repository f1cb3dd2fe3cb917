// Which UIDs left a mailbox and when (RFC 7162 3.2.5.1), as far back as somebody has asked: clients that come back ask for the
// same days again and again, and reading and parsing the log of the store cost most of what they are told.

import { vanishedRangesMax } from "../base/limits.ts";
import type { ModSeq } from "../model/ids.ts";
import { type UidSet, uidSet } from "../model/uid-set.ts";

export interface Vanished {
  readonly modSeq: ModSeq;
  readonly uids: UidSet;
}

export class VanishedLog {
  /** All that vanished after this is known. */
  #from: ModSeq;
  /** Ascending by modSeq. */
  #entries: Vanished[] = [];
  #ranges = 0;

  constructor(from: ModSeq) {
    this.#from = from;
  }

  /** The next ones; they follow upon what is known. */
  add(vanished: readonly Vanished[]): void {
    for (const entry of vanished) {
      this.#entries.push(entry);
      this.#ranges += entry.uids.ranges.length;
    }
    while (this.#ranges > vanishedRangesMax) {
      const oldest = this.#entries.shift();
      if (oldest === undefined) return;
      this.#from = oldest.modSeq;
      this.#ranges -= oldest.uids.ranges.length;
    }
  }

  /** What vanished after `since` and not after `until`; undefined when that is not known any more, or not yet. */
  between(since: ModSeq, until: ModSeq): UidSet | undefined {
    if (since < this.#from) return undefined;
    const ranges: (readonly [number, number])[] = [];
    for (let at = this.#entries.length - 1; at >= 0; at--) {
      const entry = this.#entries[at];
      if (entry === undefined || entry.modSeq <= since) break;
      if (entry.modSeq <= until) for (const range of entry.uids.ranges) ranges.push(range);
    }
    return uidSet(ranges);
  }

  /**
   * Takes all that the store's log has between the two: in place of what is known of that time, since the store may have folded
   * its entries meanwhile.
   */
  learn(vanished: readonly Vanished[], since: ModSeq, until: ModSeq): void {
    const later = this.#entries.filter(({ modSeq }) => modSeq > until);
    this.#from = since;
    this.#entries = [];
    this.#ranges = 0;
    this.add([...vanished, ...later]);
  }
}
