// How many messages one command works on at most (MESSAGELIMIT, RFC 9738). FETCH, SEARCH, STORE, MOVE and UID EXPUNGE take the
// newest, "from highest to lowest UID", and tell where they stopped, so that the client goes on below; COPY, APPEND, SORT and
// THREAD, which do all or nothing, are refused. EXPUNGE and CLOSE are not limited (RFC 9738 3.1).
//
// A client that knows nothing of this takes the newest for all there are: the limit is far above what a mailbox holds.

import type { Criterion } from "../mailbox/search-criterion.ts";
import { systemFlags } from "../model/flags.ts";
import { asModSeq } from "../model/ids.ts";
import { intersection, type UidSet, uidSet, uidSetOfSorted } from "../model/uid-set.ts";
import { type Completion, no } from "./completion.ts";
import type { Sentence } from "./language/speech.ts";
import { type SeqRanges, seqRangesOfUids } from "./message-set.ts";
import type { Selected } from "./session.ts";
import { messageLimit } from "./wire/response-code.ts";
import { writeStatusText } from "./wire/status-response.ts";
import { tooManyMessages } from "./wire/syntax-fault.ts";
import type { Writer } from "./wire/writer.ts";

/** What a command works on. */
export interface Newest<T> {
  readonly newest: T;
  /** The lowest UID of it, when there are others below; null: it is all. */
  readonly lowest: number | null;
}

/** Of ascending UIDs. */
export function newestUids<Id extends number>({ link }: Selected, uids: readonly Id[]): Newest<readonly Id[]> {
  const { messagesPerCommandMax: most } = link;
  if (uids.length <= most) return { newest: uids, lowest: null };
  const newest = uids.slice(-most);
  return { newest, lowest: newest[0] ?? null };
}

/** Of ascending ranges of sequence numbers. `above`: only messages with a higher modSeq count. */
export function newestRanges({ link, mailbox }: Selected, ranges: SeqRanges, above = 0): Newest<SeqRanges> {
  if (mailbox.exists <= link.messagesPerCommandMax) return { newest: ranges, lowest: null };
  const changed = above === 0 ? null : seqRangesOfUids(mailbox, uidSetOfSorted(mailbox.changedSince(asModSeq(above))));
  const counted = changed === null ? ranges : intersection({ ranges }, { ranges: changed }).ranges;
  let left = link.messagesPerCommandMax;
  const newest: (readonly [number, number])[] = [];
  for (const [from, to] of counted.toReversed()) {
    const first = Math.max(from, to - left + 1);
    if (first <= to) newest.unshift([first, to]);
    left -= to - first + 1;
    if (first > from) return { newest, lowest: mailbox.uidAt(newest[0]?.[0] ?? 0) ?? null };
  }
  return { newest: counted, lowest: null };
}

/** From the highest number of the last range down. */
export function fromTheHighest(ranges: SeqRanges): SeqRanges {
  return ranges.toReversed().map(([from, to]): [number, number] => [to, from]);
}

/** RFC 9738 3.1: it counts which messages are searched, not which are found: numbers and UIDs that every match must have. */
export function newestSearched(session: Selected, criterion: Criterion): Newest<Criterion> {
  const { mailbox, link } = session;
  const all: UidSet = { ranges: [[1, 0xffff_ffff]] };
  if (mailbox.exists <= link.messagesPerCommandMax) return { newest: criterion, lowest: null };
  const { lowest } = newestRanges(session, seqRangesOfUids(mailbox, uidsThatEachHas(criterion) ?? all));
  if (lowest === null) return { newest: criterion, lowest };
  const above: Criterion = { kind: "uids", uids: { ranges: [[lowest, 0xffff_ffff]] } };
  return { newest: { kind: "and", of: [above, criterion] }, lowest };
}

/** null: any. Recursion goes as deep as keys nest, which their reader bounds. */
function uidsThatEachHas(criterion: Criterion): UidSet | null {
  if (criterion.kind === "uids") return criterion.uids;
  if (criterion.kind !== "and") return null;
  let common: UidSet | null = null;
  for (const one of criterion.of) {
    const uids = uidsThatEachHas(one);
    if (uids !== null) common = common === null ? uids : intersection(common, uids);
  }
  return common;
}

/** UID EXPUNGE works on those that are \Deleted. */
export function newestDeleted({ mailbox, link }: Selected, among: UidSet): Newest<UidSet> {
  const { messagesPerCommandMax: most } = link;
  if (mailbox.exists <= most) return { newest: among, lowest: null };
  const { uids, flagIds, flagSets } = mailbox.columns;
  const deleted = flagSets.map(({ bits }) => (bits & systemFlags["\\Deleted"]) !== 0);
  let left = most;
  let lowest = 0;
  for (const [from, to] of among.ranges.toReversed()) {
    for (let at = firstAbove(uids, mailbox.knownRows, to) - 1; at >= 0 && (uids[at] ?? 0) >= from; at--) {
      if (deleted[flagIds[at] ?? 0] !== true) continue;
      if (left-- === 0) return { newest: intersection(among, uidSet([[lowest, 0xffff_ffff]])), lowest };
      lowest = uids[at] ?? 0;
    }
  }
  return { newest: among, lowest: null };
}

function firstAbove(uids: Uint32Array, length: number, uid: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((uids[middle] ?? 0) <= uid) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Says where the command stopped, if it did. */
export function tellLimit(
  { link }: Selected,
  { lowest }: Newest<unknown>,
  completion: Completion,
  out: Writer,
): Completion {
  if (lowest === null || completion.status === "BAD") return completion;
  const code = messageLimit(link.messagesPerCommandMax, lowest);
  const done: string = completion.text;
  const text: Sentence = `${done}, but for messages below UID ${lowest}`;
  if (completion.status === "OK" && completion.code === null) return { ...completion, code, text };
  // RFC 9738 3.1: in an untagged NO where the completion has another code.
  writeStatusText(out, null, no(`Nothing was done below UID ${lowest}`, code));
  return completion;
}

/** RFC 9738 3.3: what SORT and THREAD would have to order. */
export function refuseTooMany({ link }: Selected, matches: readonly unknown[]): void {
  if (matches.length > link.messagesPerCommandMax) throw tooManyMessages(link.messagesPerCommandMax);
}

/** Why all of so many messages cannot be worked on at once; null when they can. `lowest`: how far it would have come. */
export function tooMany({ link }: Selected, uids: readonly number[]): Completion | null {
  const { messagesPerCommandMax: most } = link;
  if (uids.length <= most) return null;
  return no(`No more than ${most} messages at once`, messageLimit(most, uids.at(-most) ?? null));
}
