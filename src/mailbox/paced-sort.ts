// Sorts in pieces, so that a hundred thousand messages hold nobody up: runs by the runtime's own sort, then merged.

import { sortRunMessages } from "../base/limits.ts";
import { cost, type SearchPace } from "./search-pace.ts";

export type Compare = (a: number, b: number) => number;

/** The numbers below `length`, in order; stable. */
export async function pacedSort(length: number, compare: Compare, pace: SearchPace): Promise<Uint32Array> {
  let sorted = Uint32Array.from({ length }, (_, at) => at);
  for (let from = 0; from < length; from += sortRunMessages) {
    const run = sorted.subarray(from, from + sortRunMessages).sort(compare);
    const turn = pace.spend(run.length * Math.log2(run.length + 1) * cost.compareNs);
    if (turn !== undefined) await turn;
  }
  let merged = new Uint32Array(length);
  for (let width = sortRunMessages; width < length; width *= 2) {
    for (let from = 0; from < length; from += 2 * width) {
      const merge = merging(sorted, merged, { from, middle: from + width, to: Math.min(length, from + 2 * width) });
      while (!merge(compare)) {
        const turn = pace.spend(mergeStep * cost.compareNs);
        if (turn !== undefined) await turn;
      }
    }
    [sorted, merged] = [merged, sorted];
  }
  return sorted;
}

const mergeStep = 1_024;

interface Halves {
  readonly from: number;
  readonly middle: number;
  readonly to: number;
}

/** A function that merges two neighbouring runs some numbers at a time, and tells when it has done. */
function merging(
  source: Uint32Array,
  target: Uint32Array,
  { from, middle, to }: Halves,
): (compare: Compare) => boolean {
  let left = from;
  let right = middle;
  let at = from;
  return (compare) => {
    const end = Math.min(to, at + mergeStep);
    for (; at < end; at++) {
      const takesLeft = right >= to || (left < middle && compare(source[left] ?? 0, source[right] ?? 0) <= 0);
      target[at] = source[takesLeft ? left++ : right++] ?? 0;
    }
    return at >= to;
  };
}
