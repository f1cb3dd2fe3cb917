// LIST (RFC 9051 6.3.9; RFC 5258, RFC 5819, RFC 6154, RFC 8440) and LSUB (RFC 3501 6.3.9).

import { imapListPatternsMax } from "../../base/limits.ts";
import { refuse } from "../../model/problem.ts";
import type { Sentence } from "../language/speech.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { decodeName } from "./mailbox-codec.ts";
import { type AskedEntry, readEntries } from "./metadata.ts";
import { octet } from "./octets.ts";
import { readStatusItems, type StatusItem } from "./status-items.ts";
import { beyondLimit, SyntaxFault } from "./syntax-fault.ts";

const selections = ["SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE"] as const;
const returns = ["SUBSCRIBED", "CHILDREN", "SPECIAL-USE", "MYRIGHTS"] as const;

export type ListSelection = (typeof selections)[number];
export type ListReturn = (typeof returns)[number];

export interface ListArgs {
  /** "extended" as soon as one thing of RFC 5258 is used: then an empty pattern is an ordinary one. */
  readonly form: "basic" | "extended";
  readonly select: ReadonlySet<ListSelection>;
  /** Unicode, as are the patterns. */
  readonly reference: string;
  readonly patterns: readonly string[];
  readonly returns: ReadonlySet<ListReturn>;
  /** Items of RETURN (STATUS ...), or null. */
  readonly status: readonly StatusItem[] | null;
  /** Entries of RETURN (METADATA ...) (RFC 9590), or null. */
  readonly metadata: readonly AskedEntry[] | null;
}

/** `[list-select-opts SP] mailbox SP mbox-or-pat [SP list-return-opts]`. */
export function readList(args: ArgumentReader): ListArgs {
  let form: ListArgs["form"] = "basic";
  let select: ReadonlySet<ListSelection> = new Set();
  if (args.peek() === octet.open) {
    form = "extended";
    select = readSelection(args);
    args.space();
  }
  const reference = decoded(args, args.astring());
  args.space();
  let patterns: readonly string[];
  if (args.peek() === octet.open) {
    form = "extended";
    patterns = args.list(() => decoded(args, args.listMailbox()));
    if (patterns.length > imapListPatternsMax) throw beyondLimit("Too many patterns");
  } else patterns = [decoded(args, args.listMailbox())];
  const wanted = new Set<ListReturn>();
  let status: readonly StatusItem[] | null = null;
  let metadata: readonly AskedEntry[] | null = null;
  if (!args.atEnd) args.space();
  if (args.takeWord("RETURN")) {
    form = "extended";
    args.space();
    args.listOrEmpty(() => {
      if (args.takeWord("STATUS")) {
        args.space();
        status = readStatusItems(args);
      } else if (args.takeWord("METADATA")) {
        args.space();
        metadata = readEntries(args);
      } else wanted.add(oneOf(returns, args.word(), "Unknown LIST return option"));
    });
  }
  args.end();
  // RFC 5258 3.1, RFC 6154 8.4: these selection options imply the return options of the same name.
  if (select.has("SUBSCRIBED")) wanted.add("SUBSCRIBED");
  if (select.has("SPECIAL-USE")) wanted.add("SPECIAL-USE");
  return { form, select, reference, patterns, returns: wanted, status, metadata };
}

export interface PatternArgs {
  readonly reference: string;
  readonly pattern: string;
}

/** `mailbox SP list-mailbox`. */
export function readPattern(args: ArgumentReader): PatternArgs {
  const reference = decoded(args, args.astring());
  args.space();
  const pattern = decoded(args, args.listMailbox());
  args.end();
  return { reference, pattern };
}

function readSelection(args: ArgumentReader): ReadonlySet<ListSelection> {
  const select = new Set(args.listOrEmpty(() => oneOf(selections, args.word(), "Unknown LIST selection option")));
  // RFC 9051 9: (RECURSIVEMATCH) and (REMOTE RECURSIVEMATCH) are not allowed, since neither has a base option.
  const hasBase = select.has("SUBSCRIBED") || select.has("SPECIAL-USE");
  if (select.has("RECURSIVEMATCH") && !hasBase) throw new SyntaxFault("RECURSIVEMATCH needs another selection option");
  return select;
}

function oneOf<T extends string>(known: readonly T[], word: string, fault: Sentence): T {
  const option = known.find((name) => name === word);
  if (option === undefined) throw new SyntaxFault(fault);
  return option;
}

function decoded(args: ArgumentReader, text: string): string {
  const name = decodeName(text, args.names);
  if (name === null) throw refuse({ kind: "mailbox-name-invalid", fault: "not-unicode" });
  return name.normalize("NFC");
}
