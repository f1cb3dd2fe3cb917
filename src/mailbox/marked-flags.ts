// STORE of few messages, the commonest change there is: what comes of it is known from the view, so that the store need not
// look for the rows first. The rules are those of store/work/store-flags.ts, which does whatever cannot be done here.

import { journaledFlagsMax } from "../base/limits.ts";
import { changeFlags, sameFlags } from "../model/flags.ts";
import type { ModSeq, Uid } from "../model/ids.ts";
import type { MarkedMessage } from "../store/work/journaled-flags.ts";
import { deletedBit, keywordsAsText, type MessageRow, seenBit } from "../store/work/message-rows.ts";
import type { FlagsOrder } from "../store/work/store-flags.ts";
import type { Acting } from "./acting.ts";
import type { StoreFlagsResult } from "./open-mailbox.ts";
import type { MailboxView } from "./view.ts";

/** null when it has to be done by the store alone. Resolves when all open views show it. */
export async function markFlags(
  acting: Acting,
  view: MailboxView,
  order: FlagsOrder,
): Promise<StoreFlagsResult | null> {
  // What somebody else has seen is counted in the store; a long list is better written at once.
  if (order.by !== undefined || order.uids.length > messagesMax) return null;
  const { stored, modified, messages, before, counters } = marksOf(view, order);
  const changed = messages.map(({ uid }) => uid);
  const had = before.map((row) => row.modSeq);
  if (messages.length === 0) return resultOf({ stored, changed, had, modified, modSeq: null });
  const { mailbox } = order;
  const after = view.modSeq;
  const modSeq = acting.store.markFlags?.({ mailbox, after, messages, counters }) ?? null;
  if (modSeq === null) return null;
  const rows = before.map((row, at) => withMarks(row, messages[at], modSeq));
  const delta = { after, modSeq, rows, expunged: [] };
  await acting.announce({ modSeq, messagesIn: [mailbox], messages: "flags-only", mailboxes: [] }, delta);
  return resultOf({ stored, changed, had, modified, modSeq });
}

function resultOf<Result extends StoreFlagsResult>(result: Result): StoreFlagsResult {
  return result;
}

const messagesMax = journaledFlagsMax / 10;

function marksOf(view: MailboxView, { uids, change, flags, unchangedSince }: FlagsOrder) {
  const stored: Uid[] = [];
  const modified: Uid[] = [];
  const messages: MarkedMessage[] = [];
  const before: MessageRow[] = [];
  const counters = { unseen: 0, deleted: 0, deletedBytes: 0 };
  for (const uid of uids) {
    const at = view.indexOf(uid);
    if (at < 0) continue;
    const row = view.rowAt(at);
    if (unchangedSince !== undefined && row.modSeq > unchangedSince) {
      modified.push(uid);
      continue;
    }
    stored.push(uid);
    const now = view.flagsAt(at);
    const then = changeFlags(now, change, flags);
    if (sameFlags(now, then)) continue;
    counters.unseen += (now.bits & seenBit) - (then.bits & seenBit);
    const deleted = ((then.bits & deletedBit) - (now.bits & deletedBit)) / deletedBit;
    counters.deleted += deleted;
    counters.deletedBytes += deleted * row.size;
    before.push(row);
    messages.push({ uid, flags: then.bits, keywords: keywordsAsText(then) });
  }
  return { stored, modified, messages, before, counters };
}

function withMarks(row: MessageRow, marks: MarkedMessage | undefined, modSeq: ModSeq): MessageRow {
  const { uid, content, seenBy, internalDateMs, size } = row;
  const { flags, keywords } = marks ?? row;
  return { uid, content, flags, keywords, seenBy, internalDateMs, size, modSeq };
}
