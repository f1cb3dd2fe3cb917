// What a session does to the messages of a mailbox: flags, copy, move, replace, expunge. Each commits, waits for the disk where
// it must, tells the feed, and returns once the views show it, so that the session reads what it wrote.

import { asModSeq, type MailboxId, type ModSeq } from "../model/ids.ts";
import { type UidSet, uidSet } from "../model/uid-set.ts";
import type { NewMessage } from "../store/work/append.ts";
import { copyMessages, type Moved, type MoveOrder, moveMessages } from "../store/work/copy.ts";
import { type Expunged, expungeMessages } from "../store/work/expunge.ts";
import { type ReplacedMessage, replaceMessage } from "../store/work/replace.ts";
import { type FlagsOrder, type FlagsStored, storeFlags as storeFlagsWork } from "../store/work/store-flags.ts";
import type { Acting } from "./acting.ts";
import type { AppendResult } from "./appending.ts";
import type { Copied, StoreFlagsResult } from "./open-mailbox.ts";

/** STORE may stop anywhere between messages (RFC 9051 6.4.6), so a long one leaves room for others in between. */
const messagesPerTransaction = 1_000;

/** `found`: the newest modSeq that a message was found with. */
type StoredFlags = StoreFlagsResult & Pick<FlagsStored, "found">;

export async function storeFlags(state: Acting, order: FlagsOrder): Promise<StoredFlags> {
  if (order.uids.length <= messagesPerTransaction) return storeSome(state, order);
  const total: Omit<FlagsStored, "modSeq" | "found" | "delta"> & { modSeq: FlagsStored["modSeq"]; found: ModSeq } = {
    stored: [],
    changed: [],
    had: [],
    modified: [],
    modSeq: null,
    found: asModSeq(0),
  };
  for (let from = 0; from < order.uids.length; from += messagesPerTransaction) {
    const part = await storeSome(state, { ...order, uids: order.uids.slice(from, from + messagesPerTransaction) });
    for (const key of ["stored", "changed", "modified"] as const) for (const uid of part[key]) total[key].push(uid);
    for (const modSeq of part.had) total.had.push(modSeq);
    total.modSeq = part.modSeq ?? total.modSeq;
    if (part.found > total.found) total.found = part.found;
  }
  return total;
}

async function storeSome(state: Acting, order: FlagsOrder): Promise<FlagsStored> {
  const result = await state.store.write(() => storeFlagsWork(order), "soon");
  if (result.modSeq !== null)
    await state.announce(
      { modSeq: result.modSeq, messagesIn: [order.mailbox], messages: "flags-only", mailboxes: [] },
      result.delta ?? undefined,
    );
  return result;
}

export async function copy(state: Acting, order: MoveOrder): Promise<Copied> {
  const { to } = order;
  const result = await state.store.write(
    () => copyMessages({ ...order, quota: state.quota }, state.clock.nowMs()),
    "flushed",
  );
  if (result.modSeq !== null) await state.announce({ modSeq: result.modSeq, messagesIn: [to], mailboxes: [] });
  return result;
}

export async function move(state: Acting, order: MoveOrder): Promise<Moved> {
  const { source, to } = order;
  const result = await state.store.write(() => moveMessages(order, state.clock.nowMs()), "flushed");
  if (result.modSeq !== null) await state.announce({ modSeq: result.modSeq, messagesIn: [to, source], mailboxes: [] });
  return result;
}

export async function replace(
  state: Acting,
  replaced: ReplacedMessage,
  to: MailboxId,
  message: NewMessage,
): Promise<AppendResult> {
  const nowMs = state.clock.nowMs();
  const replacement = { to, message, quota: state.quota };
  const result = await state.store.write(() => replaceMessage(replaced, replacement, nowMs), "flushed");
  const { mailbox } = replaced;
  const messagesIn = mailbox === to ? [to] : [mailbox, to];
  await state.announce({ modSeq: result.modSeq, messagesIn, mailboxes: [] });
  return result;
}

export interface ExpungeOrder {
  readonly uids: UidSet;
  readonly which: "deleted" | "all";
}

export async function expunge(state: Acting, mailbox: MailboxId, order: ExpungeOrder): Promise<Expunged> {
  const result = await state.store.write(
    () => expungeMessages(mailbox, uidSet(order.uids.ranges), order.which, state.clock.nowMs()),
    "flushed",
  );
  const { modSeq, delta } = result;
  if (modSeq !== null) await state.announce({ modSeq, messagesIn: [mailbox], mailboxes: [] }, delta ?? undefined);
  return result;
}
