// sequence-set (RFC 9051 9): kept as the ranges the client wrote, never expanded, so that 1:4294967295 costs as much as 1.
// "*" and "$" (RFC 5182) mean something only at one mailbox at one moment: `resolve...` gives them that.

import type { UidSet } from "../../model/uid-set.ts";
import { uidSet } from "../../model/uid-set.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { octet } from "./octets.ts";
import { SyntaxFault } from "./syntax-fault.ts";

/** "*": the largest number in use. Larger than any number, so that ranges compare as they should. */
export const largestInUse = Infinity;

/** As written: either end may be the larger one, or `largestInUse`. */
export type SequenceRange = readonly [number, number];

export type SequenceSet =
  | { readonly kind: "ranges"; readonly ranges: readonly SequenceRange[] }
  /** "$": what the last SEARCH RETURN (SAVE) found. */
  | { readonly kind: "saved" };

const saved: SequenceSet = { kind: "saved" };

export function readSequenceSet(args: ArgumentReader): SequenceSet {
  if (args.take(octet.dollar)) return saved;
  const ranges: SequenceRange[] = [];
  do {
    const from = readSeqNumber(args);
    ranges.push([from, args.take(octet.colon) ? readSeqNumber(args) : from]);
  } while (args.take(octet.comma));
  return { kind: "ranges", ranges };
}

/** A set in which neither "*" nor "$" is allowed: known-uids and the like (RFC 7162 7), uid-set (RFC 9051 9). */
export function readNumberSet(args: ArgumentReader): UidSet {
  const set = readSequenceSet(args);
  if (set.kind === "saved" || set.ranges.some(([from, to]) => from === largestInUse || to === largestInUse)) {
    throw new SyntaxFault('Neither "*" nor "$" is allowed in this set');
  }
  return uidSet(set.ranges);
}

/** Whether a sequence-set is next: it begins with a digit, "*" or "$". */
export function isSequenceSet(args: ArgumentReader): boolean {
  const byte = args.peek();
  return (byte >= octet.zero && byte <= octet.nine) || byte === octet.star || byte === octet.dollar;
}

/**
 * As UIDs of a mailbox whose largest UID is `largest` (UIDNEXT when it is empty, RFC 9051 9: seq-number), in canonical form.
 * `savedUids` is what "$" stands for.
 */
export function resolveUids(set: SequenceSet, largest: number, savedUids: UidSet): UidSet {
  return set.kind === "saved" ? savedUids : canonical(set.ranges, largest);
}

/**
 * As sequence numbers of a mailbox with `exists` messages, in canonical form. "$" is not for here: it stands for UIDs.
 * RFC 9051 9: a sequence number greater than the number of messages, "*" of an empty mailbox included, is answered BAD.
 */
export function resolveSeqNums(ranges: readonly SequenceRange[], exists: number): UidSet {
  const set = canonical(ranges, exists);
  const last = set.ranges.at(-1);
  if (exists === 0 || (last !== undefined && last[1] > exists)) throw new SyntaxFault("No such message");
  return set;
}

/** As sequence numbers for SEARCH, where a number without a message finds nothing (RFC 9051 6.4.4). */
export function matchSeqNums(ranges: readonly SequenceRange[], exists: number): UidSet {
  if (exists === 0) return { ranges: [] };
  const cut = canonical(ranges, exists).ranges.filter(([from]) => from <= exists);
  return { ranges: cut.map(([from, to]) => [from, Math.min(to, exists)] as const) };
}

function canonical(ranges: readonly SequenceRange[], largest: number): UidSet {
  const concrete = ranges.map(([from, to]): [number, number] => {
    return [from === largestInUse ? largest : from, to === largestInUse ? largest : to];
  });
  // RFC 9051 9: either end may be the larger; 3291:* includes the last message even if its UID is less than 3291.
  return uidSet(concrete);
}

/** seq-number (RFC 9051 9): a number from 1, or "*". */
export function readSeqNumber(args: ArgumentReader): number {
  return args.take(octet.star) ? largestInUse : args.nzNumber();
}
