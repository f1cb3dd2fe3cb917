// SEARCH and UID SEARCH (RFC 9051 6.4.4, RFC 3501 6.4.4) with result options (RFC 4731, RFC 9394), saved results (RFC 5182),
// updates (RFC 5267) and MODSEQ (RFC 7162 3.1.5).

import type { OpenMailbox } from "../../mailbox/open-mailbox.ts";
import { type Match, type SearchOptions, search as searchMailbox } from "../../mailbox/search.ts";
import type { Criterion } from "../../mailbox/search-criterion.ts";
import type { ModSeq } from "../../model/ids.ts";
import { uidSetOfSorted } from "../../model/uid-set.ts";
import { command, type Dialogue } from "../command.ts";
import { type Completion, ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import { lookedAt } from "../search-contexts.ts";
import { searchCriterion } from "../search-criteria.ts";
import {
  findAll,
  follow,
  highestModSeq,
  isNarrow,
  partialAnswer,
  refuseTagInUse,
  savingWhatIsFound,
} from "../search-outcome.ts";
import type { Selected } from "../session.ts";
import type { ArgumentReader } from "../wire/argument-reader.ts";
import { pageOf } from "../wire/partial-range.ts";
import {
  charsetDecoder,
  readSearchCharset,
  readSearchOptions,
  type SearchReturn,
  type SearchReturns,
} from "../wire/search-args.ts";
import { namesModSeq, readSearchKeys, type SearchKey } from "../wire/search-key.ts";
import { writeEsearch, writeSearch } from "../wire/search-response.ts";
import { SyntaxFault } from "../wire/syntax-fault.ts";

interface SearchHead {
  /** null without RETURN. */
  readonly returns: SearchReturns | null;
  /** What follows, not read yet: where it is refused, what is to be saved matters. */
  readonly rest: ArgumentReader;
}

export const search = command({
  name: "SEARCH",
  states: ["selected"],
  numbering: ["seq", "uid"],
  expunges: "keep-while-numbered",
  parse: (args): SearchHead => ({ returns: readSearchOptions(args), rest: args }),
  run: (session, head, dialogue) => savingWhatIsFound(session, head.returns, () => find(session, head, dialogue)),
});

async function find(session: Selected, { returns, rest }: SearchHead, dialogue: Dialogue): Promise<Completion> {
  const { saved } = session;
  const key = readKey(session, rest);
  const withModSeq = namesModSeq(key);
  // RFC 7162 3.1: a SEARCH with MODSEQ is a CONDSTORE enabling command.
  if (withModSeq) enableCondstore(session, dialogue.out);
  const criterion = searchCriterion(session, key, dialogue.nowMs());
  const { signal } = dialogue;
  const until = lookedAt(session.mailbox);
  refuseTagInUse(session, returns, dialogue.tag);
  const found = await lookFor(session, criterion, returns, signal);
  if (returns?.options.has("SAVE")) saved.uids = uidSetOfSorted(found.told.map(({ uid }) => uid));
  answer(session, { ...found, returns, modSeq: withModSeq ? highestModSeq(found.told) : null }, dialogue);
  if (returns?.options.has("UPDATE"))
    follow(session, { key, criterion, sortedBy: null, until }, found.all ?? found.told, dialogue);
  return ok("SEARCH completed");
}

function readKey({ features }: Selected, rest: ArgumentReader): SearchKey {
  const charset = readSearchCharset(rest);
  // RFC 6855 3: with UTF8=ACCEPT a SEARCH with a charset SHOULD be answered BAD. RFC 9051 6.4.4 has no such rule.
  if (charset !== null && features.has("UTF8=ACCEPT")) throw new SyntaxFault("Everything is UTF-8");
  return readSearchKeys(rest, charsetDecoder(charset));
}

interface Found {
  readonly first: Match | undefined;
  readonly last: Match | undefined;
  /** Of PARTIAL, by number. */
  readonly page: readonly Match[];
  /** All that counts, by number. */
  readonly told: readonly Match[];
  /** All that matches; null when not all was looked for. */
  readonly all: readonly Match[] | null;
}

/** Looks no further than what is asked for needs. */
async function lookFor(
  session: Selected,
  criterion: Criterion,
  returns: SearchReturns | null,
  signal: AbortSignal,
): Promise<Found> {
  const { mailbox } = session;
  const partial = returns?.partial ?? null;
  // RFC 5267 4.3: UPDATE is about all that matches, whatever else is asked for.
  if (!isNarrow(returns) || returns.options.has("UPDATE")) {
    const all = await findAll(session, criterion, signal);
    const page = partial === null ? [] : pageOf(all, partial);
    const [first, last] = [all[0], all.at(-1)];
    if (!isNarrow(returns)) return { first, last, page, told: all, all };
    const { options } = returns;
    const told = together([options.has("MIN") ? first : undefined, ...page, options.has("MAX") ? last : undefined]);
    return { first, last, page, told, all };
  }
  const { options } = returns;
  const some = (order: SearchOptions["order"], most: number): Promise<Match[]> =>
    findSome(mailbox, criterion, { order, signal }, most);
  let page: Match[] = [];
  if (partial?.countedFrom === "first") page = (await some("oldest-first", partial.most)).slice(partial.least - 1);
  else if (partial !== null) page = (await some("newest-first", partial.most)).slice(partial.least - 1).reverse();
  const first = options.has("MIN") ? (await some("oldest-first", 1))[0] : undefined;
  const last = options.has("MAX") ? (await some("newest-first", 1))[0] : undefined;
  return { first, last, page, told: together([first, ...page, last]), all: null };
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
  for await (const matches of searchMailbox(mailbox, criterion, options)) {
    for (const match of matches) if (some.length < most) some.push(match);
    if (some.length >= most) break;
  }
  return some;
}

const tellingOptions = ["MIN", "MAX", "ALL", "COUNT", "PARTIAL"] as const;

interface Answer extends Found {
  readonly returns: SearchReturns | null;
  readonly modSeq: ModSeq | null;
}

function answer({ mailbox, features }: Selected, found: Answer, { out, tag, numbering }: Dialogue): void {
  const { returns, modSeq } = found;
  const numberOf = ({ uid }: Match): number => (numbering === "uid" ? uid : mailbox.seqOf(uid));
  // RFC 9051 6.4.4: IMAP4rev2 answers with ESEARCH even without RETURN.
  if (returns === null && !features.has("IMAP4rev2")) return writeSearch(out, found.told.map(numberOf), modSeq);
  const asked: ReadonlySet<SearchReturn> = returns?.options ?? new Set(["ALL"]);
  // RFC 5182 2.1: SAVE alone tells nothing.
  if (asked.has("SAVE") && !tellingOptions.some((option) => asked.has(option))) return;
  const { first, last, page } = found;
  writeEsearch(out, tag, numbering, {
    min: asked.has("MIN") && first !== undefined ? numberOf(first) : undefined,
    max: asked.has("MAX") && last !== undefined ? numberOf(last) : undefined,
    all: asked.has("ALL") ? uidSetOfSorted(found.told.map(numberOf)) : undefined,
    partial: partialAnswer(returns, page.map(numberOf)),
    count: asked.has("COUNT") ? found.told.length : undefined,
    modSeq: modSeq ?? undefined,
  });
}
