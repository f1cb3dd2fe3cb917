// STORE and UID STORE (RFC 9051 6.4.6) with UNCHANGEDSINCE (RFC 7162 3.1.3).

import type { StoreFlagsResult } from "../../mailbox/open-mailbox.ts";
import type { Uid } from "../../model/ids.ts";
import { uidSetOfSorted } from "../../model/uid-set.ts";
import { command, type Dialogue, type LongReply } from "../command.ts";
import { type Completion, no, ok } from "../completion.ts";
import { enableCondstore } from "../enable-condstore.ts";
import { fetchView, tellView, type ViewAttribute } from "../fetch-view.ts";
import { fromTheHighest, type Newest, newestUids, tellLimit } from "../message-limit.ts";
import { type SeqRanges, seqRangesOfUids, uidsOf } from "../message-set.ts";
import type { Selected } from "../session.ts";
import { modified } from "../wire/response-code.ts";
import { readStore, type StoreArgs } from "../wire/store-args.ts";

export const store = command({
  name: "STORE",
  states: ["selected"],
  numbering: ["seq", "uid"],
  expunges: "keep-while-numbered",
  parse: readStore,
  run: (session, args, dialogue) => {
    const named = newestUids(session, uidsOf(session, args.messages, dialogue.numbering));
    const order = { named, args };
    return named.newest.length <= fewMessages
      ? storeFew(session, order, dialogue)
      : storeMany(session, order, dialogue);
  },
});

/** Their new flags are a few kilobytes: told in one go. */
const fewMessages = 50;

interface Order {
  readonly named: Newest<readonly Uid[]>;
  readonly args: StoreArgs;
}

async function storeFew(session: Selected, order: Order, dialogue: Dialogue): Promise<Completion> {
  const { result, messages, attributes } = await storeFlags(session, order, dialogue);
  if (attributes.length > 0) tellView(session, messages, { attributes, above: 0, to: dialogue.out });
  return complete(session, order, result, dialogue);
}

async function* storeMany(session: Selected, order: Order, dialogue: Dialogue): LongReply {
  const { result, messages, attributes } = await storeFlags(session, order, dialogue);
  if (attributes.length > 0) yield* fetchView(session, messages, { attributes, above: 0, to: dialogue.out });
  return complete(session, order, result, dialogue);
}

interface Stored {
  readonly result: StoreFlagsResult;
  /** What is to be told of which messages. */
  readonly messages: SeqRanges;
  readonly attributes: readonly ViewAttribute[];
}

async function storeFlags(session: Selected, { named, args }: Order, { numbering, out }: Dialogue): Promise<Stored> {
  const { mailbox, toldFlags } = session;
  if (args.unchangedSince !== null) enableCondstore(session, out);
  const { change, flags, unchangedSince } = args;
  const result = await mailbox.storeFlags(named.newest, change, flags, unchangedSince ?? undefined);
  if (result.modSeq !== null) mailbox.markTold(toldBy(session, args, result), result.modSeq);
  if (flags.keywords.length > 0) toldFlags.tell(mailbox, out);
  const attributes = attributesToTell(session, args, numbering);
  // RFC 7162 3.1.3: a conditional STORE tells the mod-sequence of all, .SILENT or not; a silent one that of what changed.
  const told = args.answer === "silent" && unchangedSince === null ? result.changed : result.stored;
  const ascending = attributes.length === 0 ? [] : seqRangesOfUids(mailbox, uidSetOfSorted(told));
  return { result, messages: named.lowest === null ? ascending : fromTheHighest(ascending), attributes };
}

function complete(
  session: Selected,
  { named }: Order,
  result: StoreFlagsResult,
  { numbering, out }: Dialogue,
): Completion {
  const asked = named.newest.length;
  return tellLimit(session, named, completion(session, { asked, numbering }, result), out);
}

/**
 * The messages whose flags the client knows after the answer. RFC 9051 6.4.6: .SILENT or not, "the server SHOULD send an
 * untagged FETCH response if a change to a message's flags from an external source is observed".
 */
function toldBy({ mailbox }: Selected, { answer }: StoreArgs, { changed, had }: StoreFlagsResult): readonly Uid[] {
  if (answer !== "silent") return changed;
  return changed.filter((uid, at) => {
    const before = had[at];
    return before !== undefined && mailbox.wasTold(uid, before);
  });
}

/** What the FETCH responses tell; nothing when there are to be none. */
function attributesToTell(
  { features }: Selected,
  { answer }: StoreArgs,
  numbering: Dialogue["numbering"],
): readonly ViewAttribute[] {
  const withModSeq = features.has("CONDSTORE");
  if (answer === "silent" && !withModSeq) return [];
  const attributes: ViewAttribute[] = answer === "silent" ? [] : ["FLAGS"];
  // RFC 9051 6.4.9: the responses to a UID STORE have the UID.
  if (numbering === "uid" && !features.has("UIDONLY")) attributes.unshift("UID");
  if (withModSeq) attributes.push("MODSEQ");
  return attributes;
}

function completion(
  { mailbox }: Selected,
  { asked, numbering }: { readonly asked: number; readonly numbering: Dialogue["numbering"] },
  { stored, modified: failed }: StoreFlagsResult,
): Completion {
  // RFC 7162 3.1.3: numbers of the kind that the command used.
  const numbers = numbering === "uid" ? failed : failed.map((uid) => mailbox.seqOf(uid));
  const code = failed.length === 0 ? null : modified(uidSetOfSorted(numbers));
  // RFC 2180 4.2: a number whose message another session has expunged: the client hears so, and should ask for news.
  if (numbering === "seq" && stored.length + failed.length < asked)
    return no("Some of the messages are gone", code ?? "EXPUNGEISSUED");
  return ok(failed.length === 0 ? "STORE completed" : "STORE completed but for some", code);
}
