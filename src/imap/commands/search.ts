// SEARCH and UID SEARCH (RFC 9051 6.4.4, RFC 3501 6.4.4) with result options (RFC 4731), saved results (RFC 5182) and MODSEQ
// (RFC 7162 3.1.5).

import { type Match, search as searchMailbox } from "../../mailbox/search.ts";
import type { Criterion } from "../../mailbox/search-criterion.ts";
import type { ModSeq } from "../../model/ids.ts";
import { uidSetOfSorted } from "../../model/uid-set.ts";
import { command, type Dialogue } from "../command.ts";
import { type Completion, ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import { searchCriterion } from "../search-criteria.ts";
import { endsOnly, findAll, highestModSeq, type Returns, savingWhatIsFound } from "../search-outcome.ts";
import type { Selected } from "../session.ts";
import type { ArgumentReader } from "../wire/argument-reader.ts";
import { charsetDecoder, readSearchCharset, readSearchOptions } from "../wire/search-args.ts";
import { namesModSeq, readSearchKeys, type SearchKey } from "../wire/search-key.ts";
import { writeEsearch, writeSearch } from "../wire/search-response.ts";
import { SyntaxFault } from "../wire/syntax-fault.ts";

interface SearchHead {
  /** null without RETURN. */
  readonly returns: Returns | null;
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
  const key = readKey(session, rest);
  const withModSeq = namesModSeq(key);
  // RFC 7162 3.1: a SEARCH with MODSEQ is a CONDSTORE enabling command.
  if (withModSeq) enableCondstore(session, dialogue.out);
  const criterion = searchCriterion(session, key, dialogue.nowMs());
  const { signal } = dialogue;
  const matches = endsOnly(returns)
    ? await findEnds(session, criterion, returns, signal)
    : await findAll(session, criterion, signal);
  if (returns?.has("SAVE")) saved.uids = uidSetOfSorted(matches.map(({ uid }) => uid));
  const { numbering } = dialogue;
  const numbers = matches.map(({ uid }) => (numbering === "uid" ? uid : mailbox.seqOf(uid)));
  answer(session, { returns, numbers, modSeq: withModSeq ? highestModSeq(matches) : null }, dialogue);
  return ok("SEARCH completed");
}

function readKey({ features }: Selected, rest: ArgumentReader): SearchKey {
  const charset = readSearchCharset(rest);
  // RFC 6855 3: with UTF8=ACCEPT a SEARCH with a charset SHOULD be answered BAD. RFC 9051 6.4.4 has no such rule.
  if (charset !== null && features.has("UTF8=ACCEPT")) throw new SyntaxFault("Everything is UTF-8");
  return readSearchKeys(rest, charsetDecoder(charset));
}

/** The first match if MIN is asked for and the last if MAX is; nothing is looked for between them. */
async function findEnds(
  session: Selected,
  criterion: Criterion,
  returns: Returns,
  signal: AbortSignal,
): Promise<Match[]> {
  const ends: Match[] = [];
  for (const [option, order] of [
    ["MIN", "oldest-first"],
    ["MAX", "newest-first"],
  ] as const) {
    if (!returns.has(option)) continue;
    for await (const [match] of searchMailbox(session.mailbox, criterion, { order, signal })) {
      if (match !== undefined && match.uid !== ends[0]?.uid) ends.push(match);
      break;
    }
  }
  return ends;
}

interface Found {
  readonly returns: Returns | null;
  readonly numbers: readonly number[];
  readonly modSeq: ModSeq | null;
}

function answer({ features }: Selected, { returns, numbers, modSeq }: Found, { out, tag, numbering }: Dialogue): void {
  // RFC 9051 6.4.4: IMAP4rev2 answers with ESEARCH even without RETURN.
  if (returns === null && !features.has("IMAP4rev2")) return writeSearch(out, numbers, modSeq);
  const asked: Returns = returns ?? new Set(["ALL"]);
  // RFC 5182 2.1: SAVE alone tells nothing.
  if (asked.size === 1 && asked.has("SAVE")) return;
  writeEsearch(out, tag, numbering, {
    min: asked.has("MIN") ? numbers[0] : undefined,
    max: asked.has("MAX") ? numbers.at(-1) : undefined,
    all: asked.has("ALL") ? uidSetOfSorted(numbers) : undefined,
    count: asked.has("COUNT") ? numbers.length : undefined,
    modSeq: modSeq ?? undefined,
  });
}
