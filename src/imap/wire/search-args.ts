// SEARCH (RFC 9051 6.4.4): `[SP "RETURN" SP "(" ... ")"] SP ["CHARSET" SP charset SP] search-key *(SP search-key)`. Result
// options of RFC 4731, RFC 5182, RFC 5267 with RFC 5465 7, RFC 6203 and RFC 9394.

import { decodeCharset, isKnownCharset } from "../../mime/charset.ts";
import { type ArgumentReader, decodeText } from "./argument-reader.ts";
import { type FetchItem, readFetchAttributes } from "./fetch-item.ts";
import { octet } from "./octets.ts";
import { type PartialRange, readPartialRange } from "./partial-range.ts";
import type { DecodeText } from "./search-key.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const searchReturns = ["MIN", "MAX", "ALL", "COUNT", "SAVE", "PARTIAL", "CONTEXT", "UPDATE", "RELEVANCY"] as const;

export type SearchReturn = (typeof searchReturns)[number];

/** What RETURN asks for. */
export interface SearchReturns {
  readonly options: ReadonlySet<SearchReturn>;
  /** Of PARTIAL. */
  readonly partial: PartialRange | null;
  /** RFC 5465 7: what UPDATE wants of new messages; null: nothing. */
  readonly fetch: readonly FetchItem[] | null;
}

/** `["RETURN" SP "(" ... ")" SP]`. What follows may be refused in ways that the options have a say in. */
export function readSearchOptions(args: ArgumentReader): SearchReturns | null {
  if (!args.takeWord("RETURN")) return null;
  args.space();
  const returns = readSearchReturns(args);
  args.space();
  return returns;
}

/** `["CHARSET" SP charset SP]`. */
export function readSearchCharset(args: ArgumentReader): string | null {
  if (!args.takeWord("CHARSET")) return null;
  args.space();
  const charset = readCharset(args);
  args.space();
  return charset;
}

/** `"(" [search-return-opt *(SP search-return-opt)] ")"`. RFC 4731 3.1: "()" is the same as "(ALL)". */
export function readSearchReturns(args: ArgumentReader): SearchReturns {
  const options = new Set<SearchReturn>();
  let partial: PartialRange | null = null;
  let fetch: readonly FetchItem[] | null = null;
  args.listOrEmpty(() => {
    const word = args.word();
    const option = searchReturns.find((name) => name === word);
    if (option === undefined) throw new SyntaxFault("Unknown result option");
    options.add(option);
    // RFC 5465 8 has no space here, its example in 7 has one.
    if (option === "UPDATE" && (args.takeText(" (") || args.takeText("("))) fetch = readFetchAttributes(args);
    if (option !== "PARTIAL") return;
    if (partial !== null) throw new SyntaxFault("One PARTIAL is enough");
    args.space();
    partial = readPartialRange(args);
  });
  // RFC 9394 3.1: "either one PARTIAL, one ALL, or neither PARTIAL nor ALL is allowed."
  if (partial !== null && options.has("ALL")) throw new SyntaxFault("PARTIAL and ALL exclude each other");
  if (options.size === 0) options.add("ALL");
  return { options, partial, fetch };
}

/** charset: atom or quoted. */
export function readCharset(args: ArgumentReader): string {
  return args.peek() === octet.quote ? args.quoted() : args.atom();
}

/** RFC 9051 6.4.4: an unknown charset is answered NO with BADCHARSET, octets that are wrong in a known one with BAD. */
export function charsetDecoder(charset: string | null): DecodeText {
  const name = charset?.toLowerCase() ?? "utf-8";
  // US-ASCII is UTF-8 as far as it goes, and programs that say so send UTF-8 all the same.
  if (name === "utf-8" || name === "utf8" || name === "us-ascii" || name === "ascii") return decodeText;
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(name, { fatal: true });
  } catch {
    if (isKnownCharset(name)) return (bytes) => decodeCharset(bytes, name);
    throw new SyntaxFault("Unknown charset", "NO", "BADCHARSET");
  }
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      throw new SyntaxFault("Text is not in the charset named");
    }
  };
}
