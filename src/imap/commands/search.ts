// SEARCH and UID SEARCH (RFC 9051 6.4.4, RFC 3501 6.4.4) with result options (RFC 4731), saved results (RFC 5182) and MODSEQ
// (RFC 7162 3.1.5).

import type { ModSeq } from "../../model/ids.ts";
import { asModSeq } from "../../model/ids.ts";
import { uidSetOfSorted } from "../../model/uid-set.ts";
import { command, type Dialogue } from "../command.ts";
import { bad, type Completion, ok } from "../completion.ts";
import { searchMessages } from "../search-messages.ts";
import { SearchPlan } from "../search-test.ts";
import type { Selected } from "../session.ts";
import { readSearch, type SearchArgs, type SearchReturn } from "../wire/search-args.ts";
import { namesModSeq } from "../wire/search-key.ts";
import { type SearchResult, writeEsearch, writeSearch } from "../wire/search-response.ts";

export const search = command({
  name: "SEARCH",
  states: ["selected"],
  numbering: ["seq", "uid"],
  expunges: "keep-while-numbered",
  parse: readSearch,
  run: (session, args, dialogue) => find(session, args, dialogue),
});

async function find(session: Selected, args: SearchArgs, dialogue: Dialogue): Promise<Completion> {
  const { features, mailbox, saved } = session;
  // RFC 6855 3: once UTF-8 is agreed on, a charset "MUST" be refused with BAD.
  if (args.charset !== null && features.has("UTF8=ACCEPT")) return bad("Everything is UTF-8");
  const saves = args.returns?.has("SAVE") === true;
  const plan = new SearchPlan(session, args.key, dialogue.nowMs());
  const withModSeq = namesModSeq(args.key);
  if (withModSeq) features.enable("CONDSTORE");
  let seqs: readonly number[];
  try {
    seqs = await searchMessages(session, plan, dialogue.signal);
  } catch (error) {
    // RFC 5182 2.1: a SEARCH with SAVE that fails leaves an empty result.
    if (saves) saved.uids = { ranges: [] };
    throw error;
  }
  const uids = seqs.map((seq) => mailbox.uidAt(seq) ?? 0);
  if (saves && args.returns !== null) saved.uids = uidSetOfSorted(wanted(uids, args.returns));
  answer(session, { seqs, uids, returns: args.returns, withModSeq }, dialogue);
  return ok("SEARCH completed");
}

interface Found {
  readonly seqs: readonly number[];
  readonly uids: readonly number[];
  readonly returns: ReadonlySet<SearchReturn> | null;
  readonly withModSeq: boolean;
}

function answer(session: Selected, found: Found, { out, tag, numbering }: Dialogue): void {
  const numbers = numbering === "uid" ? found.uids : found.seqs;
  const modSeq = found.withModSeq ? highestOf(session, found) : null;
  // RFC 9051 6.4.4: IMAP4rev2 answers with ESEARCH even without RETURN.
  if (found.returns === null && session.features.tellsRecent) return writeSearch(out, numbers, modSeq);
  const returns = found.returns ?? new Set<SearchReturn>(["ALL"]);
  // RFC 5182 2.1: SAVE alone tells nothing.
  if (returns.size === 1 && returns.has("SAVE")) return;
  const result: SearchResult = {
    min: returns.has("MIN") ? numbers[0] : undefined,
    max: returns.has("MAX") ? numbers.at(-1) : undefined,
    all: returns.has("ALL") ? uidSetOfSorted(numbers) : undefined,
    count: returns.has("COUNT") ? numbers.length : undefined,
    modSeq: modSeq ?? undefined,
  };
  writeEsearch(out, tag, numbering, result);
}

/** RFC 5182 2.1 and RFC 4731 3.2: with MIN or MAX and neither ALL nor COUNT, only those messages count. */
function wanted(numbers: readonly number[], returns: ReadonlySet<SearchReturn>): readonly number[] {
  const [first] = numbers;
  const last = numbers.at(-1);
  const onlyEnds = (returns.has("MIN") || returns.has("MAX")) && !returns.has("ALL") && !returns.has("COUNT");
  if (!onlyEnds || first === undefined || last === undefined) return numbers;
  return [...new Set([...(returns.has("MIN") ? [first] : []), ...(returns.has("MAX") ? [last] : [])])];
}

/** The highest mod-sequence of what is told; null when nothing was found. */
function highestOf({ mailbox }: Selected, { uids, returns }: Found): ModSeq | null {
  let highest = 0;
  for (const uid of returns === null ? uids : wanted(uids, returns))
    highest = Math.max(highest, mailbox.facts(uid)?.modSeq ?? 0);
  return highest === 0 ? null : asModSeq(highest);
}
