// What SEARCH, SORT and THREAD have in common: finding all, what options of RETURN narrow down, and what "$" becomes.

import { type Match, type SearchOptions, search } from "../mailbox/search.ts";
import type { Criterion } from "../mailbox/search-criterion.ts";
import type { Scores } from "../mailbox/search-fuzzy.ts";
import type { SortCriterion } from "../mailbox/sort-columns.ts";
import type { ModSeq } from "../model/ids.ts";
import { type UidSet, uidSetOfSorted } from "../model/uid-set.ts";
import type { Dialogue } from "./command.ts";
import { type Completion, no } from "./completion.ts";
import type { Features } from "./features.ts";
import type { Sentence } from "./language/speech.ts";
import type { LookedAt } from "./search-contexts.ts";
import type { Selected } from "./session.ts";
import type { ArgumentReader } from "./wire/argument-reader.ts";
import { noUpdate } from "./wire/response-code.ts";
import { charsetDecoder, readSearchCharset, type SearchReturns } from "./wire/search-args.ts";
import { namesAge, namesFuzzy, readSearchKeys, type SearchKey } from "./wire/search-key.ts";
import type { Correlator } from "./wire/search-response.ts";
import { writeStatusText } from "./wire/status-response.ts";
import { SyntaxFault } from "./wire/syntax-fault.ts";

/** `["CHARSET" SP charset SP] search-key *(SP search-key)`. */
export function readProgram(features: Features, args: ArgumentReader): SearchKey {
  const charset = readSearchCharset(args);
  // RFC 6855 3: with UTF8=ACCEPT a SEARCH with a charset SHOULD be answered BAD. RFC 9051 6.4.4 has no such rule.
  if (charset !== null && features.has("UTF8=ACCEPT")) throw new SyntaxFault("Everything is UTF-8");
  return readSearchKeys(args, charsetDecoder(charset));
}

/** RFC 6203 4 and 6: what asks for scores "MUST NOT be used unless a FUZZY search key is also given". */
export function refuseUnscored(asked: "RELEVANCY" | null, key: SearchKey): void {
  if (asked !== null && !namesFuzzy(key)) throw new SyntaxFault("RELEVANCY goes with FUZZY");
}

export function scoresFor(returns: SearchReturns | null): Scores {
  return returns?.options.has("RELEVANCY") === true ? "wanted" : "not-wanted";
}

export function relevancies(matches: readonly Match[]): number[] {
  return matches.map(({ relevancy }) => relevancy ?? 1);
}

/** By number, ascending. */
export async function findAll(
  { mailbox }: Selected,
  criterion: Criterion,
  options: Omit<SearchOptions, "order">,
): Promise<Match[]> {
  const all: Match[] = [];
  for await (const matches of search(mailbox, criterion, { order: "oldest-first", ...options }))
    for (const match of matches) all.push(match);
  return all;
}

/**
 * RFC 4731 3.2, RFC 5182 2.4 and RFC 9394 3.2: with MIN, MAX or PARTIAL and neither ALL nor COUNT, only what these name counts:
 * what is saved, and what the mod-sequence is of.
 */
export function isNarrow(returns: SearchReturns | null): returns is SearchReturns {
  if (returns === null) return false;
  const { options } = returns;
  if (options.has("ALL") || options.has("COUNT")) return false;
  return options.has("MIN") || options.has("MAX") || options.has("PARTIAL");
}

/** RFC 9394 3.1: the page that PARTIAL asks for. */
export function partialAnswer(
  returns: SearchReturns | null,
  page: readonly number[],
): { readonly range: string; readonly found: UidSet } | undefined {
  const partial = returns?.partial ?? null;
  return partial === null ? undefined : { range: partial.text, found: uidSetOfSorted(page) };
}

/** RFC 7162 3.1.5: "the highest mod-sequence for all messages being returned"; null when there are none. */
export function highestModSeq(matches: readonly Match[]): ModSeq | null {
  let highest: ModSeq | null = null;
  for (const { modSeq } of matches) if (highest === null || modSeq > highest) highest = modSeq;
  return highest;
}

/** RFC 5267 4.3: a tag that another search with UPDATE has "SHALL result in the server rejecting" the command with BAD. */
export function refuseTagInUse({ contexts }: Selected, returns: SearchReturns | null, tag: string): void {
  if (returns?.options.has("UPDATE") === true && contexts.has(tag)) throw new SyntaxFault("Tag reuse");
}

export interface FollowedSearch {
  readonly key: SearchKey;
  readonly criterion: Criterion;
  /** null: mailbox order. */
  readonly sortedBy: readonly SortCriterion[] | null;
  /** What is wanted of new messages that it finds (RFC 5465 7). */
  readonly fetch: SearchReturns["fetch"];
  /** When it was searched. */
  readonly until: LookedAt;
  /** Of which mailbox what is told is, where that is told too (RFC 7377 2.1). */
  readonly of?: Correlator["of"];
}

/** Keeps the client told of what it has searched for; or says why not, which is no failure (RFC 5267 4.3.1). */
export function follow(
  { contexts }: Selected,
  { key, ...search }: FollowedSearch,
  matches: readonly Match[],
  { tag, numbering, out }: Pick<Dialogue, "tag" | "numbering" | "out">,
): void {
  const refusal = whyNotFollowed({ key, ...search }) ?? contexts.whyNot(matches.length);
  if (refusal === null) contexts.add({ ...search, tag, numbering }, matches);
  else writeStatusText(out, null, no(refusal, noUpdate(tag)));
}

function whyNotFollowed({ key, sortedBy }: FollowedSearch): Sentence | null {
  if (namesAge(key)) return "What changes with time is not followed";
  // The scores of what was found are not kept.
  if (sortedBy?.some((criterion) => criterion.key === "relevancy")) return "An order of relevancy is not followed";
  return null;
}

/** Does what may be refused, and sees to what "$" is then. */
export async function savingWhatIsFound(
  session: Selected,
  returns: SearchReturns | null,
  run: () => Promise<Completion>,
): Promise<Completion> {
  try {
    return await run();
  } catch (error) {
    savingNothing(session, returns, error);
    throw error;
  }
}

/** RFC 5182 2.1: what is answered NO sets the result to the empty sequence, what is answered BAD does not change it. */
export function savingNothing({ saved }: Selected, returns: SearchReturns | null, error: unknown): void {
  const isBad = error instanceof SyntaxFault && error.status === "BAD";
  if (returns?.options.has("SAVE") === true && !isBad) saved.uids = { ranges: [] };
}
