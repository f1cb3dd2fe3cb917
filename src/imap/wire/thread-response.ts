// THREAD (RFC 5256 4): `* THREAD (2)(3 6 (4 23)(44 7 96))`. A message's only child follows it; several stand in lists of
// their own. Written without recursion: threads are as deep as somebody makes them.

import { octet } from "./octets.ts";
import type { Writer } from "./writer.ts";

export interface ThreadItem {
  /** null where a message is missing whose answers are there: only at the root, with two of them at least. */
  readonly number: number | null;
  readonly children: readonly ThreadItem[];
}

export function writeThread(to: Writer, threads: Iterable<ThreadItem>): void {
  to.ascii("* THREAD");
  let isFirst = true;
  for (const thread of threads) {
    if (isFirst) to.space();
    isFirst = false;
    writeList(to, thread);
  }
  to.crlf();
}

/** Backwards, since the last is the next: lists to be written, and the ends of those that are open. */
function writeList(to: Writer, thread: ThreadItem): void {
  const waiting: (ThreadItem | "end")[] = [thread];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === "end") {
      to.byte(octet.close);
      continue;
    }
    to.byte(octet.open);
    waiting.push("end");
    let item = next;
    if (item.number !== null) to.number(item.number);
    for (let only = onlyChild(item); only !== null; only = onlyChild(item)) {
      to.space();
      to.number(only.number ?? 0);
      item = only;
    }
    if (item.children.length > 0 && item.number !== null) to.space();
    for (const child of item.children.toReversed()) waiting.push(child);
  }
}

function onlyChild({ children }: ThreadItem): ThreadItem | null {
  return children.length === 1 ? (children[0] ?? null) : null;
}
