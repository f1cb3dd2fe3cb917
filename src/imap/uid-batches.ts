// The messages of a mailbox, from the newest down, in batches of as many messages each (RFC 10022 3.1): ranges of UIDs without a
// gap between them, the last of which ends with UID 1 whether or not there is such a message.

import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import type { UidBatch, UidBatchesArgs } from "./wire/uid-batches.ts";

export function* uidBatches(
  { exists, uidAt }: { readonly exists: number; readonly uidAt: (seq: number) => number },
  { size, batches }: UidBatchesArgs,
): Generator<UidBatch, void> {
  const count = Math.ceil(exists / size);
  const [first, last] = batches ?? [1, count];
  for (let batch = first; batch <= Math.min(last, count); batch++) {
    const above = exists - (batch - 1) * size;
    const highest = batch === 1 ? uidAt(above) : uidAt(above + 1) - 1;
    yield [highest, batch === count ? 1 : uidAt(above - size + 1)];
  }
}

export function numbersOf(mailbox: OpenMailbox): { readonly exists: number; readonly uidAt: (seq: number) => number } {
  return { exists: mailbox.exists, uidAt: (seq) => mailbox.uidAt(seq) ?? 0 };
}
