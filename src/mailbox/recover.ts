// Brings expunged mail back, and purges it once its time is over.

import type { MailboxId } from "../model/ids.ts";
import { mailboxName, parseMailboxName } from "../model/mailbox-name.ts";
import {
  isFileUsed,
  listTombstones,
  purgeTombstones,
  restoreMessage,
  type Tombstone,
} from "../store/work/tombstones.ts";
import type { Acting } from "./acting.ts";
import type { RecoverOrder } from "./mail.ts";
import { create } from "./mailbox-use-cases.ts";

/** What `recover` would bring back. */
export function recoverable(state: Acting, order: RecoverOrder): Promise<readonly Tombstone[]> {
  return state.store.read(() => listTombstones(order.sinceMs, order.mailbox));
}

/** Puts the messages back into the mailboxes they were in, which are made again where needed. How many came back. */
export async function recover(
  state: Acting,
  order: RecoverOrder,
  progress: (done: number, of: number) => void,
): Promise<number> {
  const tombstones = await recoverable(state, order);
  let restored = 0;
  for (const [at, tombstone] of tombstones.entries()) {
    const to = await mailboxFor(state, tombstone);
    const modSeq = await state.store.write(
      () => restoreMessage(tombstone, to, state.clock.nowMs(), state.quota),
      "soon",
    );
    if (modSeq !== null) {
      restored++;
      await state.announce({ modSeq, messagesIn: [to], mailboxes: [] });
    }
    progress(at + 1, tombstones.length);
  }
  await state.store.flush();
  return restored;
}

async function mailboxFor(state: Acting, tombstone: Tombstone): Promise<MailboxId> {
  const mailboxes = await state.mailboxes();
  const same = mailboxes.find((mailbox) => mailbox.id === tombstone.mailbox && mailbox.selectable);
  if (same !== undefined) return same.id;
  const parsed = parseMailboxName(tombstone.mailboxName);
  const name = "name" in parsed ? parsed.name : mailboxName("Recovered");
  const named = mailboxes.find((mailbox) => mailbox.name === name && mailbox.selectable);
  return named?.id ?? (await create(state, name, undefined)).id;
}

/** Purges what was expunged before `beforeMs`; and body files that nothing refers to. How many messages went for good. */
export async function purge(state: Acting, beforeMs: number): Promise<number> {
  let purged = 0;
  for (;;) {
    const { tombstones, contents, files } = await state.store.write(() => purgeTombstones(beforeMs), "flushed");
    purged += tombstones;
    state.store.textIndex.noticeRemoved(contents);
    for (const file of files) await state.store.removeFileBody(file);
    if (tombstones === 0) break;
  }
  // Left behind by a crash between a body and its row.
  for await (const file of state.store.fileBodies())
    if (!(await state.store.read(() => isFileUsed(file)))) await state.store.removeFileBody(file);
  return purged;
}
