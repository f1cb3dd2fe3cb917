// The messages that a command names, at the mailbox as the session knows it (RFC 9051 9: sequence-set).

import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import type { Uid } from "../model/ids.ts";
import { type UidSet, uidSet } from "../model/uid-set.ts";
import type { Searched, Selected } from "./session.ts";
import type { Numbering } from "./wire/command-head.ts";
import { resolveSeqNums, resolveUids, type SequenceSet } from "./wire/sequence-set.ts";

/** Of an open mailbox, its numbers. */
type Numbered = Pick<OpenMailbox, "exists" | "uidAt" | "seqOf">;

/** Closed ranges of sequence numbers, ascending. */
export type SeqRanges = UidSet["ranges"];

/** As sequence numbers, whichever way they were named. Throws SyntaxFault for a number without a message. */
export function seqRangesOf(session: Selected, set: SequenceSet, numbering: Numbering): SeqRanges {
  const { mailbox, saved } = session;
  if (numbering === "seq" && set.kind === "ranges") return resolveSeqNums(set.ranges, mailbox.exists).ranges;
  return seqRangesOfUids(mailbox, resolveUids(set, largestUid(mailbox), saved.uids));
}

/** As UIDs of messages that the session knows, ascending. */
export function uidsOf(session: Selected, set: SequenceSet, numbering: Numbering): Uid[] {
  const { mailbox, saved } = session;
  if (numbering === "uid" || set.kind === "saved")
    return mailbox.uidsWithin(resolveUids(set, largestUid(mailbox), saved.uids));
  const uids: Uid[] = [];
  for (const [from, to] of resolveSeqNums(set.ranges, mailbox.exists).ranges)
    for (let seq = from; seq <= to; seq++) {
      const uid = mailbox.uidAt(seq);
      if (uid !== undefined) uids.push(uid);
    }
  return uids;
}

/** As a set of UIDs, whether or not there are such messages. */
export function uidSetOf(session: Searched, set: SequenceSet): UidSet {
  return resolveUids(set, largestUid(session.mailbox), session.saved.uids);
}

/** The same where messages that are gone count too: "1:*" then means also those behind the last one that is left. */
export function everUidsOf({ saved }: Selected, set: SequenceSet): UidSet {
  return resolveUids(set, 0xffff_ffff, saved.uids);
}

/** Sequence numbers of the messages that have these UIDs. */
export function seqRangesOfUids(mailbox: Numbered, uids: UidSet): SeqRanges {
  const ranges: [number, number][] = [];
  for (const [from, to] of uids.ranges) {
    if (from === to) {
      const seq = mailbox.seqOf(from);
      if (seq > 0) ranges.push([seq, seq]);
      continue;
    }
    const first = firstSeqFrom(mailbox, from);
    if (first > mailbox.exists) break;
    const last = firstSeqFrom(mailbox, to + 1) - 1;
    if (first <= last) ranges.push([first, last]);
  }
  return uidSet(ranges).ranges;
}

/** "*" by UID; of an empty mailbox it names nothing. */
function largestUid(mailbox: OpenMailbox): number {
  return mailbox.uidAt(mailbox.exists) ?? 1;
}

/** The lowest sequence number of a UID that is at least `uid`; one more than there are when there is none. */
function firstSeqFrom(mailbox: Numbered, uid: number): number {
  let low = 1;
  let high = mailbox.exists + 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((mailbox.uidAt(middle) ?? 0) < uid) low = middle + 1;
    else high = middle;
  }
  return low;
}
