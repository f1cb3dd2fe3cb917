// Flags as arguments (RFC 9051 9: flag, flag-list).
//
// Liberty: \Recent is passed over. A client cannot set it (RFC 3501 2.3.2), and some copy the flags they were shown.

import { keywordBytesMax } from "../../base/limits.ts";
import { type FlagSet, flagSet, systemFlagBit } from "../../model/flags.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { octet } from "./octets.ts";
import { beyondLimit, SyntaxFault } from "./syntax-fault.ts";

/** `"(" [flag *(SP flag)] ")"`. */
export function readFlagList(args: ArgumentReader): FlagSet {
  const gathered = new GatheredFlags();
  args.listOrEmpty(() => gathered.read(args));
  return gathered.flags();
}

/** As STORE has them (RFC 9051 9: store-att-flags): a list, or flags without parentheses to the end of the command. */
export function readStoreFlags(args: ArgumentReader): FlagSet {
  if (args.peek() === octet.open) return readFlagList(args);
  const gathered = new GatheredFlags();
  do gathered.read(args);
  while (args.take(octet.space));
  return gathered.flags();
}

/** flag-keyword: an atom, within our bound. */
export function readKeyword(args: ArgumentReader): string {
  const keyword = args.atom();
  if (keyword.length > keywordBytesMax) throw beyondLimit("Keyword too long");
  return keyword;
}

class GatheredFlags {
  #bits = 0;
  readonly #keywords: string[] = [];

  read(args: ArgumentReader): void {
    if (!args.take(octet.backslash)) {
      this.#keywords.push(readKeyword(args));
      return;
    }
    const name = `\\${args.atom()}`;
    const bit = systemFlagBit(name);
    if (bit !== undefined) this.#bits |= bit;
    else if (name.toLowerCase() !== "\\recent") throw new SyntaxFault("Unknown system flag");
  }

  flags(): FlagSet {
    return flagSet(this.#bits, this.#keywords);
  }
}
