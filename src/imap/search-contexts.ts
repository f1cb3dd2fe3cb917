// Searches whose results a session is kept told of (RFC 5267 4.3, CONTEXT=SEARCH): which messages each of them matches, and how
// that changes. Results come in mailbox order, so that all context positions are zero.

import { imapContextMessagesMax, imapContextsMax } from "../base/limits.ts";
import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import { type Match, search } from "../mailbox/search.ts";
import type { Criterion } from "../mailbox/search-criterion.ts";
import { lowerBound } from "../mailbox/sorted-uids.ts";
import type { ModSeq } from "../model/ids.ts";
import { ProblemRefusal } from "../model/problem.ts";
import { type UidSet, uidSetOfSorted } from "../model/uid-set.ts";
import { no } from "./completion.ts";
import type { Numbering } from "./wire/command-head.ts";
import { noUpdate } from "./wire/response-code.ts";
import { writeContextUpdate } from "./wire/search-response.ts";
import { writeStatusText } from "./wire/status-response.ts";
import type { Writer } from "./wire/writer.ts";

/** Up to where the session's mailbox has been looked at. */
export interface LookedAt {
  readonly modSeq: ModSeq;
  readonly lastUid: number;
}

export function lookedAt(mailbox: OpenMailbox): LookedAt {
  return { modSeq: mailbox.highestModSeq, lastUid: mailbox.uidAt(mailbox.exists) ?? 0 };
}

interface Context {
  readonly tag: string;
  readonly numbering: Numbering;
  readonly criterion: Criterion;
  /** What matches, by UID. */
  uids: Uint32Array;
  until: LookedAt;
}

export class SearchContexts {
  readonly #contexts = new Map<string, Context>();

  get areThere(): boolean {
    return this.#contexts.size > 0;
  }

  has(tag: string): boolean {
    return this.#contexts.has(tag);
  }

  /** Why there is no room for a context with so many messages; null when there is. */
  whyNot(messages: number): string | null {
    if (this.#contexts.size >= imapContextsMax) return "Too many contexts";
    return messages > imapContextMessagesMax ? "Too many messages" : null;
  }

  /** `matches` are what was found since `until`. */
  add(context: Omit<Context, "uids">, matches: readonly Match[]): void {
    this.#contexts.set(context.tag, { ...context, uids: Uint32Array.from(matches, ({ uid }) => uid) });
  }

  /** False when there is none with that tag. */
  cancel(tag: string): boolean {
    return this.#contexts.delete(tag);
  }

  /** UIDONLY has been enabled (RFC 9586): who counts by sequence number is told of no more. */
  endNumbered(to: Writer): void {
    for (const { tag, numbering } of this.#contexts.values()) {
      if (numbering === "uid") continue;
      this.#contexts.delete(tag);
      writeStatusText(to, null, no("This search is followed no longer", noUpdate(tag)));
    }
  }

  /**
   * RFC 5267 4.3.4: what goes with an expunge "MUST be sent prior to the expunge notification itself", with the numbers that
   * hold until then.
   */
  leave(expunged: readonly { readonly uid: number; readonly seq: number }[], to: Writer): void {
    for (const context of this.#contexts.values()) {
      const removed = expunged.filter(({ uid }) => hasUid(context.uids, uid));
      if (removed.length === 0) continue;
      const numbers = removed.map(({ uid, seq }) => (context.numbering === "uid" ? uid : seq));
      writeContextUpdate(to, context, { removed: uidSetOfSorted(numbers), added: none });
      context.uids = changedBy(context.uids, new Set(removed.map(({ uid }) => uid)), []);
    }
  }

  /** Looks at what has changed, by whomever, and tells what that does to each search. After EXISTS, so that numbers hold. */
  async follow(mailbox: OpenMailbox, to: Writer, signal: AbortSignal): Promise<void> {
    for (const context of this.#contexts.values()) {
      try {
        await followOne(mailbox, context, to, signal);
      } catch (error) {
        if (!(error instanceof ProblemRefusal)) throw error;
        // A message that cannot be read any more: what it matches is not known.
        this.#contexts.delete(context.tag);
        writeStatusText(to, null, no("This search is followed no longer", noUpdate(context.tag)));
      }
    }
  }
}

async function followOne(mailbox: OpenMailbox, context: Context, to: Writer, signal: AbortSignal): Promise<void> {
  const { modSeq, lastUid } = context.until;
  const changed = new Set<number>(mailbox.changedSince(modSeq));
  for (const uid of mailbox.uidsWithin({ ranges: [[lastUid + 1, 0xffff_ffff]] })) changed.add(uid);
  if (changed.size === 0) return;
  const until = lookedAt(mailbox);
  const looked = [...changed].sort((a, b) => a - b);
  const among: Criterion = { kind: "uids", uids: uidSetOfSorted(looked) };
  const matching = new Set<number>();
  const criterion: Criterion = { kind: "and", of: [among, context.criterion] };
  for await (const matches of search(mailbox, criterion, { order: "oldest-first", signal }))
    for (const { uid } of matches) matching.add(uid);
  const isIn = (uid: number): boolean => hasUid(context.uids, uid);
  // What is gone is told of with its expunge.
  const removed = looked.filter((uid) => isIn(uid) && !matching.has(uid) && mailbox.indexOf(uid) >= 0);
  const added = looked.filter((uid) => matching.has(uid) && !isIn(uid));
  const set = (uids: readonly number[]): UidSet =>
    uidSetOfSorted(context.numbering === "uid" ? uids : uids.map((uid) => mailbox.seqOf(uid)));
  writeContextUpdate(to, context, { removed: set(removed), added: set(added) });
  context.uids = changedBy(context.uids, new Set(removed), added);
  context.until = until;
}

const none = uidSetOfSorted([]);

function hasUid(uids: Uint32Array, uid: number): boolean {
  return uids[lowerBound(uids, uids.length, uid)] === uid;
}

function changedBy(uids: Uint32Array, removed: ReadonlySet<number>, added: readonly number[]): Uint32Array {
  const kept = removed.size === 0 ? uids : uids.filter((uid) => !removed.has(uid));
  if (added.length === 0) return kept;
  const all = new Uint32Array(kept.length + added.length);
  all.set(kept);
  all.set(added, kept.length);
  return all.sort();
}
