// Which entries GETMETADATA answers with (RFC 5464 4.2.1, 4.2.2).
//
// Liberty: an entry that was asked for by its name and is not there is told as NIL, as other servers do.

import type { MetadataEntry } from "../model/metadata.ts";
import type { GetMetadataArgs } from "./wire/metadata.ts";

export interface ChosenEntries {
  readonly values: readonly (readonly [string, Uint8Array | null])[];
  /** The biggest value that is beyond MAXSIZE; null when there is none. */
  readonly longestBytes: number | null;
}

export function chooseEntries(
  entries: readonly MetadataEntry[],
  { entries: asked, depth, maxSizeBytes }: Pick<GetMetadataArgs, "entries" | "depth" | "maxSizeBytes">,
): ChosenEntries {
  const wanted = new Map<string, Uint8Array | null>();
  let longestBytes: number | null = null;
  const told = new Set<MetadataEntry>();
  const tell = (entry: MetadataEntry, spelling: string): void => {
    if (told.has(entry)) return;
    told.add(entry);
    if (entry.value.length <= maxSizeBytes) wanted.set(spelling, entry.value);
    else longestBytes = Math.max(longestBytes ?? 0, entry.value.length);
  };
  for (const { name, spelling } of asked) {
    const exact = entries.find((entry) => entry.name === name);
    if (exact !== undefined) tell(exact, spelling);
    else if (depth === 0) wanted.set(spelling, null);
    if (depth === 0) continue;
    for (const entry of entries) {
      if (!entry.name.startsWith(`${name}/`)) continue;
      if (depth === "infinity" || !entry.name.includes("/", name.length + 1)) tell(entry, entry.name);
    }
  }
  return { values: [...wanted], longestBytes };
}
