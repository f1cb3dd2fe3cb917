// Threads messages (RFC 5256 3), whatever protocol asks: what was stored at delivery is read in slices, and the algorithms
// work on that. Others have their turn every few milliseconds.

import { searchSliceMessages } from "../base/limits.ts";
import { type ComparatorName, comparator } from "../mime/comparator.ts";
import type { ContentId, Uid } from "../model/ids.ts";
import type { OpenMailbox } from "./open-mailbox.ts";
import { pacedSort } from "./paced-sort.ts";
import type { Match } from "./search.ts";
import { cost, SearchPace } from "./search-pace.ts";
import { linkByReferences } from "./thread-links.ts";
import { byLatestArrival, gatherBySubject, orderedSubject } from "./thread-order.ts";
import type { LongWork, WorkProgress } from "./work-progress.ts";

export type ThreadAlgorithm = "orderedSubject" | "references" | "refs";

/** A message that is threaded, or a place where one is missing whose answers are there. */
export interface ThreadNode {
  readonly message: ThreadMessage | null;
  readonly children: ThreadNode[];
}

export interface ThreadMessage {
  readonly uid: Uid;
  /** Its place by sent date among all that are threaded, and among equals by number. */
  rank: number;
  readonly sentAtMs: number;
  readonly internalDateMs: number;
  readonly messageId: string | null;
  /** Oldest first, separated by spaces. */
  readonly ancestors: string;
  /** The base subject, as it compares. */
  readonly subject: string;
  readonly isReply: boolean;
}

export interface ThreadOptions extends LongWork {
  /** By which base subjects are compared; the default if left out. */
  readonly comparator?: ComparatorName;
}

/** The threads of what of `matches` (by UID, ascending) has not been expunged. */
export async function threadMatches(
  mailbox: OpenMailbox,
  matches: readonly Match[],
  algorithm: ThreadAlgorithm,
  { signal, progress, comparator: name }: ThreadOptions,
): Promise<readonly ThreadNode[]> {
  const pace = new SearchPace(signal);
  const messages = await readMessages(mailbox, matches, comparator(name).key, { pace, progress });
  const order = await pacedSort(
    messages.length,
    (a, b) => (messages[a]?.sentAtMs ?? 0) - (messages[b]?.sentAtMs ?? 0) || a - b,
    pace,
  );
  const bySentDate: ThreadMessage[] = [];
  for (const at of order) {
    const message = messages[at];
    if (message === undefined) throw new Error("sorting lost a message");
    message.rank = bySentDate.length;
    bySentDate.push(message);
  }
  if (algorithm === "orderedSubject") return orderedSubject(bySentDate, pace);
  const threads = await linkByReferences(messages, bySentDate, pace);
  return algorithm === "references" ? gatherBySubject(threads, pace) : byLatestArrival(threads, pace);
}

async function readMessages(
  mailbox: OpenMailbox,
  matches: readonly Match[],
  keyOf: (text: string) => string,
  { pace, progress }: { readonly pace: SearchPace; readonly progress: WorkProgress | undefined },
): Promise<ThreadMessage[]> {
  const messages: ThreadMessage[] = [];
  for (let from = 0; from < matches.length; from += searchSliceMessages) {
    progress?.(from, matches.length);
    const known: { readonly uid: Uid; readonly internalDateMs: number }[] = [];
    const contents: ContentId[] = [];
    for (const { uid } of matches.slice(from, from + searchSliceMessages)) {
      const facts = mailbox.facts(uid);
      if (facts === undefined) continue;
      known.push(facts);
      contents.push(facts.content);
    }
    const order = await mailbox.order(contents);
    for (const [at, { uid, internalDateMs }] of known.entries()) {
      const facts = order[at];
      if (facts === undefined) throw new Error("a content was not answered");
      const { messageId, ancestors, baseSubject } = facts;
      messages.push({
        uid,
        rank: 0,
        // RFC 5256 2.2: "If the sent date cannot be determined (a Date: header is missing or cannot be parsed), the
        // INTERNALDATE for that message is used as the sent date."
        sentAtMs: facts.sentAtMs ?? internalDateMs,
        internalDateMs,
        messageId,
        ancestors,
        subject: keyOf(baseSubject),
        isReply: facts.isReply === 1,
      });
      const turn = pace.spend(cost.orderNs + baseSubject.length * cost.characterNs);
      if (turn !== undefined) await turn;
    }
  }
  return messages;
}
