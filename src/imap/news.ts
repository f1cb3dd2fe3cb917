// What others did to the selected mailbox, as untagged replies (RFC 9051 7.5.1, RFC 7162 3.2.10).

import type { MessageFacts } from "../mailbox/open-mailbox.ts";
import { uidSetOfSorted } from "../model/uid-set.ts";
import type { Selected } from "./session.ts";
import { beginFetch, beginUidFetch, endFetch, fetchFlags, fetchModSeq, fetchUid } from "./wire/fetch-response.ts";
import { writeVanished } from "./wire/search-response.ts";
import { writeCount } from "./wire/status-response.ts";
import type { Writer } from "./wire/writer.ts";

/** What of the news is told. */
export interface NewsRule {
  readonly expunges: "tell" | "keep";
  readonly flags: "told" | "not-asked";
}

/** Writes the news and marks it as told; yields now and then, since it may be long. Answers how many messages are new. */
export function* tellNews(session: Selected, rule: NewsRule, to: Writer): Generator<"more", number> {
  const { mailbox, toldFlags, features } = session;
  // RFC 4314 5.1.1: a server that checks the rights on each command "SHOULD send FLAGS and PERMANENTFLAGS responses if they have
  // changed". One's rights to one's own mailbox do not.
  if (mailbox.owner !== null && !mailbox.gone) toldFlags.tell(mailbox, to);
  if (!mailbox.hasNews) return 0;
  const existed = mailbox.exists;
  const { expunged, exists, flagged } = mailbox.takeNews(rule.expunges);
  // As they are now: what changes while a slow client is waited for is the next news, and told with all that came with it. A
  // client takes the highest MODSEQ that it hears for what it has heard of (RFC 7162).
  const marked = rule.flags === "told" ? flagged.map(({ uid, seq }) => ({ seq, facts: mailbox.facts(uid) })) : [];
  if (expunged.length > 0) session.contexts.leave(expunged, to);
  if (features.has("QRESYNC") || features.has("UIDONLY")) {
    // RFC 7162 3.2.10: a client that has enabled QRESYNC gets VANISHED instead of EXPUNGE; RFC 9586 3.4: UIDONLY the same.
    if (expunged.length > 0) writeVanished(to, uidSetOfSorted(expunged.map(({ uid }) => uid)), "now");
  } else {
    // From the highest number down: none of them changes by what was told before.
    for (const { seq } of expunged.toReversed()) {
      writeCount(to, seq, "EXPUNGE");
      yield "more";
    }
  }
  if (exists !== null) {
    writeCount(to, exists, "EXISTS");
    if (features.tellsRecent) writeCount(to, mailbox.recent, "RECENT");
  }
  const arrived = exists === null ? 0 : exists - existed + expunged.length;
  if (exists === null && (flagged.length === 0 || rule.flags === "not-asked")) return arrived;
  toldFlags.tell(mailbox, to);
  if (rule.flags === "not-asked") return arrived;
  for (const { seq, facts } of marked) {
    if (facts !== undefined) writeFlags(session, seq, facts, to);
    yield "more";
  }
  return arrived;
}

function writeFlags(session: Selected, seq: number, facts: MessageFacts, to: Writer): void {
  const { mailbox, features } = session;
  const { uid } = facts;
  if (features.has("UIDONLY")) beginUidFetch(to, uid);
  else {
    beginFetch(to, seq);
    // RFC 9051 7.5.2: "If the server chooses to send unsolicited FETCH responses, they MUST include UID FETCH item."
    fetchUid(to, uid);
  }
  fetchFlags(to, facts.flags, features.tellsRecent && mailbox.isRecent(uid) ? "recent" : "not-recent");
  // RFC 7162 3.2: once CONDSTORE is enabled, MODSEQ is in every FETCH that tells flags.
  if (features.has("CONDSTORE")) fetchModSeq(to, facts.modSeq);
  endFetch(to);
}
