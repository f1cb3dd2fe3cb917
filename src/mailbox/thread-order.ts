// What threads have to do with subjects and dates: ORDEREDSUBJECT, steps 5 and 6 of REFERENCES (RFC 5256 3), and the order of
// REFS, which has no step 5 (draft-ietf-morg-inthread).

import { pacedSort } from "./paced-sort.ts";
import { cost, type SearchPace } from "./search-pace.ts";
import type { ThreadMessage, ThreadNode } from "./thread.ts";

/** RFC 5256 3: a thread for each base subject; all but its first message are children of that one. */
export async function orderedSubject(bySentDate: readonly ThreadMessage[], pace: SearchPace): Promise<ThreadNode[]> {
  const threads = new Map<string, ThreadNode>();
  for (const message of bySentDate) {
    const node: ThreadNode = { message, children: [] };
    const thread = threads.get(message.subject);
    if (thread === undefined) threads.set(message.subject, node);
    else thread.children.push(node);
    const turn = pace.spend(cost.placeNs);
    if (turn !== undefined) await turn;
  }
  return [...threads.values()];
}

/** Steps 5 and 6: threads with the same subject become one. */
export async function gatherBySubject(threads: readonly ThreadNode[], pace: SearchPace): Promise<ThreadNode[]> {
  const table = new Map<string, ThreadNode>();
  // Step 5.B: which of those with a subject stands for it.
  for (const thread of threads) {
    const subject = subjectOf(thread);
    if (subject === "") continue;
    const before = table.get(subject);
    if (before === undefined || isBetter(thread, before)) table.set(subject, thread);
    const turn = pace.spend(cost.placeNs);
    if (turn !== undefined) await turn;
  }
  const roots = new Set(threads);
  const changed = new Set<ThreadNode>();
  // Step 5.C.
  for (const thread of threads) {
    const subject = subjectOf(thread);
    const turn = pace.spend(cost.placeNs);
    if (turn !== undefined) await turn;
    const chief = table.get(subject);
    if (chief === undefined || chief === thread) continue;
    roots.delete(thread);
    if (chief.message === null) {
      if (thread.message === null) for (const child of thread.children) chief.children.push(child);
      else chief.children.push(thread);
      changed.add(chief);
    } else if (isReply(thread) && !isReply(chief)) {
      chief.children.push(thread);
      changed.add(chief);
    } else {
      const both: ThreadNode = { message: null, children: [chief, thread] };
      roots.delete(chief);
      roots.add(both);
      table.set(subject, both);
      changed.add(both);
    }
  }
  // Step 6: siblings by date. What was not gathered is in order already.
  for (const { children } of changed) {
    const sorted = await inOrder(children, byRank, pace);
    for (const [at, child] of sorted.entries()) children[at] = child;
  }
  return inOrder([...roots], byRank, pace);
}

/** Step 5.B.iv: whether a thread takes the place of `before` in the table of subjects. */
function isBetter(thread: ThreadNode, before: ThreadNode): boolean {
  if (before.message === null) return false;
  return thread.message === null || (isReply(before) && !isReply(thread));
}

/** Step 5.B.i: of a missing message, that of its first child. */
function subjectOf(thread: ThreadNode): string {
  return first(thread)?.subject ?? "";
}

function isReply({ message }: ThreadNode): boolean {
  return message?.isReply === true;
}

function byRank(a: ThreadNode, b: ThreadNode): number {
  return (first(a)?.rank ?? 0) - (first(b)?.rank ?? 0);
}

/** Only at the root are there places without a message, and those have children. */
function first({ message, children }: ThreadNode): ThreadMessage | null {
  return message ?? children[0]?.message ?? null;
}

/** REFS: by the most recent arrival in each thread, so that a thread with a new message comes last. */
export async function byLatestArrival(threads: readonly ThreadNode[], pace: SearchPace): Promise<ThreadNode[]> {
  const latest = new Map<ThreadNode, number>();
  for (const thread of threads) {
    let arrival = Number.NEGATIVE_INFINITY;
    const waiting = [thread];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.message !== null) arrival = Math.max(arrival, node.message.internalDateMs);
      for (const child of node.children) waiting.push(child);
      const turn = pace.spend(cost.placeNs);
      if (turn !== undefined) await turn;
    }
    latest.set(thread, arrival);
  }
  return inOrder(threads, (a, b) => (latest.get(a) ?? 0) - (latest.get(b) ?? 0) || byRank(a, b), pace);
}

async function inOrder(
  nodes: readonly ThreadNode[],
  compare: (a: ThreadNode, b: ThreadNode) => number,
  pace: SearchPace,
): Promise<ThreadNode[]> {
  const nodeAt = (at: number): ThreadNode => {
    const node = nodes[at];
    if (node === undefined) throw new RangeError(`no thread at ${at}`);
    return node;
  };
  const order = await pacedSort(nodes.length, (a, b) => compare(nodeAt(a), nodeAt(b)), pace);
  return Array.from(order, nodeAt);
}
