// The sequence numbers of one session: the view's messages up to the newest that the session was told of, and those
// that are gone from the view but not yet told as expunged (RFC 9051 7.5.1). Pure arithmetic over two sorted lists.

import { asUid, type Uid } from "../model/ids.ts";
import { lowerBound } from "./sorted-uids.ts";
import type { MailboxView } from "./view.ts";

export class SessionNumbers {
  #view: MailboxView;
  /** UIDs up to this one are known to the session. */
  #lastUid: number;
  /** Known to the session, gone from the view; ascending. */
  #held: Uid[] = [];

  constructor(view: MailboxView) {
    this.#view = view;
    this.#lastUid = view.uidAt(view.length - 1);
  }

  get exists(): number {
    return this.shown + this.#held.length;
  }
  get held(): readonly Uid[] {
    return this.#held;
  }
  /** True when the view has messages that the session was not told of. */
  get hasUnseenMessages(): boolean {
    return this.shown < this.#view.length;
  }
  /** How many of the view's messages the session knows. */
  get shown(): number {
    return this.#view.firstFrom(this.#lastUid + 1);
  }

  knows(uid: number): boolean {
    return uid <= this.#lastUid;
  }

  /** How many messages with UIDs from `from` to `to` are in the view and known to the session. */
  countShown(from: number, to: number): number {
    return Math.max(0, this.#view.firstFrom(Math.min(to, this.#lastUid) + 1) - this.#view.firstFrom(from));
  }

  uidAt(seq: number): number | undefined {
    if (this.#held.length === 0) {
      // Asked for each message of a long reply: it must not cost a search for the last one.
      const uid = seq < 1 || seq > this.#view.length ? 0 : this.#view.uidAt(seq - 1);
      return uid === 0 || uid > this.#lastUid ? undefined : uid;
    }
    if (seq < 1 || seq > this.exists) return undefined;
    // The number of held messages among the first `seq` grows with it, so it can be found by halving.
    let low = 0;
    let high = this.#held.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.seqOf(this.#held[middle] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    const held = this.#held[low];
    if (held !== undefined && this.seqOf(held) === seq) return held;
    return this.#view.uidAt(seq - 1 - low);
  }

  /** 0 when the session knows no such message. */
  seqOf(uid: number): number {
    if (uid > this.#lastUid) return 0;
    const at = this.#view.firstFrom(uid);
    const before = this.#held.length === 0 ? 0 : lowerBound(this.#held, this.#held.length, uid);
    const known = this.#view.uidAt(at) === uid && at < this.#view.length;
    if (known || this.#held[before] === uid) return at + before + 1;
    return 0;
  }

  /** The view loses these; those that the session knows are held until it is told. */
  hold(expunged: readonly Uid[]): void {
    const known = expunged.filter((uid) => uid <= this.#lastUid);
    if (known.length === 0) return;
    this.#held = this.#held.length === 0 ? known : [...this.#held, ...known].sort((a, b) => a - b);
  }

  /** The session loses sight of what is in the view, and stands on another one. */
  moveTo(view: MailboxView): void {
    const lost: Uid[] = [];
    for (let at = 0; at < this.shown; at++) lost.push(asUid(this.#view.uidAt(at)));
    this.#view = view;
    this.hold(lost);
  }

  /** Forgets the held ones: the session is being told. */
  release(): { uid: Uid; seq: number }[] {
    const told = this.#held.map((uid) => ({ uid, seq: this.seqOf(uid) }));
    this.#held = [];
    return told;
  }

  /** The session is told of all messages in the view. */
  showAll(): void {
    this.#lastUid = Math.max(this.#lastUid, this.#view.uidAt(this.#view.length - 1));
  }
}
