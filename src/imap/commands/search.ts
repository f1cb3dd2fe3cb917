// SEARCH and UID SEARCH (RFC 9051 6.4.4, RFC 3501 6.4.4) with result options (RFC 4731, RFC 9394), saved results (RFC 5182),
// updates (RFC 5267) and MODSEQ (RFC 7162 3.1.5).

import type { Match } from "../../mailbox/search.ts";
import { uidSetOfSorted } from "../../model/uid-set.ts";
import { command, type Dialogue } from "../command.ts";
import { type Completion, ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import { type Answered, type Found, lookFor, searchResult } from "../look-for.ts";
import { newestSearched, tellLimit } from "../message-limit.ts";
import { lookedAt } from "../search-contexts.ts";
import { searchCriterion } from "../search-criteria.ts";
import {
  follow,
  highestModSeq,
  readProgram,
  refuseTagInUse,
  refuseUnscored,
  savingWhatIsFound,
} from "../search-outcome.ts";
import type { Selected } from "../session.ts";
import type { ArgumentReader } from "../wire/argument-reader.ts";
import { readSearchOptions, type SearchReturns } from "../wire/search-args.ts";
import { namesModSeq } from "../wire/search-key.ts";
import { writeEsearch, writeSearch } from "../wire/search-response.ts";

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
  const { mailbox, saved } = session;
  const key = readProgram(session.features, rest);
  refuseUnscored(returns?.options.has("RELEVANCY") ? "RELEVANCY" : null, key);
  const modSeq = namesModSeq(key) ? "told" : "not-told";
  // RFC 7162 3.1: a SEARCH with MODSEQ is a CONDSTORE enabling command.
  if (modSeq === "told") enableCondstore(session, dialogue.out);
  const searched = newestSearched(session, searchCriterion(session, key, dialogue.nowMs()));
  const criterion = searched.newest;
  const until = lookedAt(mailbox);
  refuseTagInUse(session, returns, dialogue.tag);
  const found = await lookFor(mailbox, criterion, returns, dialogue);
  if (returns?.options.has("SAVE")) saved.uids = uidSetOfSorted(found.told.map(({ uid }) => uid));
  const numberOf = ({ uid }: Match): number => (dialogue.numbering === "uid" ? uid : mailbox.seqOf(uid));
  answer(session, found, { returns, numberOf, modSeq }, dialogue);
  if (returns?.options.has("UPDATE"))
    follow(session, { key, criterion, sortedBy: null, fetch: returns.fetch, until }, found.all ?? found.told, dialogue);
  return tellLimit(session, searched, ok("SEARCH completed"), dialogue.out);
}

function answer({ features }: Selected, found: Found, answered: Answered, dialogue: Dialogue): void {
  const { out } = dialogue;
  const { returns, numberOf, modSeq } = answered;
  // RFC 9051 6.4.4: IMAP4rev2 answers with ESEARCH even without RETURN.
  if (returns === null && !features.has("IMAP4rev2"))
    return writeSearch(out, found.told.map(numberOf), modSeq === "told" ? highestModSeq(found.told) : null);
  const result = searchResult(found, answered);
  if (result !== null) writeEsearch(out, dialogue, result);
}
