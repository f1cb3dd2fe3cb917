// COPY, MOVE and REPLACE from one account into another. There is no transaction over both: a message is in the other account, on
// the disk, before it leaves this one, so that whatever happens between leaves it in both and never in neither.

import { transferBytesMax, transferMessagesMax } from "../../base/limits.ts";
import type { Uid } from "../../model/ids.ts";
import { type ProblemKind, ProblemRefusal, refuse } from "../../model/problem.ts";
import type { QuotaRoom } from "../../model/quota.ts";
import { uidSetOfSorted } from "../../model/uid-set.ts";
import { readQuota } from "../../store/work/quota.ts";
import type { Acting } from "../acting.ts";
import type { AppendItem, AppendResult } from "../appending.ts";
import { eventLoopTurn } from "../event-loop-turn.ts";
import { expunge } from "../message-use-cases.ts";
import type { Copied, CopyResult, MessageFacts, OpenMailbox } from "../open-mailbox.ts";
import type { WorkProgress } from "../work-progress.ts";
import { Freight, type Landing, land, landStaged } from "./landing.ts";

export type Moved = CopyResult & { readonly modSeq: Awaited<ReturnType<OpenMailbox["expunge"]>>["modSeq"] };

interface Arrival extends AppendResult {
  readonly from: readonly Uid[];
}

/**
 * RFC 9051 6.4.7: all or nothing. What is beyond one transaction is taken back when a later one is refused. The copier's \Seen goes
 * along; what others have seen is of no meaning in the other account.
 */
export async function copyAcross(
  source: OpenMailbox,
  uids: readonly Uid[],
  to: Landing,
  progress?: WorkProgress,
): Promise<Copied> {
  await mustFit(source, uids, to);
  const arrivals: Arrival[] = [];
  try {
    for await (const arrival of carry(source, uids, to, progress)) arrivals.push(arrival);
  } catch (error) {
    for (const { uids: arrived } of arrivals) await takeBack(arrived, to);
    throw error;
  }
  return copied(arrivals, to);
}

/** RFC 6851 3.3: a message is moved or stays; some may have been moved when a later one is refused. */
export async function moveAcross(
  source: OpenMailbox,
  uids: readonly Uid[],
  to: Landing,
  progress?: WorkProgress,
): Promise<Moved> {
  await mustFit(source, uids, to);
  const arrivals: Arrival[] = [];
  let { modSeq }: { modSeq: Moved["modSeq"] } = { modSeq: null };
  for await (const arrival of carry(source, uids, to, progress)) {
    const removed = await removedFrom(source, arrival, to);
    modSeq = removed.modSeq ?? modSeq;
    arrivals.push(await withoutTaken(arrival, new Set(removed.uids), to));
  }
  return { ...(await copied(arrivals, to)), modSeq };
}

/** What the source has been without since; when the rights to it are gone meanwhile, the messages stay there, and only there. */
async function removedFrom(
  source: OpenMailbox,
  { from, uids }: Arrival,
  to: Landing,
): ReturnType<OpenMailbox["remove"]> {
  try {
    return await source.remove(from);
  } catch (error) {
    // Of any other failure it is not known whether they have left.
    if (error instanceof ProblemRefusal && rightsAreGone.has(error.problem.kind)) await takeBack(uids, to);
    throw error;
  }
}

const rightsAreGone: ReadonlySet<ProblemKind> = new Set(["no-permission", "mailbox-missing"]);

async function takeBack(uids: readonly Uid[], { acting, mailbox }: Landing): Promise<void> {
  await expunge(acting, mailbox, { uids: uidSetOfSorted(uids), which: "all" });
}

/** Of two who move a message at the same time one takes it away; the copy of the other is taken back. */
async function withoutTaken(arrival: Arrival, removed: ReadonlySet<Uid>, to: Landing): Promise<Arrival> {
  const pairs = arrival.from.map((uid, at) => [uid, arrival.uids[at]] as const);
  const surplus = pairs.flatMap(([uid, there]) => (removed.has(uid) || there === undefined ? [] : [there]));
  if (surplus.length === 0) return arrival;
  await takeBack(surplus, to);
  const kept = pairs.filter(([uid]) => removed.has(uid));
  return { ...arrival, from: kept.map(([uid]) => uid), uids: kept.flatMap(([, there]) => there ?? []) };
}

/** RFC 8508 3.4 wants both or neither; here the new message is there before the old one goes. `from`: where it is staged. */
export async function replaceAcross(
  source: OpenMailbox,
  uid: Uid,
  item: AppendItem,
  { from, to }: { readonly from: Acting; readonly to: Landing },
): Promise<AppendResult> {
  if (source.facts(uid) === undefined) throw refuse({ kind: "message-missing" });
  const result = await landStaged(to, [item], from);
  const removed = await removedFrom(source, { ...result, from: [uid] }, to);
  if (removed.uids.length > 0) return result;
  // Somebody else has expunged it meanwhile.
  await takeBack(result.uids, to);
  throw refuse({ kind: "message-missing" });
}

/** Refused before anything is carried, where it can be known before. */
async function mustFit(source: OpenMailbox, uids: readonly Uid[], { acting }: Landing): Promise<void> {
  const { usage, limits } = await acting.store.read(() => readQuota(acting.quota));
  let bytes = usage.bytes;
  let messages = usage.messages;
  for (const uid of uids) {
    const facts = source.facts(uid);
    if (facts === undefined) continue;
    bytes += facts.size;
    messages++;
  }
  if (bytes > limits.bytes) throw refuse({ kind: "over-quota", resource: "STORAGE" });
  if (messages > limits.messages) throw refuse({ kind: "over-quota", resource: "MESSAGE" });
}

/** One transaction after another, each on the disk when it is told of. */
async function* carry(
  source: OpenMailbox,
  uids: readonly Uid[],
  to: Landing,
  progress: WorkProgress | undefined,
): AsyncGenerator<Arrival, void> {
  let at = 0;
  while (at < uids.length) {
    progress?.(at, uids.length);
    await using freight = new Freight(to.acting);
    const from: Uid[] = [];
    for (; at < uids.length && from.length < transferMessagesMax && freight.bytes < transferBytesMax; at++) {
      // Gone by now: RFC 9051 6.4.7 copies what is there.
      const facts = source.facts(uids[at] ?? 0);
      if (facts === undefined) continue;
      await freight.add(await octetsOf(source, facts), facts.flags, facts.internalDateMs);
      from.push(facts.uid);
    }
    if (from.length === 0) return;
    const result = await land(to, freight.messages);
    freight.delivered();
    yield { ...result, from };
    await eventLoopTurn();
  }
}

async function octetsOf(source: OpenMailbox, { content }: MessageFacts): Promise<AsyncIterable<Uint8Array>> {
  const body = await source.body(content);
  return body.chunks(0, body.size);
}

async function copied(arrivals: readonly Arrival[], { acting, mailbox }: Landing): Promise<Copied> {
  const [first] = arrivals;
  const rooms = new Set<QuotaRoom>(arrivals.map(({ room }) => room));
  const uidValidity = first?.uidValidity ?? (await acting.mailboxes()).find(({ id }) => id === mailbox)?.uidValidity;
  if (uidValidity === undefined) throw refuse({ kind: "destination-missing" });
  return {
    uidValidity,
    from: arrivals.flatMap(({ from }) => from),
    to: arrivals.flatMap(({ uids }) => uids),
    room: rooms.has("nearly-full") ? "nearly-full" : "roomy",
  };
}
