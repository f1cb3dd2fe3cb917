// UIDBATCHES on the wire (RFC 10022 3.1, 5): `UIDBATCHES 2000 [10:20]`, answered by `* UIDBATCHES (TAG "a1") 215295:99696,99695:1`.

import type { ArgumentReader } from "./argument-reader.ts";
import { octet } from "./octets.ts";
import { SyntaxFault } from "./syntax-fault.ts";
import type { Writer } from "./writer.ts";

export interface UidBatchesArgs {
  /** How many messages are in a batch. */
  readonly size: number;
  /** Which batches, counted from 1 at the newest messages; null for all. */
  readonly batches: readonly [first: number, last: number] | null;
}

/** From the highest UID of a batch to its lowest. */
export type UidBatch = readonly [highest: number, lowest: number];

export function readUidBatches(args: ArgumentReader): UidBatchesArgs {
  const size = args.nzNumber();
  if (args.atEnd) return { size, batches: null };
  args.space();
  const first = args.nzNumber();
  args.expect(octet.colon);
  const last = args.nzNumber();
  args.end();
  if (first > last) throw new SyntaxFault("Batches are counted from the newest", "BAD", "CLIENTBUG");
  return { size, batches: [first, last] };
}

/** RFC 10022 3.1: without any ranges where there are no such batches. */
export function writeUidBatches(to: Writer, tag: string, batches: Iterable<UidBatch>): void {
  to.ascii("* UIDBATCHES (TAG ");
  to.string(tag);
  to.ascii(")");
  let separator = " ";
  for (const [highest, lowest] of batches) {
    to.ascii(separator);
    to.number(highest);
    to.byte(octet.colon);
    to.number(lowest);
    separator = ",";
  }
  to.crlf();
}
