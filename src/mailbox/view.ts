// A mailbox in memory, once for all sessions that have it open: sorted columns of UID, flags, modSeq and what else a
// client asks for all the time. It begins by reading the rows once and then follows the log, change by change.

import { keywordsPerMailboxMax } from "../base/limits.ts";
import { type FlagSet, flagSet } from "../model/flags.ts";
import { asUid, type ContentId, type MailboxId, type ModSeq, type Uid } from "../model/ids.ts";
import type { SeenBy } from "../model/readers.ts";
import { type UidSet, uidSet } from "../model/uid-set.ts";
import type { AccountStore } from "../store/store.ts";
import { type CatchUp, catchUp, type Delta, highestModSeq, vanishedBetween } from "../store/work/catch-up.ts";
import { type MessageRow, type MessageTuple, readMessageTuples } from "../store/work/message-rows.ts";
import type { ViewColumns } from "./open-mailbox.ts";
import { lowerBound } from "./sorted-uids.ts";
import { VanishedLog } from "./vanished-log.ts";

/** What a view tells the sessions that stand on it. */
export interface ViewListener {
  /** These UIDs (ascending) are about to leave the view. */
  expunged(uids: readonly Uid[]): void;
  /** The view has caught up with something. */
  changed(): void;
}

interface FlagsChange {
  readonly modSeq: ModSeq;
  readonly uids: readonly Uid[];
}

/** How many rows are read between two turns of the event loop while a view is filled. */
const rowsPerTurn = 4_000;
/** How many flag changes are remembered one by one; a session further behind looks through the column instead. */
const recentChangesMax = 256;

export class MailboxView {
  readonly id: MailboxId;
  readonly #store: AccountStore;
  readonly #listeners = new Set<ViewListener>();
  #length = 0;
  #uids = new Uint32Array(16);
  #flagIds = new Uint32Array(16);
  #modSeqs = new Float64Array(16);
  #sizes = new Float64Array(16);
  #contents = new Float64Array(16);
  #dates = new Float64Array(16);
  readonly #flagSets: FlagSet[] = [];
  readonly #seenBy: SeenBy[] = [];
  readonly #flagIdOf = new Map<string, number>();
  /** By bits, of messages without keywords. */
  readonly #plainFlagIds: number[] = [];
  #modSeq: ModSeq;
  #recent: FlagsChange[] = [];
  #recentFrom: ModSeq;
  readonly #vanished: VanishedLog;
  #keywords: { readonly combinations: number; readonly named: readonly string[] } = { combinations: 0, named: [] };
  #catchingUp: Promise<void> | null = null;
  #behind = false;
  /** UIDs below this have been told to some session as \Recent (RFC 3501 2.3.2). */
  recentClaimed: number;
  #gone = false;

  private constructor(store: AccountStore, id: MailboxId, modSeq: ModSeq, recentUid: number) {
    this.#store = store;
    this.id = id;
    this.#modSeq = modSeq;
    this.#recentFrom = modSeq;
    this.#vanished = new VanishedLog(modSeq);
    this.recentClaimed = recentUid;
  }

  /** Reads the mailbox's rows; the event loop turns in between. */
  static async load(store: AccountStore, id: MailboxId, recentUid: number): Promise<MailboxView> {
    const view = new MailboxView(store, id, await store.read(() => highestModSeq(id)), recentUid);
    let from = 1;
    for (;;) {
      const start = from;
      const rows = await store.read(() => readMessageTuples(id, start, rowsPerTurn));
      view.#append(rows);
      if (rows.length < rowsPerTurn) break;
      from = (rows.at(-1)?.[0] ?? 0) + 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    // What changed while it was read, one way or the other: it is not remembered one by one.
    await view.catchUp();
    view.#recent = [];
    view.#recentFrom = view.#modSeq;
    return view;
  }

  /** A view of the same mailbox in which there is nothing, for a session that may look no longer. */
  emptied(): MailboxView {
    const empty = new MailboxView(this.#store, this.id, this.#modSeq, 0);
    empty.#gone = true;
    return empty;
  }

  get length(): number {
    return this.#length;
  }
  /** The mailbox has been deleted. */
  get gone(): boolean {
    return this.#gone;
  }
  get modSeq(): ModSeq {
    return this.#modSeq;
  }
  get columns(): ViewColumns {
    return {
      uids: this.#uids,
      flagIds: this.#flagIds,
      modSeqs: this.#modSeqs,
      sizes: this.#sizes,
      contents: this.#contents,
      internalDatesMs: this.#dates,
      flagSets: this.#flagSets,
      seenBy: this.#seenBy,
    };
  }

  uidAt(index: number): number {
    return this.#uids[index] ?? 0;
  }

  /** The index of a UID; -1 when it is not there. */
  indexOf(uid: number): number {
    const at = this.firstFrom(uid);
    return at < this.#length && this.#uids[at] === uid ? at : -1;
  }

  /** The index of the first UID that is at least `uid`; `length` when there is none. */
  firstFrom(uid: number): number {
    return lowerBound(this.#uids, this.#length, uid);
  }

  /** A message as its row in the store is. */
  rowAt(index: number): MessageRow {
    const id = this.#flagIds[index] ?? 0;
    const { bits, keywords } = this.flagsAt(index);
    return {
      uid: asUidOf(this.columns, index),
      // oxlint-disable-next-line no-unsafe-type-assertion -- the column was filled from rows
      content: (this.#contents[index] ?? 0) as ContentId,
      flags: bits,
      keywords: keywords.join(" "),
      seenBy: this.#seenBy[id] ?? "",
      internalDateMs: this.#dates[index] ?? 0,
      size: this.#sizes[index] ?? 0,
      // oxlint-disable-next-line no-unsafe-type-assertion -- the column was filled from rows
      modSeq: (this.#modSeqs[index] ?? 0) as ModSeq,
    };
  }

  flagsAt(index: number): FlagSet {
    const flags = this.#flagSets[this.#flagIds[index] ?? 0];
    if (flags === undefined) throw new RangeError(`no message at index ${index}`);
    return flags;
  }

  /** Keywords that some message here has had since the view was made, sorted. */
  keywords(): readonly string[] {
    // They come into use with a combination of flags that was not there before.
    if (this.#keywords.combinations !== this.#flagSets.length) {
      const named = this.#flagSets.flatMap((flags) => flags.keywords);
      this.#keywords = { combinations: this.#flagSets.length, named: flagSet(0, named).keywords };
    }
    return this.#keywords.named;
  }

  /** What has left the view after `since`. */
  async vanishedSince(since: ModSeq): Promise<UidSet> {
    const until = this.#modSeq;
    const known = this.#vanished.between(since, until);
    if (known !== undefined) return known;
    const logged = await this.#store.read(() => vanishedBetween(this.id, since, until));
    this.#vanished.learn(logged, since, until);
    return uidSet(logged.flatMap(({ uids }) => uids.ranges));
  }

  /** True when `flags` would bring more keywords than a mailbox may have. */
  tooManyKeywords(flags: FlagSet): boolean {
    return (
      flags.keywords.length > 0 &&
      flagSet(0, [...this.keywords(), ...flags.keywords]).keywords.length > keywordsPerMailboxMax
    );
  }

  /** UIDs whose flags changed after `since`, in no order, or "many" when that is no longer remembered one by one. */
  flagsChangedSince(since: ModSeq): ReadonlySet<Uid> | "many" {
    if (since < this.#recentFrom) return "many";
    const uids = new Set<Uid>();
    for (let at = this.#recent.length - 1; at >= 0; at--) {
      const change = this.#recent[at];
      if (change === undefined || change.modSeq <= since) break;
      for (const uid of change.uids) uids.add(uid);
    }
    return uids;
  }

  /** UIDs with a modSeq above `since`, ascending: costs as much as has changed, while that is remembered. */
  changedSince(since: ModSeq): Uid[] {
    const changed = this.flagsChangedSince(since);
    const found = new Set<number>(changed === "many" ? [] : changed);
    for (let at = this.#length - 1; at >= 0; at--) {
      if ((this.#modSeqs[at] ?? 0) > since) found.add(this.uidAt(at));
      // UIDs and modSeqs are given in one order: below a message that is older are older ones, but for those that changed.
      else if (changed !== "many") break;
    }
    const there = [...found].filter((uid) => this.indexOf(uid) >= 0);
    return there.sort((a, b) => a - b).map(asUid);
  }

  listen(listener: ViewListener): void {
    this.#listeners.add(listener);
  }

  /** From now on it hears nothing. */
  forget(listener: ViewListener): void {
    this.#listeners.delete(listener);
  }

  /** Called once the mailbox is deleted: whoever has it open is told. */
  markGone(): void {
    this.#gone = true;
    // All that was in it has gone with it.
    const gone = this.#known({ ranges: [[1, 0xffff_ffff]] });
    if (gone.length > 0) this.#remove(gone);
    for (const listener of this.#listeners) listener.changed();
  }

  /** Takes what a unit of work did, if the view stands where that began; else the log will tell. */
  take(delta: Delta): void {
    if (this.#catchingUp === null && this.#modSeq === delta.after) this.#apply(delta);
  }

  /** Resolves when the view shows everything that was committed before the call, which was `modSeq` if that is known. */
  async catchUp(modSeq?: ModSeq): Promise<void> {
    if (modSeq !== undefined && this.#modSeq >= modSeq) return;
    if (this.#catchingUp !== null) {
      // The run under way may have read before our commit: one more follows it.
      this.#behind = true;
      return this.#catchingUp;
    }
    this.#catchingUp = this.#follow();
    return this.#catchingUp;
  }

  async #follow(): Promise<void> {
    try {
      do {
        this.#behind = false;
        const news = await this.#store.read(() => catchUp(this.id, this.#modSeq));
        if (news.modSeq > this.#modSeq) this.#apply(news);
      } while (this.#behind);
    } finally {
      // Together with the last look at `#behind`: who comes from now on must not wait for a run that is over.
      this.#catchingUp = null;
    }
  }

  #apply(news: CatchUp): void {
    const changes = new Map<ModSeq, Uid[]>();
    const expunged = new Set<Uid>();
    this.#vanished.add(news.expunged);
    for (const { uids } of news.expunged) for (const uid of this.#known(uids)) expunged.add(uid);
    const note = ({ uid, modSeq }: MessageRow): void => {
      const uids = changes.get(modSeq);
      if (uids === undefined) changes.set(modSeq, [uid]);
      else uids.push(uid);
    };
    const arrived: MessageRow[] = [];
    for (const row of news.rows) {
      const at = this.indexOf(row.uid);
      if (at < 0) {
        this.#insert(row);
        arrived.push(row);
      } else if (row.modSeq > (this.#modSeqs[at] ?? 0)) {
        this.#put(row, at);
        note(row);
      }
    }
    // One that is newer than those which came after it has changed since it came itself.
    let least = Infinity;
    for (const row of arrived.sort((a, b) => b.uid - a.uid)) {
      least = Math.min(least, this.#modSeqs[this.indexOf(row.uid) + 1] || Infinity);
      if (row.modSeq > least) note(row);
    }
    for (const [modSeq, uids] of [...changes].sort(([a], [b]) => a - b)) this.#recent.push({ modSeq, uids });
    while (this.#recent.length > recentChangesMax) this.#recentFrom = this.#recent.shift()?.modSeq ?? this.#recentFrom;
    if (expunged.size > 0) this.#remove([...expunged].sort((a, b) => a - b));
    this.#modSeq = news.modSeq;
    for (const listener of this.#listeners) listener.changed();
  }

  #known(set: UidSet): Uid[] {
    const found: Uid[] = [];
    const { columns } = this;
    for (const [from, to] of set.ranges)
      for (let at = this.firstFrom(from); at < this.#length && this.uidAt(at) <= to; at++)
        found.push(asUidOf(columns, at));
    return found;
  }

  // New messages have the highest UIDs but for those of two deliveries read in one go.
  #insert(row: MessageRow): void {
    this.#reserve(this.#length + 1);
    const at = this.firstFrom(row.uid);
    if (at < this.#length) for (const column of this.#all()) column.copyWithin(at + 1, at, this.#length);
    this.#length++;
    this.#put(row, at);
  }

  #remove(uids: readonly Uid[]): void {
    for (const listener of this.#listeners) listener.expunged(uids);
    const first = this.firstFrom(uids[0] ?? 0);
    let kept = first;
    let next = 0;
    const columns = this.#all();
    for (let at = first; at < this.#length; at++) {
      if (this.#uids[at] === uids[next]) {
        next++;
        continue;
      }
      if (next === uids.length) {
        for (const column of columns) column.copyWithin(kept, at, this.#length);
        kept += this.#length - at;
        break;
      }
      for (const column of columns) column[kept] = column[at] ?? 0;
      kept++;
    }
    // Whoever goes through the columns message by message must not find there what has gone.
    this.#uids.fill(0, kept, this.#length);
    this.#length = kept;
  }

  #append(rows: readonly MessageTuple[]): void {
    this.#reserve(this.#length + rows.length);
    let at = this.#length;
    for (const row of rows) {
      this.#uids[at] = row[0];
      this.#contents[at] = row[1];
      this.#flagIds[at] = this.#flagId(row[2], row[3], row[4]);
      this.#dates[at] = row[5];
      this.#sizes[at] = row[6];
      this.#modSeqs[at] = row[7];
      at++;
    }
    this.#length = at;
  }

  #put(row: MessageRow, at: number): void {
    this.#uids[at] = row.uid;
    this.#flagIds[at] = this.#flagId(row.flags, row.keywords, row.seenBy);
    this.#modSeqs[at] = row.modSeq;
    this.#sizes[at] = row.size;
    this.#contents[at] = row.content;
    this.#dates[at] = row.internalDateMs;
  }

  #flagId(bits: number, keywords: string, seenBy: SeenBy): number {
    // Nearly all messages have no keywords, and few combinations of bits.
    if (keywords !== "" || seenBy !== "") return this.#flagIdByKey(bits, keywords, seenBy);
    this.#plainFlagIds[bits] ??= this.#flagIdByKey(bits, keywords, seenBy);
    return this.#plainFlagIds[bits];
  }

  #flagIdByKey(bits: number, keywords: string, seenBy: SeenBy): number {
    const key = seenBy === "" ? `${bits} ${keywords}` : `${bits} ${keywords}\n${seenBy}`;
    let id = this.#flagIdOf.get(key);
    if (id === undefined) {
      id = this.#flagSets.length;
      this.#flagSets.push(flagSet(bits, keywords === "" ? [] : keywords.split(" ")));
      this.#seenBy.push(seenBy);
      this.#flagIdOf.set(key, id);
    }
    return id;
  }

  #all(): readonly (Uint32Array | Float64Array)[] {
    return [this.#uids, this.#flagIds, this.#modSeqs, this.#sizes, this.#contents, this.#dates];
  }

  #reserve(length: number): void {
    if (length <= this.#uids.length) return;
    const capacity = Math.max(length, Math.ceil(this.#uids.length * 1.5));
    this.#uids = grown(this.#uids, new Uint32Array(capacity));
    this.#flagIds = grown(this.#flagIds, new Uint32Array(capacity));
    this.#modSeqs = grown(this.#modSeqs, new Float64Array(capacity));
    this.#sizes = grown(this.#sizes, new Float64Array(capacity));
    this.#contents = grown(this.#contents, new Float64Array(capacity));
    this.#dates = grown(this.#dates, new Float64Array(capacity));
  }
}

function grown<T extends Uint32Array | Float64Array>(old: T, fresh: T): T {
  fresh.set(old);
  return fresh;
}

function asUidOf(columns: ViewColumns, at: number): Uid {
  // oxlint-disable-next-line no-unsafe-type-assertion -- the column was filled from rows, whose UIDs are valid
  return (columns.uids[at] ?? 0) as Uid;
}
