// The known name that a mistyped one was probably meant to be.

/** The closest of `known` that is close enough to suggest; letter case is no distance. */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
  if (typed === "") return undefined;
  const reach = Math.max(1, Math.floor(typed.length / 3));
  const ranked = known
    .map((name) => ({ name, distance: editDistance(typed.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best === undefined) return undefined;
  if (best.distance <= reach) return best.name;
  // "password" for "passwordFile": the beginning of a name is a name.
  return known.find((name) => name.toLowerCase().startsWith(typed.toLowerCase()));
}

// Letters left out, added, replaced, or swapped with their neighbour (optimal string alignment), a row at a time.
function editDistance(one: string, other: string): number {
  let above: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let at = 0; at < other.length; at++) {
      const replaced = (row[at] ?? 0) + (one[i] === other[at] ? 0 : 1);
      const swapped = one[i] === other[at - 1] && one[i - 1] === other[at] ? (above[at - 1] ?? Infinity) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    above = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
