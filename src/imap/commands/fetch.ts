// FETCH and UID FETCH (RFC 9051 6.4.5) with CHANGEDSINCE and VANISHED (RFC 7162 3.1.4, 3.2.6) and PARTIAL (RFC 9394 3.3).
//
// Liberty: with CHANGEDSINCE too, places count whether or not a message has changed.

import { command, type Dialogue, type LongReply } from "../command.ts";
import { bad, type Completion, no, ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import type { FetchOutcome } from "../fetch-messages.ts";
import { fetchRanges } from "../fetch-ranges.ts";
import { fromTheHighest, newestRanges, tellLimit } from "../message-limit.ts";
import { everUidsOf, type SeqRanges, seqRangesOf } from "../message-set.ts";
import type { Selected } from "../session.ts";
import { type FetchArgs, readFetch } from "../wire/fetch-item.ts";
import { type PartialRange, placesIn, sizeOf } from "../wire/partial-range.ts";
import { writeVanished } from "../wire/search-response.ts";
import { tooManyMessages } from "../wire/syntax-fault.ts";

export const fetch = command({
  name: "FETCH",
  states: ["selected"],
  numbering: ["seq", "uid"],
  expunges: "keep-while-numbered",
  parse: readFetch,
  run: (session, args, dialogue) => tellMessages(session, args, dialogue),
});

async function* tellMessages(session: Selected, args: FetchArgs, dialogue: Dialogue): LongReply {
  const { numbering, out: to, progress } = dialogue;
  const { mailbox, features } = session;
  const { changedSince } = args;
  // RFC 9586 3.3: a UIDFETCH response begins with the UID, and tells it as an item only to who asked for that.
  const items = features.has("UIDONLY") && args.uid === "implied" ? args.items.slice(1) : args.items;
  // RFC 7162 3.2.6: VANISHED without ENABLE QRESYNC is answered BAD.
  if (args.vanished === "told" && !features.has("QRESYNC")) return bad("Enable QRESYNC first");
  if (items.some(({ attribute }) => attribute === "MODSEQ")) enableCondstore(session, to);
  const named = seqRangesOf(session, args.messages, numbering);
  if (args.partial !== null && sizeOf(args.partial) > session.link.messagesPerCommandMax)
    throw tooManyMessages(session.link.messagesPerCommandMax);
  const limited = newestRanges(
    session,
    args.partial === null ? named : withinPartial(named, args.partial),
    changedSince ?? 0,
  );
  const messages = limited.lowest === null ? limited.newest : fromTheHighest(limited.newest);
  // RFC 7162 3.2.6: VANISHED (EARLIER) comes before any FETCH.
  if (args.vanished === "told" && changedSince !== null)
    writeVanished(to, await mailbox.vanishedSince(changedSince, everUidsOf(session, args.messages)), "earlier");
  const above = changedSince ?? 0;
  const outcome = yield* fetchRanges(session, messages, { items, above, to, progress });
  return tellLimit(session, limited, completion(outcome, numbering), to);
}

/** RFC 9394 3.3: "only return FETCH results for messages in the specified range". */
function withinPartial(ranges: SeqRanges, partial: PartialRange): SeqRanges {
  let total = 0;
  for (const [first, last] of ranges) total += last - first + 1;
  const [from, to] = placesIn(partial, total);
  const some: [number, number][] = [];
  let place = 0;
  for (const [first, last] of ranges) {
    const start = first + Math.max(from - place, 0);
    const end = Math.min(last, first + to - place - 1);
    if (start <= end) some.push([start, end]);
    place += last - first + 1;
  }
  return some;
}

function completion({ gone, unknownEncoding, damage }: FetchOutcome, numbering: Dialogue["numbering"]): Completion {
  if (damage !== null) throw damage;
  if (unknownEncoding) return no("Some parts cannot be decoded", "UNKNOWN-CTE");
  // RFC 2180 4.1: a number whose message another session has expunged. A UID without a message is no error (RFC 9051 6.4.9).
  if (gone > 0 && numbering === "seq") return no("Some of the messages are gone", "EXPUNGEISSUED");
  return ok("FETCH completed");
}
