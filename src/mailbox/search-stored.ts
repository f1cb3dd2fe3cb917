// The leaves of a search that are decided by what was stored of a message at delivery: thread, sent date, and the fields
// of its envelope as people read them (RFC 9051 6.4.4: "the specified string in the envelope structure's FROM field"); and
// by when it was put into the mailbox.

import { searchSliceMessages } from "../base/limits.ts";
import { type ComparatorName, comparator } from "../mime/comparator.ts";
import { parseDateTime } from "../mime/date-time.ts";
import type { EnvelopeFields } from "../mime/envelope.ts";
import { shownField } from "../mime/shown-fields.ts";
import { readStoredEnvelope, storedTextCharset } from "../mime/stored-envelope.ts";
import { containsNeedle } from "../mime/text-scanner.ts";
import type { ContentFacts, OpenMailbox } from "./open-mailbox.ts";
import type { SearchBlock } from "./search-block.ts";
import type { EnvelopeField } from "./search-criterion.ts";
import { cost, type SearchPace } from "./search-pace.ts";
import type { Leaf } from "./search-plan.ts";

const minuteMs = 60_000;
/** No clock on earth is as far from Universal Time. */
const zoneMsMax = 24 * 60 * minuteMs;

/** Decides the leaves on those rows. */
export async function judgeStored(
  mailbox: OpenMailbox,
  block: SearchBlock,
  { leaves, rows }: { readonly leaves: readonly Leaf[]; readonly rows: readonly number[] },
  pace: SearchPace,
): Promise<void> {
  const judges = leaves.map((leaf) => ({ leaf, judge: storedJudge(leaf) }));
  for (let from = 0; from < rows.length; from += searchSliceMessages) {
    const slice = rows.slice(from, from + searchSliceMessages);
    const contents = await mailbox.contents(slice.map((row) => block.content(row)));
    for (const [at, row] of slice.entries()) {
      const facts = contents[at];
      if (facts === undefined) throw new Error("a content was not answered");
      const stored = new StoredMessage(facts);
      for (const { leaf, judge } of judges) {
        block.decide(leaf, row, judge(stored));
        const turn = pace.spend(stored.takeLookedAt() * cost.lookNs + cost.verdictNs);
        if (turn !== undefined) await turn;
      }
      const turn = pace.spend(cost.rowNs);
      if (turn !== undefined) await turn;
    }
  }
}

/** RFC 8514: by when the messages on those rows came into this mailbox. */
export async function judgeSaved(
  mailbox: OpenMailbox,
  block: SearchBlock,
  { leaves, rows }: { readonly leaves: readonly Leaf[]; readonly rows: readonly number[] },
  pace: SearchPace,
): Promise<void> {
  for (let from = 0; from < rows.length; from += searchSliceMessages) {
    const slice = rows.slice(from, from + searchSliceMessages);
    const dates = await mailbox.saveDates(slice.map((row) => block.uid(row)));
    for (const [at, row] of slice.entries()) {
      const date = dates[at] ?? null;
      for (const leaf of leaves) {
        const { criterion } = leaf;
        const within = criterion.kind === "range" && date !== null && date >= criterion.from && date < criterion.below;
        block.decide(leaf, row, within);
      }
    }
    const turn = pace.spend(slice.length * (cost.rowNs + leaves.length * cost.verdictNs));
    if (turn !== undefined) await turn;
  }
}

type StoredJudge = (message: StoredMessage) => boolean;

function storedJudge({ criterion }: Leaf): StoredJudge {
  switch (criterion.kind) {
    case "thread":
      return ({ facts }) => facts.thread === criterion.thread;
    case "range":
      return (message) => message.isSentWithin(criterion.from, criterion.below);
    case "envelope": {
      const { field, comparator: name } = criterion;
      const needle = comparator(name).fold(criterion.text);
      return (message) => message.has({ field, name, needle });
    }
    case "all":
    case "uids":
    case "flag":
    case "keyword":
    case "recent":
    case "content":
    case "header":
    case "text":
    case "fuzzy":
      throw new Error(`nothing was stored about ${criterion.kind}`);
  }
}

/** What a leaf wants to know of a field. */
interface FieldQuestion {
  readonly field: EnvelopeField;
  /** The comparator by which `needle` is folded. */
  readonly name: ComparatorName;
  readonly needle: string;
}

/** One message, read no further than its leaves ask. */
class StoredMessage {
  readonly facts: ContentFacts;
  #envelope: EnvelopeFields | undefined;
  readonly #folded = new Map<string, string | null>();
  #lookedAt = 0;

  constructor(facts: ContentFacts) {
    this.facts = facts;
  }

  /** How many characters have been looked at since the last call. */
  takeLookedAt(): number {
    const lookedAt = this.#lookedAt;
    this.#lookedAt = 0;
    return lookedAt;
  }

  get envelope(): EnvelopeFields {
    this.#envelope ??= readStoredEnvelope(this.facts.envelope);
    return this.#envelope;
  }

  has({ field, name, needle }: FieldQuestion): boolean {
    const key = `${field} ${name ?? ""}`;
    let text = this.#folded.get(key);
    if (text === undefined) {
      const shown = shownField(this.envelope, field, () => storedTextCharset(this.facts.bodyStructure));
      text = shown === null ? null : comparator(name).fold(shown);
      this.#folded.set(key, text);
    }
    this.#lookedAt += text?.length ?? 0;
    return text !== null && containsNeedle(text, needle);
  }

  /** By the sender's clock, whose zone is in the field alone: for most messages every zone says the same. */
  isSentWithin(from: number, below: number): boolean {
    const { sentAtMs } = this.facts;
    if (sentAtMs === null) return false;
    const earliest = sentAtMs - zoneMsMax;
    const latest = sentAtMs + zoneMsMax;
    if (latest < from || earliest >= below) return false;
    if (earliest >= from && latest < below) return true;
    const offsetMinutes = parseDateTime(this.envelope.date ?? "")?.offsetMinutes ?? 0;
    const local = sentAtMs + offsetMinutes * minuteMs;
    return local >= from && local < below;
  }
}
