// SEARCH (RFC 9051 6.4.4): `[SP "RETURN" SP "(" ... ")"] SP ["CHARSET" SP charset SP] search-key *(SP search-key)`. Result
// options of RFC 4731 and RFC 5182.

import { type ArgumentReader, decodeText } from "./argument-reader.ts";
import { octet } from "./octets.ts";
import { type DecodeText, readSearchKeys, type SearchKey } from "./search-key.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const searchReturns = ["MIN", "MAX", "ALL", "COUNT", "SAVE"] as const;

export type SearchReturn = (typeof searchReturns)[number];

export interface SearchArgs {
  /** null without RETURN: IMAP4rev1 answers that with SEARCH, IMAP4rev2 with ESEARCH ALL. */
  readonly returns: ReadonlySet<SearchReturn> | null;
  /** As spelled, or null. RFC 6855 3: once UTF8=ACCEPT is enabled, a charset is to be answered BAD. */
  readonly charset: string | null;
  readonly key: SearchKey;
}

export function readSearch(args: ArgumentReader): SearchArgs {
  let returns: ReadonlySet<SearchReturn> | null = null;
  let charset: string | null = null;
  if (args.takeWord("RETURN")) {
    args.space();
    returns = readSearchReturns(args);
    args.space();
  }
  if (args.takeWord("CHARSET")) {
    args.space();
    charset = readCharset(args);
    args.space();
  }
  return { returns, charset, key: readSearchKeys(args, charset === null ? decodeText : charsetDecoder(charset)) };
}

/** `"(" [search-return-opt *(SP search-return-opt)] ")"`. RFC 4731 3.1: "()" is the same as "(ALL)". */
export function readSearchReturns(args: ArgumentReader): ReadonlySet<SearchReturn> {
  const returns = args.listOrEmpty(() => {
    const word = args.word();
    const option = searchReturns.find((name) => name === word);
    if (option === undefined) throw new SyntaxFault("Unknown result option");
    return option;
  });
  return new Set(returns.length === 0 ? ["ALL"] : returns);
}

/** charset: atom or quoted. */
export function readCharset(args: ArgumentReader): string {
  return args.peek() === octet.quote ? args.quoted() : args.atom();
}

/** RFC 9051 6.4.4: an unknown charset is answered NO with BADCHARSET, octets that are wrong in a known one with BAD. */
export function charsetDecoder(charset: string): DecodeText {
  const name = charset.toLowerCase();
  // US-ASCII is UTF-8 as far as it goes, and programs that say so send UTF-8 all the same.
  if (name === "utf-8" || name === "utf8" || name === "us-ascii" || name === "ascii") return decodeText;
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(name, { fatal: true });
  } catch {
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
