// ESEARCH (RFC 7377 4): `["IN" SP "(" filter-mailboxes *(SP filter-mailboxes) [SP "(" scope-options ")"] ")" SP]` and what SEARCH
// has behind it.

import { multisearchNamesMax } from "../../base/limits.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { type MailboxFilter, readMailboxFilter } from "./mailbox-filter.ts";
import { octet } from "./octets.ts";
import { readSearchOptions, type SearchReturns } from "./search-args.ts";
import { beyondLimit, SyntaxFault } from "./syntax-fault.ts";

export interface EsearchArgs {
  readonly filters: readonly MailboxFilter[];
  /** null without RETURN. */
  readonly returns: SearchReturns | null;
  /** What follows, not read yet: where it is refused, what is to be saved matters. */
  readonly rest: ArgumentReader;
}

/** RFC 7377 2.2: "If the source options are not present, the value "selected" is assumed". */
const assumed: readonly MailboxFilter[] = [{ specifier: "SELECTED" }];

export function readEsearch(args: ArgumentReader): EsearchArgs {
  let filters = assumed;
  if (args.takeWord("IN")) {
    args.space();
    filters = readSource(args);
    args.space();
  }
  return { filters, returns: readSearchOptions(args), rest: args };
}

function readSource(args: ArgumentReader): readonly MailboxFilter[] {
  const filters: MailboxFilter[] = [];
  args.open();
  do {
    if (filters.length > 0) {
      args.space();
      // RFC 7377 4: "No options defined here. Syntax for future extensions."
      if (args.peek() === octet.open) throw new SyntaxFault("Unknown scope option");
    }
    filters.push(readMailboxFilter(args, "SELECTED-DELAYED"));
  } while (!args.takeClose());
  const names = filters.reduce((sum, filter) => sum + ("names" in filter ? filter.names.length : 0), 0);
  if (names > multisearchNamesMax) throw beyondLimit("Too many mailboxes named");
  return filters;
}
