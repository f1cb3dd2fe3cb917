// SORT and UID SORT (RFC 5256 3, RFC 5957) with result options (RFC 5267 3), saved results (RFC 5182), updates (RFC 5267 4),
// RELEVANCY (RFC 6203 6) and MODSEQ (RFC 7162 3.1.5).
//
// Liberty: a charset is taken with UTF8=ACCEPT enabled too, since the grammar of SORT has no form without one.

import type { Match } from "../../mailbox/search.ts";
import { sortMatches } from "../../mailbox/sort.ts";
import type { SortCriterion, SortKey } from "../../mailbox/sort-columns.ts";
import { uidSetOfSorted } from "../../model/uid-set.ts";
import { command, type Dialogue } from "../command.ts";
import { compared } from "../comparators.ts";
import { type Completion, ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import { refuseTooMany } from "../message-limit.ts";
import { percentsOf } from "../percents.ts";
import { lookedAt } from "../search-contexts.ts";
import { searchCriterion } from "../search-criteria.ts";
import {
  findAll,
  follow,
  highestModSeq,
  isNarrow,
  partialAnswer,
  refuseTagInUse,
  refuseUnscored,
  relevancies,
  savingWhatIsFound,
  scoresFor,
} from "../search-outcome.ts";
import type { Selected } from "../session.ts";
import type { ArgumentReader } from "../wire/argument-reader.ts";
import { pageOf } from "../wire/partial-range.ts";
import { readSearchOptions, type SearchReturn, type SearchReturns } from "../wire/search-args.ts";
import { namesModSeq } from "../wire/search-key.ts";
import { writeEsearch, writeSort } from "../wire/search-response.ts";
import { readCharsetAndKeys, readSortProgram, type SortItem, type SortKeyName } from "../wire/sort-args.ts";

interface SortHead {
  /** null without RETURN. */
  readonly returns: SearchReturns | null;
  /** What follows, not read yet: where it is refused, what is to be saved matters. */
  readonly rest: ArgumentReader;
}

export const sort = command({
  name: "SORT",
  states: ["selected"],
  numbering: ["seq", "uid"],
  // RFC 5256 3: as with SEARCH, no EXPUNGE while a SORT by number is answered.
  expunges: "keep-while-numbered",
  parse: (args): SortHead => ({ returns: readSearchOptions(args), rest: args }),
  run: (session, head, dialogue) =>
    savingWhatIsFound(session, head.returns, () => sortMailbox(session, head, dialogue)),
});

async function sortMailbox(session: Selected, { returns, rest }: SortHead, dialogue: Dialogue): Promise<Completion> {
  const { mailbox, saved } = session;
  const { out, tag, numbering } = dialogue;
  const { comparator } = session.features;
  const program = readSortProgram(rest).map((item) => compared(criterionOf(item), comparator));
  const key = readCharsetAndKeys(rest);
  const withModSeq = namesModSeq(key);
  if (withModSeq) enableCondstore(session, out);
  refuseTagInUse(session, returns, tag);
  const criterion = searchCriterion(session, key, dialogue.nowMs());
  const until = lookedAt(mailbox);
  const isScored = program.some((one) => one.key === "relevancy");
  refuseUnscored(isScored || returns?.options.has("RELEVANCY") ? "RELEVANCY" : null, key);
  const matches = await findAll(session, criterion, {
    ...percentsOf(dialogue, 0, 50),
    scores: isScored ? "wanted" : scoresFor(returns),
  });
  refuseTooMany(session, matches);
  const sorted = await sortMatches(mailbox, matches, program, percentsOf(dialogue, 50, 95));
  const page = returns?.partial ? pageOf(sorted, returns.partial) : [];
  const asked = (option: SearchReturn): boolean => returns?.options.has(option) === true;
  const told = isNarrow(returns)
    ? [...(asked("MIN") ? sorted.slice(0, 1) : []), ...(asked("MAX") ? sorted.slice(-1) : []), ...page]
    : sorted;
  if (asked("SAVE")) saved.uids = uidSetOfSorted(ascending(told.map(({ uid }) => uid)));
  const numberOf = ({ uid }: Match): number => (numbering === "uid" ? uid : mailbox.seqOf(uid));
  const numbers = sorted.map(numberOf);
  const modSeq = withModSeq ? highestModSeq(told) : null;
  if (returns === null) writeSort(out, numbers, modSeq);
  else if (returns.options.size > 1 || !asked("SAVE")) {
    // RFC 5267 3: MIN and MAX are the first and the last in the order asked for, and ALL is in that order.
    writeEsearch(
      out,
      { tag, numbering },
      {
        min: asked("MIN") ? numbers[0] : undefined,
        max: asked("MAX") ? numbers.at(-1) : undefined,
        // Only what follows one another upwards becomes a range: no other has an order.
        all: asked("ALL") ? uidSetOfSorted(numbers) : undefined,
        partial: partialAnswer(returns, page.map(numberOf)),
        relevancy: asked("RELEVANCY") ? relevancies(returns.partial ? page : told) : undefined,
        count: asked("COUNT") ? numbers.length : undefined,
        modSeq: modSeq ?? undefined,
      },
    );
  }
  if (returns?.options.has("UPDATE"))
    follow(session, { key, criterion, sortedBy: program, fetch: returns.fetch, until }, sorted, dialogue);
  return ok("SORT completed");
}

const ascending = <N extends number>(numbers: readonly N[]): N[] => [...new Set(numbers)].sort((a, b) => a - b);

const keys = {
  ARRIVAL: "arrival",
  CC: "cc",
  DATE: "date",
  DISPLAYFROM: "displayFrom",
  DISPLAYTO: "displayTo",
  FROM: "from",
  RELEVANCY: "relevancy",
  SIZE: "size",
  SUBJECT: "subject",
  TO: "to",
} as const satisfies Record<SortKeyName, SortKey>;

const criterionOf = ({ key, order }: SortItem): SortCriterion => ({ key: keys[key], order });
