// Messages that have come into the selected mailbox, with what NOTIFY wants to be told of each of them (RFC 5465 5.2), and
// UPDATE of those that a search finds (RFC 5465 7): EXISTS, then FETCH, then ESEARCH. RFC 5465 5.2 has FETCH last, RFC 5465 7
// has it here, and errata 4833 leaves the choice.

import type { MailboxId } from "../model/ids.ts";
import type { Dialogue, Progress } from "./command.ts";
import { fetchRanges } from "./fetch-ranges.ts";
import type { SeqRanges } from "./message-set.ts";
import type { ContextChange } from "./search-contexts.ts";
import type { Authenticated, Selected } from "./session.ts";
import { type FetchItem, withoutRepeats } from "./wire/fetch-item.ts";

/** The last `arrived` messages are new. `fetch`: what NOTIFY wants of all of them; null: nothing. */
export async function* tellArrivals(
  session: Selected,
  { arrived, fetch }: { readonly arrived: number; readonly fetch: readonly FetchItem[] | null },
  { out, signal }: Pick<Dialogue, "out" | "signal">,
): AsyncGenerator<Progress, void> {
  const { mailbox, contexts, ownUids } = session;
  const changes = contexts.areThere ? await contexts.look(mailbox, out, signal) : [];
  if (arrived > 0 && (fetch !== null || changes.some(({ head }) => head.fetch !== null))) {
    const first = mailbox.exists - arrived + 1;
    // What cannot be read of a message is for a FETCH to complain of.
    for (const { items, messages } of runsOf(session, first, fetch, changes))
      yield* fetchRanges(session, messages, { items: itemsFor(session, items), above: 0, to: out });
  }
  contexts.tell(changes, out);
  ownUids.clear();
}

/**
 * RFC 5465 5.2: "A FETCH response SHOULD NOT be generated for a new message created by the client on this particular
 * connection": these are remembered until they are told as there.
 */
export function noteOwn(session: Authenticated | Selected, to: MailboxId, uids: readonly number[]): void {
  if (session.state !== "selected" || session.mailbox.id !== to) return;
  const { features, contexts, ownUids } = session;
  const fetch = features.notifier?.selected?.fetch ?? null;
  if (fetch === null && !contexts.fetchesArrivals) return;
  for (const uid of uids) ownUids.add(uid);
}

interface Run {
  readonly items: readonly FetchItem[];
  readonly messages: SeqRanges;
}

/** New messages in their order, those together of which the same is told. */
function* runsOf(
  { mailbox, ownUids }: Selected,
  first: number,
  fetch: readonly FetchItem[] | null,
  changes: readonly ContextChange[],
): Generator<Run> {
  const fetching = changes.flatMap(({ head, arrived }) =>
    head.fetch === null ? [] : [{ fetch: head.fetch, arrived: new Set(arrived) }],
  );
  let key = "";
  let start = first;
  for (let seq = first; seq <= mailbox.exists + 1; seq++) {
    const uid = mailbox.uidAt(seq) ?? 0;
    const found = seq > mailbox.exists || ownUids.has(uid) ? null : fetching.map(({ arrived }) => arrived.has(uid));
    const next = found === null ? "own" : found.join();
    if (seq > first && next !== key) {
      const items = key === "own" ? [] : itemsOf(key.split(","));
      if (items.length > 0) yield { items, messages: [[start, seq - 1]] };
      start = seq;
    }
    key = next;
  }

  // RFC 5465 5.2: "These attributes SHOULD be combined into a single FETCH response."
  function itemsOf(matches: readonly string[]): readonly FetchItem[] {
    const asked = fetching.flatMap((search, at) => (matches[at] === "true" ? search.fetch : []));
    return withoutRepeats([...(fetch ?? []), ...asked]);
  }
}

const uidItem: FetchItem = { attribute: "UID", label: "UID" };
const modSeqItem: FetchItem = { attribute: "MODSEQ", label: "MODSEQ" };

function itemsFor({ features }: Selected, asked: readonly FetchItem[]): readonly FetchItem[] {
  const items = [...asked];
  const has = (name: string): boolean => items.some(({ attribute }) => attribute === name);
  // RFC 9051 7.5.2: unsolicited FETCH responses "MUST include UID FETCH item"; one of UIDONLY begins with it.
  if (!has("UID") && !features.has("UIDONLY")) items.unshift(uidItem);
  // RFC 7162 3.2: once CONDSTORE is enabled, MODSEQ is in every FETCH that nobody asked for.
  if (!has("MODSEQ") && features.has("CONDSTORE")) items.push(modSeqItem);
  return items;
}
