// A set of UIDs as sorted, disjoint, closed ranges: what a client names, kept as ranges so that 1:4294967295 costs nothing.

/** Closed ranges, ascending, neither touching nor overlapping. */
export interface UidSet {
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** Puts any ranges, in any order and either direction (RFC 9051 9: seq-range), into canonical form. */
export function uidSet(ranges: Iterable<readonly [number, number]>): UidSet {
  const sorted = [...ranges].map(([a, b]): [number, number] => (a <= b ? [a, b] : [b, a])).sort((x, y) => x[0] - y[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return { ranges: merged };
}

/** From ascending UIDs, without repeats. */
export function uidSetOfSorted(uids: ArrayLike<number>): UidSet {
  const ranges: [number, number][] = [];
  for (let at = 0; at < uids.length; at++) {
    const uid = uids[at] ?? 0;
    const last = ranges.at(-1);
    if (last !== undefined && uid === last[1] + 1) last[1] = uid;
    else ranges.push([uid, uid]);
  }
  return { ranges };
}

/** Whether `uid` is in the set; logarithmic. */
export function hasUid(set: UidSet, uid: number): boolean {
  let low = 0;
  let high = set.ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = set.ranges[middle];
    if (range === undefined) return false;
    if (uid < range[0]) high = middle - 1;
    else if (uid > range[1]) low = middle + 1;
    else return true;
  }
  return false;
}

/** What is in both. */
export function intersection(one: UidSet, other: UidSet): UidSet {
  const common: [number, number][] = [];
  let at = 0;
  for (const [from, to] of one.ranges) {
    while (at < other.ranges.length && (other.ranges[at]?.[1] ?? 0) < from) at++;
    for (let next = at; next < other.ranges.length; next++) {
      const range = other.ranges[next];
      if (range === undefined || range[0] > to) break;
      common.push([Math.max(from, range[0]), Math.min(to, range[1])]);
    }
  }
  return uidSet(common);
}

/** How many numbers the set names. */
export function uidSetSize(set: UidSet): number {
  return set.ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** `1:3,5` (RFC 9051 9: sequence-set). Empty text for the empty set. */
export function formatUidSet(set: UidSet): string {
  return set.ranges.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(",");
}

/** Reads what `formatUidSet` wrote. Not for clients' text: that goes through the wire parser. */
export function parseFormattedUidSet(text: string): UidSet {
  if (text === "") return { ranges: [] };
  return {
    ranges: text.split(",").map((part): [number, number] => {
      const colon = part.indexOf(":");
      if (colon < 0) return [Number(part), Number(part)];
      return [Number(part.slice(0, colon)), Number(part.slice(colon + 1))];
    }),
  };
}
