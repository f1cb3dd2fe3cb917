// Searching in sorted numbers.

/** The index of the first of the `length` ascending numbers that is at least `value`; `length` when there is none. */
export function lowerBound(sorted: ArrayLike<number>, length: number, value: number): number {
  // Mailboxes are read and written at their end most of the time.
  if (length === 0 || (sorted[length - 1] ?? 0) < value) return length;
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
