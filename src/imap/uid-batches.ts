// The messages of a mailbox, from the newest down, in batches of as many messages each (RFC 10022 3.1): ranges of UIDs without a
// gap between them, the last of which ends with UID 1 whether or not there is such a message.

import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import type { UidBatch, UidBatchesArgs } from "./wire/uid-batches.ts";

interface Messages {
  readonly exists: number;
  /** Counted from 1. */
  readonly uidAt: (place: number) => number;
}

export function* uidBatches({ exists, uidAt }: Messages, { size, batches }: UidBatchesArgs): Generator<UidBatch, void> {
  const count = Math.ceil(exists / size);
  const [first, last] = batches ?? [1, count];
  for (let batch = first; batch <= Math.min(last, count); batch++) {
    const above = exists - (batch - 1) * size;
    const highest = batch === 1 ? uidAt(above) : uidAt(above + 1) - 1;
    yield [highest, batch === count ? 1 : uidAt(above - size + 1)];
  }
}

/** What the session knows and is still there: what is gone would make batches smaller than they were asked for. */
export function messagesIn({ columns, knownRows }: OpenMailbox): Messages {
  return { exists: knownRows, uidAt: (place) => columns.uids[place - 1] ?? 0 };
}
