// FETCH of what the view does not hold: ENVELOPE, BODYSTRUCTURE, THREADID, SAVEDATE, BODY, PREVIEW and all that is read from
// a message's octets (RFC 9051 6.4.5, RFC 3516, RFC 8474, RFC 8514, RFC 8970). In slices, so that no long reply is ever whole in
// memory and a slow client is waited for.

import { imapCopiedOctetsMax, imapFetchSliceBytesMax, imapFetchSliceMax, imapReplyPieceBytes } from "../base/limits.ts";
import { eventLoopTurn } from "../mailbox/event-loop-turn.ts";
import type { ContentFacts, MessageFacts, StoredBody } from "../mailbox/open-mailbox.ts";
import { PreviewReader } from "../mailbox/preview.ts";
import type { WorkProgress } from "../mailbox/work-progress.ts";
import { systemFlags } from "../model/flags.ts";
import type { ContentId, Uid } from "../model/ids.ts";
import { ProblemRefusal } from "../model/problem.ts";
import { hasRight } from "../model/rights.ts";
import { BrokenReply, type Progress } from "./command.ts";
import { type BodyValue, isBodyItem, isWholeMessage, readBodyItem } from "./fetch-body.ts";
import { isViewAttribute, type ViewAttribute, writeViewItem } from "./fetch-view.ts";
import { MessageOctets } from "./message-octets.ts";
import type { SeqRanges } from "./message-set.ts";
import { threadIdText } from "./object-ids.ts";
import type { Selected } from "./session.ts";
import type { FetchItem, PlainAttribute } from "./wire/fetch-item.ts";
import {
  beginFetch,
  beginUidFetch,
  endFetch,
  fetchDate,
  fetchLiteralHead,
  fetchNil,
  fetchNumber,
  fetchObjectId,
  fetchText,
  fetchWire,
} from "./wire/fetch-response.ts";
import type { Writer } from "./wire/writer.ts";

export interface FetchOutcome {
  /** How many of the messages are gone. */
  gone: number;
  /** RFC 3516 4.3: some part could not be decoded. */
  unknownEncoding: boolean;
  /** Why some messages could not be told. */
  damage: ProblemRefusal | null;
}

export interface FetchOrder {
  readonly items: readonly FetchItem[];
  /** Only messages with a higher modSeq are told. */
  readonly above: number;
  readonly to: Writer;
  /** Hears how many of the messages have been told. */
  readonly progress?: WorkProgress;
}

/** One message of a slice: where it is, and what was read of it beforehand. */
interface Fetched {
  readonly seq: number;
  readonly facts: MessageFacts;
}

/** What a slice needs besides the view. */
interface Slice {
  readonly messages: readonly Fetched[];
  /** The sequence number that the next slice begins with. */
  readonly next: number;
  readonly contents: ReadonlyMap<ContentId, ContentFacts>;
  /** Octets that were read together; of the others each is read when its turn comes. */
  readonly bodies: ReadonlyMap<ContentId, StoredBody>;
  readonly saveDates: ReadonlyMap<Uid, number | null>;
  /** Messages that became \Seen by being fetched. */
  readonly newlySeen: ReadonlySet<Uid>;
}

export async function* fetchMessages(
  session: Selected,
  ranges: SeqRanges,
  order: FetchOrder,
): AsyncGenerator<Progress, FetchOutcome> {
  const outcome: FetchOutcome = { gone: 0, unknownEncoding: false, damage: null };
  const previews = new PreviewReader();
  let all = 0;
  for (const [from, last] of ranges) all += Math.abs(last - from) + 1;
  let told = 0;
  for (const [from, last] of ranges) {
    // A range whose first number is the higher one is told from there down.
    const step = from <= last ? 1 : -1;
    const end = last + step;
    for (let seq: number = from; seq !== end; ) {
      order.progress?.(told, all);
      const sliceMax = Math.min((end - seq) * step, imapFetchSliceMax);
      const slice = await readSlice(session, { from: seq, end: seq + sliceMax * step, step }, order, outcome);
      yield* fetchSlice(session, slice, { ...order, previews }, outcome);
      told += Math.abs(slice.next - seq);
      seq = slice.next;
      // Neither a fast client nor a store that answers at once keeps others waiting.
      if (seq !== end) await eventLoopTurn();
    }
  }
  return outcome;
}

async function readSlice(
  session: Selected,
  { from, end, step }: { readonly from: number; readonly end: number; readonly step: 1 | -1 },
  { items, above }: FetchOrder,
  outcome: FetchOutcome,
): Promise<Slice> {
  const { mailbox } = session;
  const messages: Fetched[] = [];
  const readsOctets = items.some((item) => isBodyItem(item) || fromStructure.has(item.attribute));
  let octets = 0;
  let next = from;
  // The slice ends with the octets that are read together.
  for (; next !== end && octets < imapFetchSliceBytesMax; next += step) {
    const facts = mailbox.facts(mailbox.uidAt(next) ?? 0);
    if (facts === undefined) outcome.gone++;
    else if (facts.modSeq > above) {
      messages.push({ seq: next, facts });
      if (readsOctets) octets += facts.size;
    }
  }
  const newlySeen = await markSeen(session, messages, items);
  const contents = new Map<ContentId, ContentFacts>();
  if (items.some(({ attribute }) => fromContents.has(attribute)) && messages.length > 0) {
    for (const facts of await mailbox.contents(messages.map(({ facts }) => facts.content)))
      contents.set(facts.content, facts);
  }
  const bodies = readsOctets
    ? await mailbox.bodies(
        messages.map(({ facts }) => facts.content),
        imapFetchSliceBytesMax,
      )
    : noBodies;
  const saveDates = new Map<Uid, number | null>();
  if (items.some(({ attribute }) => attribute === "SAVEDATE")) {
    const uids = messages.map(({ facts }) => facts.uid);
    const dates = await mailbox.saveDates(uids);
    for (const [at, uid] of uids.entries()) saveDates.set(uid, dates[at] ?? null);
  }
  return { messages, next, contents, bodies, saveDates, newlySeen };
}

const noBodies: ReadonlyMap<ContentId, StoredBody> = new Map();

const fromStructure = new Set<string>(["BODY", "PREVIEW"]);
const fromContents = new Set<string>(["ENVELOPE", "BODYSTRUCTURE", "THREADID"]);

/** RFC 9051 6.4.5: "The \Seen flag is implicitly set"; not in an examined mailbox. */
async function markSeen(
  { mailbox }: Selected,
  messages: readonly Fetched[],
  items: readonly FetchItem[],
): Promise<ReadonlySet<Uid>> {
  // RFC 4314 4: it "MUST NOT set it, if the current user doesn't have "s" right".
  if (mailbox.readOnly || !hasRight(mailbox.rights, "s")) return new Set();
  if (!items.some((item) => "seen" in item && item.seen === "sets")) return new Set();
  const seen = systemFlags["\\Seen"];
  const unseen = messages.filter(({ facts }) => (facts.flags.bits & seen) === 0).map(({ facts }) => facts.uid);
  if (unseen.length === 0) return new Set();
  unseen.sort((a, b) => a - b);
  const { changed, modSeq } = await mailbox.storeFlags(unseen, "add", { bits: seen, keywords: [] });
  if (modSeq !== null) mailbox.markTold(changed, modSeq);
  return new Set(changed);
}

async function* fetchSlice(
  session: Selected,
  slice: Slice,
  order: FetchOrder & { readonly previews: PreviewReader },
  outcome: FetchOutcome,
): AsyncGenerator<Progress, void> {
  const { items, to } = order;
  const isPlain = items.every((item) => isWholeMessage(item) || isPlainItem(item));
  for (const message of slice.messages) {
    // Most FETCHes of many messages ask for what has been read with the slice: no promise and no map is made for a message then.
    if (isPlain && hasAll(slice, message, items)) {
      writeAtOnce(session, slice, message, order);
      if (to.length >= imapReplyPieceBytes) yield "more";
      continue;
    }
    let values: ReadonlyMap<FetchItem, ItemValue>;
    try {
      const { content } = message.facts;
      values = await readItems(new MessageOctets(session, content, slice.bodies.get(content)), order);
    } catch (error) {
      // One damaged message does not keep a client from the others.
      if (!(error instanceof ProblemRefusal) || error.problem.kind !== "data-damaged") throw error;
      outcome.damage ??= error;
      continue;
    }
    yield* writeMessage(session, slice, message, { ...order, values });
    for (const value of values.values()) if (value.kind === "unknown-encoding") outcome.unknownEncoding = true;
    yield "more";
  }
  // These have been copied; of others, parts may still be on their way to the client.
  if (isPlain) for (const body of slice.bodies.values()) if (body.size <= imapCopiedOctetsMax) body.release?.();
  yield "more";
}

type PlainItem = FetchItem & { readonly attribute: Exclude<PlainAttribute, "BODY"> };

function isPlainItem(item: FetchItem): item is PlainItem {
  return !isBodyItem(item) && item.attribute !== "BODY" && item.attribute !== "PREVIEW";
}

/** Whether the octets of the message, if `items` ask for them, are in memory and few enough to be copied. */
function hasAll({ bodies }: Slice, { facts }: Fetched, items: readonly FetchItem[]): boolean {
  if (items.every(isPlainItem)) return true;
  const octets = bodies.get(facts.content)?.octets;
  return octets !== undefined && octets.length <= imapCopiedOctetsMax;
}

/** A message of which `hasAll` is true. The same reply as by `readItems` and `writeMessage`. */
function writeAtOnce(session: Selected, slice: Slice, message: Fetched, { items, to }: FetchOrder): void {
  beginMessage(session, message, to);
  for (const item of items)
    if (isPlainItem(item)) writePlainItem(session, slice, message, { attribute: item.attribute, to });
    else {
      const octets = slice.bodies.get(message.facts.content)?.octets ?? nothing;
      writeItemValue(item.label, { kind: "octets", octets, form: "literal" }, to);
    }
  if (slice.newlySeen.has(message.facts.uid)) writeSeen(session, message, items, to);
  endFetch(to);
}

const nothing = new Uint8Array(0);

function beginMessage(session: Selected, { seq, facts }: Fetched, to: Writer): void {
  if (session.features.has("UIDONLY")) beginUidFetch(to, facts.uid);
  else beginFetch(to, seq);
}

/** What was read of a message's octets for an item; "wire": as it goes over the wire. */
type ItemValue =
  | BodyValue
  | { readonly kind: "wire"; readonly octets: Uint8Array }
  | { readonly kind: "text"; readonly text: string | null };

async function readItems(
  octets: MessageOctets,
  { items, previews }: Pick<FetchOrder, "items"> & { readonly previews: PreviewReader },
): Promise<ReadonlyMap<FetchItem, ItemValue>> {
  const values = new Map<FetchItem, ItemValue>();
  for (const item of items) {
    if (isBodyItem(item)) values.set(item, await readBodyItem(octets, item));
    else if (item.attribute === "BODY")
      values.set(item, { kind: "wire", octets: await octets.bodyWithoutExtensions() });
    else if (item.attribute === "PREVIEW")
      values.set(item, { kind: "text", text: await octets.preview(previews, item.haste) });
  }
  return values;
}

async function* writeMessage(
  session: Selected,
  slice: Slice,
  message: Fetched,
  { items, to, values }: FetchOrder & { readonly values: ReadonlyMap<FetchItem, ItemValue> },
): AsyncGenerator<Progress, void> {
  beginMessage(session, message, to);
  for (const item of items) {
    const value = values.get(item);
    if (value !== undefined) {
      writeItemValue(item.label, value, to);
      if (value.kind === "octets" && value.octets.length > imapCopiedOctetsMax) yield value.octets;
      else if (value.kind === "pieces") yield* unbroken(value.pieces);
    } else if (isPlainItem(item)) writePlainItem(session, slice, message, { attribute: item.attribute, to });
  }
  if (slice.newlySeen.has(message.facts.uid)) writeSeen(session, message, items, to);
  endFetch(to);
}

/** All of the item, but for octets that are sent from where they are. */
function writeItemValue(label: string, value: ItemValue, to: Writer): void {
  switch (value.kind) {
    case "wire":
      return fetchWire(to, label, value.octets);
    case "text":
      return fetchText(to, label, value.text);
    case "number":
      return fetchNumber(to, label, value.value);
    case "nil":
    case "unknown-encoding":
      return fetchNil(to, label);
    case "octets":
      fetchLiteralHead(to, label, value.octets.length, value.form);
      if (value.octets.length <= imapCopiedOctetsMax) to.bytes(value.octets);
      return;
    case "pieces":
      return fetchLiteralHead(to, label, value.length, value.form);
  }
}

/** The octets of a literal that has been announced: when they break off, nothing that follows would be understood. */
async function* unbroken(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* pieces;
  } catch (cause) {
    throw new BrokenReply(cause);
  }
}

function writePlainItem(
  session: Selected,
  slice: Slice,
  { facts }: Fetched,
  { attribute, to }: { readonly attribute: Exclude<PlainAttribute, "BODY">; readonly to: Writer },
): void {
  if (isViewAttribute(attribute)) return writeFromView(session, facts, attribute, to);
  if (attribute === "SAVEDATE") return fetchDate(to, "SAVEDATE", slice.saveDates.get(facts.uid) ?? null);
  const content = slice.contents.get(facts.content);
  if (content === undefined) throw new Error("contents are read for each message of a slice");
  switch (attribute) {
    case "ENVELOPE":
      return fetchWire(to, "ENVELOPE", content.envelope);
    case "BODYSTRUCTURE":
      return fetchWire(to, "BODYSTRUCTURE", content.bodyStructure);
    case "THREADID":
      return fetchObjectId(to, "THREADID", threadIdText(content.thread, session.mailbox.owner));
  }
}

/** RFC 9051 6.4.5: "if this causes the flags to change, they SHOULD be included as part of the FETCH responses". */
function writeSeen(session: Selected, { facts }: Fetched, items: readonly FetchItem[], to: Writer): void {
  if (!items.some(({ attribute }) => attribute === "FLAGS")) writeFromView(session, facts, "FLAGS", to);
  if (!session.features.has("CONDSTORE") || items.some(({ attribute }) => attribute === "MODSEQ")) return;
  writeFromView(session, facts, "MODSEQ", to);
}

/** As it is now: fetching may have changed the flags. */
function writeFromView(session: Selected, facts: MessageFacts, attribute: ViewAttribute, to: Writer): void {
  writeViewItem(session, session.mailbox.facts(facts.uid) ?? facts, attribute, to);
}
