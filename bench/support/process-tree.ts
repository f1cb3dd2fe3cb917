// What a server has used, over all its processes (Linux, /proc).
// CPU: for each living process the time its threads have run, to the nanosecond (schedstat), and in its parent the time
// of children that have ended and been waited for (cutime and cstime, which the kernel sums up exactly and shows in
// hundredths of a second). So a process may end between two samples and nothing of it is lost. What threads that have
// ended used is in the process's own utime and stime alone, in hundredths too: the largest difference seen is theirs.
// Memory: the proportional set size, in which a page shared by n processes counts 1/n in each.

import { readdirSync, readFileSync } from "node:fs";

const tickMs = 10;

/** Milliseconds of CPU, user and system, of a process and all its descendants, dead and alive. */
export function cpuMsOf(root: number): number {
  let total = 0;
  for (const pid of tree(root)) {
    const stat = statOf(pid);
    if (stat === null) continue;
    const threads = threadsMs(pid);
    const ended = Math.max(endedThreadsMs.get(pid) ?? 0, stat.ownTicks * tickMs - threads);
    endedThreadsMs.set(pid, ended);
    total += threads + ended + stat.waitedTicks * tickMs;
  }
  return total;
}

const endedThreadsMs = new Map<number, number>();

/** Proportional set size in KiB of a process and its living descendants. */
export function pssKibOf(root: number): number {
  let total = 0;
  for (const pid of tree(root)) {
    const rollup = readOrNull(`/proc/${pid}/smaps_rollup`);
    total += Number(/^Pss:\s+(\d+)/m.exec(rollup ?? "")?.[1] ?? 0);
  }
  return total;
}

/** Resident memory in KiB of one process, what it shares with others included. */
export function residentKib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readOrNull(`/proc/${pid}/status`) ?? "")?.[1] ?? 0);
}

/** How many processes there are below `root`, itself included. */
export function processesOf(root: number): number {
  return tree(root).length;
}

function tree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const parent = statOf(pid)?.parent;
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

interface Stat {
  readonly parent: number;
  readonly ownTicks: number;
  readonly waitedTicks: number;
}

function statOf(pid: number): Stat | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The name in parentheses may hold anything; what follows it is numbers. The first is field 3 of proc(5).
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3]);
  return { parent: field(4), ownTicks: field(14) + field(15), waitedTicks: field(16) + field(17) };
}

function threadsMs(pid: number): number {
  let total = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`))
      total += Number(readOrNull(`/proc/${pid}/task/${thread}/schedstat`)?.split(" ")[0] ?? 0) / 1e6;
  } catch {
    return 0;
  }
  return total;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
