// What a client that comes back with QRESYNC is told: what is gone, and what changed (RFC 7162 3.2.5).

import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import { hasUid, intersection, type UidSet, uidSet, uidSetOfSorted } from "../model/uid-set.ts";
import type { Progress } from "./command.ts";
import { fetchView, type ViewAttribute } from "./fetch-view.ts";
import { seqRangesOfUids } from "./message-set.ts";
import type { Selected } from "./session.ts";
import { writeVanished } from "./wire/search-response.ts";
import type { QresyncArgs } from "./wire/select-args.ts";
import type { Writer } from "./wire/writer.ts";

/** All that has vanished since, as of the moment in which it resolves: the mailbox is told as it is then. */
export async function readVanished(mailbox: OpenMailbox, { modSeq }: QresyncArgs): Promise<UidSet> {
  for (;;) {
    const { highestModSeq } = mailbox;
    const vanished = await mailbox.vanishedSince(modSeq, undefined);
    // What went meanwhile is not among them.
    if (mailbox.highestModSeq === highestModSeq) return vanished;
  }
}

export async function* tellResync(
  session: Selected,
  kept: QresyncArgs & { readonly vanished: UidSet },
  to: Writer,
): AsyncGenerator<Progress, void> {
  const { mailbox } = session;
  // RFC 7162 3.2.5: with another UIDVALIDITY the server "MUST ignore the remaining parameters".
  if (kept.uidValidity !== mailbox.mailbox?.uidValidity) return;
  const known = kept.knownUids ?? uidSet([[1, 0xffff_ffff]]);
  writeVanished(to, intersection(kept.vanished, unmatched(session, kept, known)), "earlier");
  const changed = mailbox.changedSince(kept.modSeq).filter((uid) => hasUid(known, uid));
  const messages = seqRangesOfUids(mailbox, uidSetOfSorted(changed));
  // RFC 9586 3.3: a UIDFETCH response says the UID at its beginning.
  const attributes: ViewAttribute[] = session.features.has("UIDONLY") ? [] : ["UID"];
  attributes.push("FLAGS", "MODSEQ");
  yield* fetchView(session, messages, { attributes, above: kept.modSeq, to });
}

/**
 * RFC 7162 3.2.5.2: pairs of number and UID that still agree prove that nothing below them is gone, so that those UIDs
 * need not be told again.
 */
function unmatched({ mailbox }: Selected, { match }: QresyncArgs, known: UidSet): UidSet {
  if (match === null) return known;
  let agreed = 0;
  const seqs = numbersOf(match.seqNums);
  for (const uid of numbersOf(match.uids)) {
    const seq = seqs.next();
    if (seq.done === true || mailbox.uidAt(seq.value) !== uid) break;
    agreed = uid;
  }
  const above = known.ranges.filter(([, to]) => to > agreed);
  return uidSet(above.map(([from, to]) => [Math.max(from, agreed + 1), to] as const));
}

function* numbersOf(set: UidSet): Generator<number> {
  for (const [from, to] of set.ranges) for (let number = from; number <= to; number++) yield number;
}
