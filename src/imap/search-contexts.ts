// Searches and sorts whose results a session is kept told of (RFC 5267 4.3): which messages each of them matches, in which
// order, and how that changes. Those of SEARCH are in mailbox order, so that their context positions are zero. What messages
// are sorted by never changes, so that in the results of SORT they come and go but do not move.

import { imapContextMessagesMax, imapContextsMax } from "../base/limits.ts";
import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import { type Match, search } from "../mailbox/search.ts";
import type { Criterion } from "../mailbox/search-criterion.ts";
import type { SortCriterion } from "../mailbox/sort-columns.ts";
import { mergeIntoSorted } from "../mailbox/sort-merge.ts";
import { lowerBound } from "../mailbox/sorted-uids.ts";
import type { ModSeq } from "../model/ids.ts";
import { ProblemRefusal } from "../model/problem.ts";
import { uidSetOfSorted } from "../model/uid-set.ts";
import { no } from "./completion.ts";
import type { Sentence } from "./language/speech.ts";
import type { FetchItem } from "./wire/fetch-item.ts";
import { noUpdate } from "./wire/response-code.ts";
import { type Correlator, type PlacedResults, writeContextUpdate } from "./wire/search-response.ts";
import { writeStatusText } from "./wire/status-response.ts";
import type { Writer } from "./wire/writer.ts";

/** Up to where the session's mailbox has been looked at. */
export interface LookedAt {
  readonly modSeq: ModSeq;
  readonly lastUid: number;
}

export function lookedAt(mailbox: OpenMailbox): LookedAt {
  return { modSeq: mailbox.highestModSeq, lastUid: mailbox.uidAt(mailbox.exists) ?? 0 };
}

interface ContextHead extends Correlator {
  readonly criterion: Criterion;
  /** null: mailbox order. */
  readonly sortedBy: readonly SortCriterion[] | null;
  /** RFC 5465 7: what a new message is told with that comes among the results; null: nothing. */
  readonly fetch: readonly FetchItem[] | null;
}

interface Context extends ContextHead {
  /** With the name that the mailbox had when it was last looked at. */
  of: Correlator["of"];
  /** What matches, by UID. */
  uids: Uint32Array;
  /** The same in the order asked for; null for mailbox order. */
  sorted: Uint32Array | null;
  until: LookedAt;
}

/** What all sessions without contexts have: an empty map each would be a tenth of what an idle one takes. Never added to. */
const none = new Map<string, Context>();

export class SearchContexts {
  #contexts = none;

  get areThere(): boolean {
    return this.#contexts.size > 0;
  }

  has(tag: string): boolean {
    return this.#contexts.has(tag);
  }

  /** Why there is no room for a context with so many messages; null when there is. */
  whyNot(messages: number): Sentence | null {
    if (this.#contexts.size >= imapContextsMax) return "Too many contexts";
    return messages > imapContextMessagesMax ? "Too many messages" : null;
  }

  /** `matches` are what was found since `until`, in the order asked for. */
  add(head: ContextHead & { readonly until: LookedAt }, matches: readonly Match[]): void {
    const uids = Uint32Array.from(matches, ({ uid }) => uid);
    if (this.#contexts === none) this.#contexts = new Map();
    this.#contexts.set(head.tag, {
      ...head,
      of: head.of,
      sorted: head.sortedBy === null ? null : uids.slice(),
      uids: uids.sort(),
    });
  }

  /** False when there is none with that tag. */
  cancel(tag: string): boolean {
    return this.#contexts.delete(tag);
  }

  /** UIDONLY has been enabled (RFC 9586): who counts by sequence number is told of no more. */
  endNumbered(to: Writer): void {
    for (const { tag, numbering } of this.#contexts.values()) {
      if (numbering === "uid") continue;
      this.#contexts.delete(tag);
      writeStatusText(to, null, no("This search is followed no longer", noUpdate(tag)));
    }
  }

  /**
   * RFC 5267 4.3.4: what goes with an expunge "MUST be sent prior to the expunge notification itself", with the numbers that
   * hold until then.
   */
  leave(expunged: readonly { readonly uid: number; readonly seq: number }[], to: Writer): void {
    for (const context of this.#contexts.values()) {
      const seqs = new Map<number, number>();
      for (const { uid, seq } of expunged) if (hasUid(context.uids, uid)) seqs.set(uid, seq);
      if (seqs.size === 0) continue;
      const numberOf = (uid: number): number => (context.numbering === "uid" ? uid : (seqs.get(uid) ?? 0));
      writeContextUpdate(to, context, { removed: removalsOf(context, seqs, numberOf), added: [] });
      context.uids = without(context.uids, seqs);
      if (context.sorted !== null) context.sorted = without(context.sorted, seqs);
    }
  }

  /** Whether new messages are to be fetched that a search finds (RFC 5465 7). */
  get fetchesArrivals(): boolean {
    for (const { fetch } of this.#contexts.values()) if (fetch !== null) return true;
    return false;
  }

  /**
   * Looks at what has changed, by whomever, and answers what that does to each search, for `tell`. After EXISTS, so that
   * numbers hold.
   */
  async look(mailbox: OpenMailbox, to: Writer, signal: AbortSignal): Promise<readonly ContextChange[]> {
    const changes: ContextChange[] = [];
    for (const context of this.#contexts.values()) {
      try {
        const change = await lookAt(mailbox, context, signal);
        if (change !== null) changes.push(change);
      } catch (error) {
        if (!(error instanceof ProblemRefusal)) throw error;
        // A message that cannot be read any more: what it matches is not known.
        this.#contexts.delete(context.tag);
        writeStatusText(to, null, no("This search is followed no longer", noUpdate(context.tag)));
      }
    }
    return changes;
  }

  tell(changes: readonly ContextChange[], to: Writer): void {
    for (const { head, ...results } of changes) writeContextUpdate(to, head, results);
  }
}

/** What the results of one search lose and gain. */
export interface ContextChange {
  readonly head: ContextHead;
  readonly removed: readonly PlacedResults[];
  readonly added: readonly PlacedResults[];
  /** UIDs of messages that are new to the session and among what is added. */
  readonly arrived: readonly number[];
}

async function lookAt(mailbox: OpenMailbox, context: Context, signal: AbortSignal): Promise<ContextChange | null> {
  const { modSeq, lastUid } = context.until;
  const changed = new Set<number>(mailbox.changedSince(modSeq));
  for (const uid of mailbox.uidsWithin({ ranges: [[lastUid + 1, 0xffff_ffff]] })) changed.add(uid);
  if (changed.size === 0) return null;
  const until = lookedAt(mailbox);
  const { mailbox: current } = mailbox;
  if (context.of !== undefined && current !== undefined)
    context.of = { name: current.name, uidValidity: current.uidValidity };
  const looked = [...changed].sort((a, b) => a - b);
  const among: Criterion = { kind: "uids", uids: uidSetOfSorted(looked) };
  const matching = new Map<number, Match>();
  const criterion: Criterion = { kind: "and", of: [among, context.criterion] };
  for await (const matches of search(mailbox, criterion, { order: "oldest-first", signal }))
    for (const match of matches) matching.set(match.uid, match);
  // What is gone is told of with its expunge.
  const removed = new Set(
    looked.filter((uid) => hasUid(context.uids, uid) && !matching.has(uid) && mailbox.indexOf(uid) >= 0),
  );
  const added = [...matching.values()].filter(({ uid }) => !hasUid(context.uids, uid));
  const numberOf = (uid: number): number => (context.numbering === "uid" ? uid : mailbox.seqOf(uid));
  const removals = removalsOf(context, removed, numberOf);
  const uids = added.map(({ uid }) => uid);
  let places: readonly PlacedResults[];
  if (context.sorted === null || context.sortedBy === null) {
    places = inMailboxOrder(uids.map(numberOf));
    context.uids = together(without(context.uids, removed), uids);
  } else {
    const kept = without(context.sorted, removed);
    const sorted = await mergeIntoSorted(mailbox, { sorted: kept, added }, context.sortedBy, signal);
    places = placesOf(sorted, new Set(uids), numberOf);
    context.sorted = sorted;
    // An added one that was expunged meanwhile has not found its place.
    context.uids = sorted.toSorted();
  }
  context.until = until;
  return { head: context, removed: removals, added: places, arrived: uids.filter((uid) => uid > lastUid) };
}

function hasUid(uids: Uint32Array, uid: number): boolean {
  return uids[lowerBound(uids, uids.length, uid)] === uid;
}

/** Where the results lose some. From the last place down, so that no place is moved by what was told before. */
function removalsOf(
  { uids, sorted }: Context,
  removed: Pick<ReadonlySet<number>, "has">,
  numberOf: (uid: number) => number,
): readonly PlacedResults[] {
  if (sorted !== null) return placesOf(sorted, removed, numberOf).reverse();
  return inMailboxOrder(
    Array.from(
      uids.filter((uid) => removed.has(uid)),
      numberOf,
    ),
  );
}

/** Wherever mailbox order has them. */
function inMailboxOrder(numbers: readonly number[]): PlacedResults[] {
  return numbers.length === 0 ? [] : [{ position: 0, numbers: uidSetOfSorted(numbers) }];
}

/** Each run of results among `sorted`, from the first place up. */
function placesOf(
  sorted: Uint32Array,
  which: Pick<ReadonlySet<number>, "has">,
  numberOf: (uid: number) => number,
): PlacedResults[] {
  const places: PlacedResults[] = [];
  let run: number[] = [];
  for (let at = 0; at <= sorted.length; at++) {
    const uid = sorted[at];
    if (uid !== undefined && which.has(uid)) run.push(numberOf(uid));
    else if (run.length > 0) {
      places.push({ position: at - run.length + 1, numbers: uidSetOfSorted(run) });
      run = [];
    }
  }
  return places;
}

function without(uids: Uint32Array, removed: Pick<ReadonlySet<number>, "has">): Uint32Array {
  return uids.filter((uid) => !removed.has(uid));
}

/** By UID. */
function together(uids: Uint32Array, added: readonly number[]): Uint32Array {
  if (added.length === 0) return uids;
  const all = new Uint32Array(uids.length + added.length);
  all.set(uids);
  all.set(added, uids.length);
  return all.sort();
}
