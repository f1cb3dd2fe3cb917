// partial-range (RFC 9394 4): `nz-number ":" nz-number`, counted from the first result, or `"-" nz-number ":" "-" nz-number`,
// counted from the last. "A range 500:400 is the same as 400:500."

import type { ArgumentReader } from "./argument-reader.ts";
import { octet } from "./octets.ts";

export interface PartialRange {
  readonly countedFrom: "first" | "last";
  /** Places from 1, `least` to `most`. */
  readonly least: number;
  readonly most: number;
  /** As it is told back: RFC 9394 3.1 has the answer repeat "the original range". */
  readonly text: string;
}

export function readPartialRange(args: ArgumentReader): PartialRange {
  const sign = args.take(octet.minus) ? "-" : "";
  const one = args.nzNumber();
  args.expect(octet.colon);
  if (sign !== "") args.expect(octet.minus);
  const other = args.nzNumber();
  return {
    countedFrom: sign === "" ? "first" : "last",
    least: Math.min(one, other),
    most: Math.max(one, other),
    text: `${sign}${one}:${sign}${other}`,
  };
}

/** How many results there may be in the range. */
export function sizeOf({ least, most }: PartialRange): number {
  return most - least + 1;
}

/** What of `total` results is in the range, as places from 0, `from` to `to` (exclusive); "the results that are in the set". */
export function placesIn({ countedFrom, least, most }: PartialRange, total: number): readonly [number, number] {
  if (countedFrom === "first") return [Math.min(least - 1, total), Math.min(most, total)];
  return [Math.max(total - most, 0), Math.max(total - least + 1, 0)];
}

/** The results in the range, in their order. */
export function pageOf<T>(results: readonly T[], range: PartialRange): T[] {
  return results.slice(...placesIn(range, results.length));
}
