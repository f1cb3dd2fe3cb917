// FETCH of what the view knows: UID, FLAGS, INTERNALDATE, RFC822.SIZE, MODSEQ, EMAILID. The hot path: a client asks for the
// flags of a hundred thousand messages at once, so nothing is made for a message here.

import { imapReplyPieceBytes } from "../base/limits.ts";
import { eventLoopTurn } from "../mailbox/event-loop-turn.ts";
import type { MessageFacts } from "../mailbox/open-mailbox.ts";
import type { SeqRanges } from "./message-set.ts";
import { emailIdText } from "./object-ids.ts";
import type { Selected } from "./session.ts";
import { ViewCursor } from "./view-cursor.ts";
import {
  beginFetch,
  beginUidFetch,
  endFetch,
  fetchDate,
  fetchFlags,
  fetchModSeq,
  fetchObjectId,
  fetchSize,
  fetchUid,
} from "./wire/fetch-response.ts";
import type { Writer } from "./wire/writer.ts";

const viewAttributes = ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "MODSEQ", "EMAILID"] as const;

export type ViewAttribute = (typeof viewAttributes)[number];

const names = new Set<string>(viewAttributes);

export function isViewAttribute(attribute: string): attribute is ViewAttribute {
  return names.has(attribute);
}

/** Some 10 ms of work. */
const messagesPerTurn = 20_000;

export interface ViewOrder {
  readonly attributes: readonly ViewAttribute[];
  /** Only messages with a higher modSeq are told. */
  readonly above: number;
  readonly to: Writer;
}

/** Answers how many of the messages are gone. A range whose first number is the higher one is told from there down. */
export async function* fetchView(
  session: Selected,
  messages: SeqRanges,
  order: ViewOrder,
): AsyncGenerator<"more", number> {
  const lines = viewLines(session, messages, order);
  for (;;) {
    const step = lines.next();
    if (step.done === true) return step.value;
    if (step.value === "turn") await eventLoopTurn();
    yield "more";
  }
}

/** The same for a few messages: no promise is made for them. */
export function tellView(session: Selected, messages: SeqRanges, order: ViewOrder): void {
  const lines = viewLines(session, messages, order);
  while (lines.next().done !== true);
}

/** Stops where what was written may be sent, and where others should have a turn. */
function* viewLines(
  session: Selected,
  messages: SeqRanges,
  { attributes, above, to }: ViewOrder,
): Generator<"more" | "turn", number> {
  const { mailbox } = session;
  const uidOnly = session.features.has("UIDONLY");
  const facts = new ViewCursor();
  let gone = 0;
  let sinceTurn = 0;
  for (const [from, last] of messages) {
    const step = from <= last ? 1 : -1;
    const end = last + step;
    let columns = mailbox.columns;
    let index = -1;
    for (let seq = from; seq !== end; seq += step) {
      const uid = mailbox.uidAt(seq) ?? 0;
      index += step;
      // The next message is mostly the next one in the view too.
      if (columns.uids[index] !== uid) index = mailbox.indexOf(uid);
      if (index < 0) gone++;
      else if ((columns.modSeqs[index] ?? 0) > above) {
        facts.moveTo(columns, index);
        if (uidOnly) beginUidFetch(to, uid);
        else beginFetch(to, seq);
        for (const attribute of attributes) writeViewItem(session, facts, attribute, to);
        endFetch(to);
      }
      if (++sinceTurn < messagesPerTurn && to.length < imapReplyPieceBytes) continue;
      yield sinceTurn >= messagesPerTurn ? "turn" : "more";
      if (sinceTurn >= messagesPerTurn) sinceTurn = 0;
      // The view may have changed meanwhile; the session's numbers have not.
      columns = mailbox.columns;
      index = -1;
    }
  }
  return gone;
}

export function writeViewItem(session: Selected, facts: MessageFacts, attribute: ViewAttribute, to: Writer): void {
  switch (attribute) {
    case "UID":
      return fetchUid(to, facts.uid);
    case "FLAGS": {
      const isRecent = session.features.tellsRecent && session.mailbox.isRecent(facts.uid);
      return fetchFlags(to, facts.flags, isRecent ? "recent" : "not-recent");
    }
    case "INTERNALDATE":
      return fetchDate(to, "INTERNALDATE", facts.internalDateMs);
    case "RFC822.SIZE":
      return fetchSize(to, facts.size);
    case "MODSEQ":
      return fetchModSeq(to, facts.modSeq);
    case "EMAILID":
      return fetchObjectId(to, "EMAILID", emailIdText(facts.content, session.mailbox.owner));
  }
}
