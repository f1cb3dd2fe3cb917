// SORT (RFC 5256 3): `"(" ["REVERSE" SP] sort-key *(SP ...) ")" SP charset SP search-key *(SP search-key)`, with DISPLAYFROM and
// DISPLAYTO of RFC 5957, and RELEVANCY of RFC 6203; and THREAD (RFC 5256 3).

import type { ArgumentReader } from "./argument-reader.ts";
import { charsetDecoder, readCharset } from "./search-args.ts";
import { readSearchKeys, type SearchKey } from "./search-key.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const sortKeys = [
  "ARRIVAL",
  "CC",
  "DATE",
  "DISPLAYFROM",
  "DISPLAYTO",
  "FROM",
  "RELEVANCY",
  "SIZE",
  "SUBJECT",
  "TO",
] as const;

export type SortKeyName = (typeof sortKeys)[number];

export interface SortItem {
  readonly key: SortKeyName;
  readonly order: "ascending" | "descending";
}

/** `"(" sort-criterion *(SP sort-criterion) ")" SP`. */
export function readSortProgram(args: ArgumentReader): readonly SortItem[] {
  const program = args.list((): SortItem => {
    const reverse = args.takeWord("REVERSE");
    if (reverse) args.space();
    const word = args.word();
    const key = sortKeys.find((name) => name === word);
    if (key === undefined) throw new SyntaxFault("Unknown sort key");
    return { key, order: reverse ? "descending" : "ascending" };
  });
  args.space();
  return program;
}

/** `charset SP search-key *(SP search-key)`, to the end of the arguments. */
export function readCharsetAndKeys(args: ArgumentReader): SearchKey {
  const charset = readCharset(args);
  args.space();
  return readSearchKeys(args, charsetDecoder(charset));
}

const threadAlgorithms = ["ORDEREDSUBJECT", "REFERENCES", "REFS"] as const;

export type ThreadAlgorithmName = (typeof threadAlgorithms)[number];

export interface ThreadArgs {
  readonly algorithm: ThreadAlgorithmName;
  readonly key: SearchKey;
}

/** `thread-alg SP charset SP search-key *(SP search-key)`. */
export function readThread(args: ArgumentReader): ThreadArgs {
  const word = args.word();
  const algorithm = threadAlgorithms.find((name) => name === word);
  if (algorithm === undefined) throw new SyntaxFault("Unknown threading algorithm");
  args.space();
  return { algorithm, key: readCharsetAndKeys(args) };
}
