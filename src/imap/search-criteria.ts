// SEARCH's keys as criteria of a search (RFC 9051 6.4.4), at the mailbox as the session knows it. Days become moments, numbers
// become UIDs.
//
// Liberty: the days of the internal date and the save date are days of Universal Time, as FETCH tells those dates: only the
// moment is kept, and "disregarding time and timezone" of what was told comes to that.

import { type ComparedText, type Criterion, type FuzzyPlace, nothing } from "../mailbox/search-criterion.ts";
import { asContentId, asThreadId } from "../model/ids.ts";
import type { UidSet } from "../model/uid-set.ts";
import { uidSet } from "../model/uid-set.ts";
import { uidSetOf } from "./message-set.ts";
import { readObjectId } from "./object-ids.ts";
import type { Searched } from "./session.ts";
import { dayMs } from "./wire/date-time.ts";
import type { SearchKey, TextPlace } from "./wire/search-key.ts";
import { matchSeqNums, type SequenceSet } from "./wire/sequence-set.ts";
import { SyntaxFault } from "./wire/syntax-fault.ts";

const secondMs = 1_000;

export function searchCriterion(session: Searched, key: SearchKey, nowMs: number): Criterion {
  const { comparator } = session.features.comparator;
  return criterionFor(
    { session, nowMs, texts: "exact", compared: comparator === undefined ? {} : { comparator } },
    key,
  );
}

interface Reading {
  readonly session: Searched;
  readonly nowMs: number;
  /** RFC 6203 5: which keys FUZZY means something to: those with text. */
  readonly texts: "exact" | "fuzzy";
  /** RFC 5255 4.2: "The active comparator applies to the following SEARCH keys: "BCC", "BODY", "CC", "FROM", "SUBJECT", "TEXT", "TO", and "HEADER"". */
  readonly compared: Pick<ComparedText, "comparator">;
}

/** Recursion goes as deep as keys nest, which their reader bounds. */
function criterionFor(reading: Reading, key: SearchKey): Criterion {
  const { session, nowMs, texts, compared } = reading;
  const criterionOf = (one: SearchKey): Criterion => criterionFor(reading, one);
  switch (key.key) {
    case "ALL":
    // RFC 8514 4.3: it matches every message of a mailbox that keeps save dates.
    case "SAVEDATESUPPORTED":
      return { kind: "all" };
    case "SEQUENCE":
      return { kind: "uids", uids: numbered(session, key.messages) };
    case "UID":
      return { kind: "uids", uids: uidSetOf(session, key.messages) };
    case "FLAG":
      return unless(key.state === "unset", { kind: "flag", bit: key.bit });
    case "KEYWORD":
      return unless(key.state === "unset", { kind: "keyword", keyword: key.keyword });
    case "RECENT":
      return { kind: "recent" };
    case "EMAILID": {
      const content = readObjectId("M", key.objectId, session.mailbox.owner);
      return content === null ? nothing : { kind: "content", content: asContentId(content) };
    }
    case "THREADID": {
      const thread = readObjectId("T", key.objectId, session.mailbox.owner);
      return thread === null ? nothing : { kind: "thread", thread: asThreadId(thread) };
    }
    case "NOT":
      return { kind: "not", of: criterionOf(key.not) };
    case "FUZZY":
      return criterionFor({ ...reading, texts: "fuzzy" }, key.fuzzy);
    case "AND":
      return { kind: "and", of: key.all.map(criterionOf) };
    case "OR":
      return { kind: "or", of: key.any.map(criterionOf) };
    case "SIZE":
    case "MODSEQ":
    case "DATE":
    case "AGE":
      return ranged(key, nowMs);
    case "HEADER":
      if (texts === "fuzzy" && key.text !== "") return { kind: "fuzzy", within: { field: key.field }, text: key.text };
      return { kind: "header", field: key.field, text: key.text, ...compared };
    case "TEXT":
      // "" is in everything, whichever way it is looked for.
      if (texts === "fuzzy" && key.text !== "")
        return { kind: "fuzzy", within: fuzzyPlaces[key.within], text: key.text };
      return { ...places[key.within], text: key.text, ...compared };
  }
}

const places = {
  FROM: { kind: "envelope", field: "from" },
  TO: { kind: "envelope", field: "to" },
  CC: { kind: "envelope", field: "cc" },
  BCC: { kind: "envelope", field: "bcc" },
  SUBJECT: { kind: "envelope", field: "subject" },
  BODY: { kind: "text", within: "body" },
  TEXT: { kind: "text", within: "message" },
} as const satisfies Record<TextPlace, unknown>;

const fuzzyPlaces = {
  FROM: "from",
  TO: "to",
  CC: "cc",
  BCC: "bcc",
  SUBJECT: "subject",
  BODY: "body",
  TEXT: "message",
} as const satisfies Record<TextPlace, FuzzyPlace>;

type RangedKey = Extract<SearchKey, { readonly key: "SIZE" | "MODSEQ" | "DATE" | "AGE" }>;
const dated = { internal: "internalDateMs", sent: "sentLocalMs", saved: "savedAtMs" } as const;

function ranged(key: RangedKey, nowMs: number): Criterion {
  const range = (of: Extract<Criterion, { kind: "range" }>["of"], from: number, below: number): Criterion => {
    return { kind: "range", of, from, below };
  };
  switch (key.key) {
    case "SIZE":
      return key.test === "larger" ? range("size", key.bytes + 1, Infinity) : range("size", -Infinity, key.bytes);
    case "MODSEQ":
      // RFC 7162 3.1.5: "equal to or greater than".
      return range("modSeq", key.modSeq, Infinity);
    case "DATE": {
      const of = dated[key.of];
      const start = key.day * dayMs;
      if (key.test === "before") return range(of, -Infinity, start);
      return range(of, start, key.test === "on" ? start + dayMs : Infinity);
    }
    case "AGE": {
      // RFC 5032 3: both compare with now less the interval, both take what is equal, "to the resolution of a second".
      const target = (Math.floor(nowMs / secondMs) - key.seconds) * secondMs;
      if (key.test === "younger") return range("internalDateMs", target, Infinity);
      return range("internalDateMs", -Infinity, target + secondMs);
    }
  }
}

function unless(isNot: boolean, criterion: Criterion): Criterion {
  return isNot ? { kind: "not", of: criterion } : criterion;
}

/** By sequence number; a number without a message names nothing. RFC 5182 2.1: "$" stands for messages, not for numbers. */
function numbered({ mailbox, saved, features }: Searched, messages: SequenceSet): UidSet {
  if (messages.kind === "saved") return saved.uids;
  // RFC 9586 3.5: nor may the keys of UID SEARCH have any.
  if (features.has("UIDONLY")) throw new SyntaxFault("No sequence numbers after ENABLE UIDONLY", "BAD", "UIDREQUIRED");
  const uids: [number, number][] = [];
  for (const [from, to] of matchSeqNums(messages.ranges, mailbox.exists).ranges)
    uids.push([mailbox.uidAt(from) ?? 0, mailbox.uidAt(to) ?? 0]);
  return uidSet(uids);
}
