// What a search with result options (RFC 4731, RFC 9394) looks for, in one mailbox: no further than what is asked for needs.

import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import { type Match, type SearchOptions, search } from "../mailbox/search.ts";
import type { Criterion } from "../mailbox/search-criterion.ts";
import { type UidSet, uidSetOfSorted } from "../model/uid-set.ts";
import type { Dialogue } from "./command.ts";
import { highestModSeq, isNarrow, partialAnswer, relevancies, scoresFor } from "./search-outcome.ts";
import { pageOf } from "./wire/partial-range.ts";
import type { SearchReturn, SearchReturns } from "./wire/search-args.ts";
import type { SearchResult } from "./wire/search-response.ts";

export interface Found {
  readonly first: Match | undefined;
  readonly last: Match | undefined;
  /** Of PARTIAL, by number. */
  readonly page: readonly Match[];
  /** All that counts, by number. */
  readonly told: readonly Match[];
  /** All that matches; null when not all was looked for. */
  readonly all: readonly Match[] | null;
  /** Whether anything matches at all. */
  readonly matched: boolean;
}

export async function lookFor(
  mailbox: OpenMailbox,
  criterion: Criterion,
  returns: SearchReturns | null,
  { signal, progress }: Pick<Dialogue, "signal" | "progress">,
): Promise<Found> {
  const partial = returns?.partial ?? null;
  const scores = scoresFor(returns);
  // RFC 5267 4.3: UPDATE is about all that matches, whatever else is asked for.
  if (!isNarrow(returns) || returns.options.has("UPDATE")) {
    const all = await findSome(mailbox, criterion, { order: "oldest-first", signal, progress, scores }, Infinity);
    const page = partial === null ? [] : pageOf(all, partial);
    const [first, last] = [all[0], all.at(-1)];
    const matched = first !== undefined;
    if (!isNarrow(returns)) return { first, last, page, told: all, all, matched };
    const { options } = returns;
    const told = together([options.has("MIN") ? first : undefined, ...page, options.has("MAX") ? last : undefined]);
    return { first, last, page, told, all, matched };
  }
  const { options } = returns;
  const some = (order: SearchOptions["order"], most: number): Promise<Match[]> =>
    findSome(mailbox, criterion, { order, signal, progress, scores }, most);
  const upToPage =
    partial === null ? [] : await some(partial.countedFrom === "first" ? "oldest-first" : "newest-first", partial.most);
  const page = upToPage.slice((partial?.least ?? 1) - 1);
  if (partial?.countedFrom === "last") page.reverse();
  const first = options.has("MIN") ? (await some("oldest-first", 1))[0] : undefined;
  const last = options.has("MAX") ? (await some("newest-first", 1))[0] : undefined;
  const told = together([first, ...page, last]);
  return { first, last, page, told, all: null, matched: told.length + upToPage.length > 0 };
}

/** Each once, by number. */
function together(matches: readonly (Match | undefined)[]): Match[] {
  const byUid = new Map(matches.flatMap((match) => (match === undefined ? [] : [[match.uid, match]])));
  return [...byUid.values()].sort((a, b) => a.uid - b.uid);
}

/** The first so many matches in that order; nothing is looked for beyond them. */
async function findSome(
  mailbox: OpenMailbox,
  criterion: Criterion,
  options: SearchOptions,
  most: number,
): Promise<Match[]> {
  const some: Match[] = [];
  for await (const matches of search(mailbox, criterion, options)) {
    for (const match of matches) if (some.length < most) some.push(match);
    if (some.length >= most) break;
  }
  return some;
}

const tellingOptions = ["MIN", "MAX", "ALL", "COUNT", "PARTIAL", "RELEVANCY"] as const;

export interface Answered {
  /** null without RETURN. */
  readonly returns: SearchReturns | null;
  readonly numberOf: (match: Match) => number;
  /** Whether the search names mod-sequences (RFC 7162 3.1.5). */
  readonly modSeq: "told" | "not-told";
}

/** What an ESEARCH response tells; null for none at all. */
export function searchResult(found: Found, { returns, numberOf, modSeq }: Answered): SearchResult | null {
  const asked: ReadonlySet<SearchReturn> = returns?.options ?? new Set(["ALL"]);
  // RFC 5182 2.1: SAVE alone tells nothing.
  if (asked.has("SAVE") && !tellingOptions.some((option) => asked.has(option))) return null;
  const { first, last, page, told } = found;
  const numbers = (): UidSet => uidSetOfSorted(told.map(numberOf));
  return {
    min: asked.has("MIN") && first !== undefined ? numberOf(first) : undefined,
    max: asked.has("MAX") && last !== undefined ? numberOf(last) : undefined,
    all: asked.has("ALL") ? numbers() : undefined,
    partial: partialAnswer(returns, page.map(numberOf)),
    relevancy: asked.has("RELEVANCY") ? relevancies(returns?.partial ? page : told) : undefined,
    count: asked.has("COUNT") ? told.length : undefined,
    modSeq: modSeq === "told" ? (highestModSeq(told) ?? undefined) : undefined,
  };
}
