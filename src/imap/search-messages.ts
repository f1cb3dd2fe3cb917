// Looks for the messages that a SEARCH wants: over the view first, then in slices through what must be read, leaving the
// event loop to others in between.

import { imapFetchSliceMax } from "../base/limits.ts";
import { parseStructure } from "../mime/structure-parser.ts";
import type { Uid } from "../model/ids.ts";
import { eventLoopTurn } from "./event-loop-turn.ts";
import { MessageOctets } from "./message-octets.ts";
import { type Candidate, SearchedHeader, SearchedText } from "./search-candidate.ts";
import type { Reading, SearchPlan } from "./search-test.ts";
import type { Selected } from "./session.ts";
import { ViewCursor } from "./view-cursor.ts";

/** Ascending sequence numbers of messages that match. */
export async function searchMessages(session: Selected, plan: SearchPlan, signal: AbortSignal): Promise<number[]> {
  const { matching, undecided } = await searchView(session, plan);
  if (undecided.length === 0) return matching;
  const found: number[] = [];
  for (let at = 0; at < undecided.length; at += imapFetchSliceMax) {
    signal.throwIfAborted();
    const slice = undecided.slice(at, at + imapFetchSliceMax);
    for (const seq of await searchSlice(session, plan, slice)) found.push(seq);
    await eventLoopTurn();
  }
  return found.length === 0 ? matching : [...matching, ...found].sort((a, b) => a - b);
}

/** Some 10 ms of work. */
const messagesPerTurn = 20_000;

async function searchView(
  { mailbox }: Selected,
  { test }: SearchPlan,
): Promise<{ readonly matching: number[]; readonly undecided: number[] }> {
  const matching: number[] = [];
  const undecided: number[] = [];
  const facts = new ViewCursor();
  const candidate = { seq: 0, facts };
  let { columns } = mailbox;
  let index = -1;
  for (let seq = 1; seq <= mailbox.exists; seq++) {
    const uid = mailbox.uidAt(seq) ?? 0;
    if (columns.uids[++index] !== uid) index = mailbox.indexOf(uid);
    // A message that is gone matches nothing (RFC 2180 4.3).
    if (index >= 0) {
      facts.moveTo(columns, index);
      candidate.seq = seq;
      const verdict = test(candidate);
      if (verdict === true) matching.push(seq);
      else if (verdict === undefined) undecided.push(seq);
    }
    if (seq % messagesPerTurn !== 0) continue;
    await eventLoopTurn();
    columns = mailbox.columns;
    index = -1;
  }
  return { matching, undecided };
}

async function searchSlice(session: Selected, plan: SearchPlan, seqs: readonly number[]): Promise<number[]> {
  const { mailbox } = session;
  let open: Candidate[] = [];
  for (const seq of seqs) {
    const facts = mailbox.facts(mailbox.uidAt(seq) ?? 0);
    if (facts !== undefined) open.push({ seq, facts });
  }
  const matching: number[] = [];
  for (const reading of inOrder) {
    if (!plan.readings.has(reading) || open.length === 0) continue;
    const undecided: Candidate[] = [];
    for await (const candidate of readMore(session, open, reading)) {
      const verdict = plan.test(candidate);
      if (verdict === true) matching.push(candidate.seq);
      // What has been read of a whole message is not kept: it may be large.
      else if (verdict === undefined) undecided.push(candidate);
    }
    open = undecided;
  }
  return matching;
}

/** From cheap to dear. */
const inOrder: readonly Reading[] = ["content", "saved", "header", "text"];

async function* readMore(
  session: Selected,
  candidates: readonly Candidate[],
  reading: Reading,
): AsyncGenerator<Candidate, void> {
  const { mailbox } = session;
  switch (reading) {
    case "content": {
      const contents = await mailbox.contents(candidates.map(({ facts }) => facts.content));
      for (const [at, candidate] of candidates.entries()) yield { ...candidate, content: contents[at] };
      return;
    }
    case "saved": {
      const uids: Uid[] = candidates.map(({ facts }) => facts.uid);
      const dates = await mailbox.saveDates(uids);
      for (const [at, candidate] of candidates.entries()) yield { ...candidate, savedAtMs: dates[at] ?? null };
      return;
    }
    case "header":
      for (const candidate of candidates) {
        const octets = new MessageOctets(session, candidate.facts.content);
        const header = await (await octets.body()).slice(0, await octets.headerEnd());
        yield { ...candidate, header: new SearchedHeader(header) };
      }
      return;
    case "text":
      yield* readTexts(session, candidates);
  }
}

/** A tenth of a second of decoding at the worst. */
const bytesPerTurn = 1024 * 1024;

async function* readTexts(session: Selected, candidates: readonly Candidate[]): AsyncGenerator<Candidate, void> {
  let bytes = 0;
  for (const candidate of candidates) {
    const octets = new MessageOctets(session, candidate.facts.content);
    const body = await octets.body();
    const message = await body.slice(0, body.size);
    yield { ...candidate, text: new SearchedText(message, parseStructure(message)) };
    bytes += message.length;
    if (bytes < bytesPerTurn) continue;
    await eventLoopTurn();
    bytes = 0;
  }
}
