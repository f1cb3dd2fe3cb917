// The keys of SEARCH as one test over a message (RFC 9051 6.4.4). A test answers undefined while it has not been read what
// would decide: so AND and OR find out with as little as possible.
//
// Liberty: days of the internal and save dates are days of Universal Time, since only moments are kept.

import { foldText } from "../mime/search-text.ts";
import type { FlagSet } from "../model/flags.ts";
import { hasUid, type UidSet } from "../model/uid-set.ts";
import { uidSetOf } from "./message-set.ts";
import { emailIdText, threadIdText } from "./object-ids.ts";
import type { Candidate } from "./search-candidate.ts";
import type { Selected } from "./session.ts";
import { dayMs } from "./wire/date-time.ts";
import type { FlagState, SearchKey } from "./wire/search-key.ts";
import { matchSeqNums, type SequenceSet } from "./wire/sequence-set.ts";

export type Verdict = boolean | undefined;
export type SearchTest = (message: Candidate) => Verdict;

/** What must be read to decide, beyond the view. */
export type Reading = "content" | "saved" | "header" | "text";

export class SearchPlan {
  readonly test: SearchTest;
  readonly readings = new Set<Reading>();
  readonly #session: Selected;
  readonly #nowMs: number;

  constructor(session: Selected, key: SearchKey, nowMs: number) {
    this.#session = session;
    this.#nowMs = nowMs;
    this.test = this.#testOf(key);
  }

  #testOf(key: SearchKey): SearchTest {
    switch (key.key) {
      case "ALL":
        return always;
      case "SEQUENCE":
        return this.#numbered(key.messages);
      case "UID":
        return uidTest(uidSetOf(this.#session, key.messages));
      case "FLAG":
        return flagTest(key.bit, key.state);
      case "KEYWORD":
        return keywordTest(key.keyword, key.state);
      case "RECENT": {
        const { mailbox } = this.#session;
        return ({ facts }) => mailbox.isRecent(facts.uid);
      }
      case "SIZE":
        return key.test === "larger" ? ({ facts }) => facts.size > key.bytes : ({ facts }) => facts.size < key.bytes;
      case "AGE":
        return this.#aged(key);
      case "MODSEQ":
        return ({ facts }) => facts.modSeq >= key.modSeq;
      case "EMAILID":
        return ({ facts }) => emailIdText(facts.content) === key.objectId;
      case "SAVEDATESUPPORTED":
        return always;
      case "NOT":
        return not(this.#testOf(key.not));
      case "AND":
        return and(key.all.map((one) => this.#testOf(one)));
      case "OR":
        return or(key.any.map((one) => this.#testOf(one)));
      case "THREADID":
        this.readings.add("content");
        return ({ content }) => (content === undefined ? undefined : threadIdText(content.thread) === key.objectId);
      case "DATE":
      case "HEADER":
      case "TEXT":
        return this.#readTest(key);
    }
  }

  /** A test that needs more than the view. */
  #readTest(key: Extract<SearchKey, { readonly key: "DATE" | "HEADER" | "TEXT" }>): SearchTest {
    switch (key.key) {
      case "DATE":
        if (key.of === "sent") this.readings.add("content").add("header");
        if (key.of === "saved") this.readings.add("saved");
        return dateTest(key);
      case "HEADER":
        return this.#fieldTest(key.field, key.text);
      case "TEXT": {
        if (key.within !== "BODY" && key.within !== "TEXT") return this.#fieldTest(key.within, key.text);
        this.readings.add("text");
        const folded = foldText(key.text);
        return key.within === "BODY" ? ({ text }) => text?.bodyHas(folded) : ({ text }) => text?.has(folded);
      }
    }
  }

  #fieldTest(field: string, text: string): SearchTest {
    this.readings.add("header");
    const folded = foldText(text);
    return ({ header }) => header?.has(field, folded);
  }

  #numbered(messages: SequenceSet): SearchTest {
    // RFC 5182 2.1: "$" stands for messages, whichever way they are numbered.
    if (messages.kind === "saved") return uidTest(this.#session.saved.uids);
    const set = matchSeqNums(messages.ranges, this.#session.mailbox.exists);
    return ({ seq }) => hasUid(set, seq);
  }

  // RFC 5032 2.1: OLDER: "not within the interval"; YOUNGER: within, by the internal date.
  #aged({ test, seconds }: Extract<SearchKey, { readonly key: "AGE" }>): SearchTest {
    const since = this.#nowMs - seconds * 1_000;
    return test === "younger"
      ? ({ facts }) => facts.internalDateMs >= since
      : ({ facts }) => facts.internalDateMs <= since;
  }
}

const always: SearchTest = () => true;

function uidTest(uids: UidSet): SearchTest {
  return ({ facts }) => hasUid(uids, facts.uid);
}

function flagTest(bit: number, state: FlagState): SearchTest {
  return state === "set"
    ? ({ facts }) => (facts.flags.bits & bit) !== 0
    : ({ facts }) => (facts.flags.bits & bit) === 0;
}

function keywordTest(keyword: string, state: FlagState): SearchTest {
  const wanted = keyword.toLowerCase();
  // A view has each combination of flags once.
  const known = new Map<FlagSet, boolean>();
  return ({ facts: { flags } }) => {
    let has = known.get(flags);
    if (has === undefined) {
      has = flags.keywords.some((other) => other.toLowerCase() === wanted);
      known.set(flags, has);
    }
    return has === (state === "set");
  };
}

type DateKey = Extract<SearchKey, { readonly key: "DATE" }>;

function dateTest({ of, test, day }: DateKey): SearchTest {
  const matches = (other: number): boolean => {
    if (test === "before") return other < day;
    return test === "on" ? other === day : other >= day;
  };
  switch (of) {
    case "internal":
      return ({ facts }) => matches(Math.floor(facts.internalDateMs / dayMs));
    case "saved":
      return ({ savedAtMs }) => {
        if (savedAtMs === undefined) return undefined;
        return savedAtMs !== null && matches(Math.floor(savedAtMs / dayMs));
      };
    case "sent":
      return ({ content, header }) => {
        if (content === undefined) return undefined;
        if (content.sentAtMs === null) return false;
        // The day is the sender's, whose zone is in the header alone: mostly the days next to it decide alike.
        const near = Math.floor(content.sentAtMs / dayMs);
        const verdict = matches(near);
        if (verdict === matches(near - 1) && verdict === matches(near + 1)) return verdict;
        if (header === undefined) return undefined;
        const sentDay = header.sentDay();
        return sentDay !== null && matches(sentDay);
      };
  }
}

function not(test: SearchTest): SearchTest {
  return (message) => {
    const verdict = test(message);
    return verdict === undefined ? undefined : !verdict;
  };
}

function and(tests: readonly SearchTest[]): SearchTest {
  return (message) => {
    let all: Verdict = true;
    for (const test of tests) {
      const verdict = test(message);
      if (verdict === false) return false;
      if (verdict === undefined) all = undefined;
    }
    return all;
  };
}

function or(tests: readonly SearchTest[]): SearchTest {
  return (message) => {
    let any: Verdict = false;
    for (const test of tests) {
      const verdict = test(message);
      if (verdict === true) return true;
      if (verdict === undefined) any = undefined;
    }
    return any;
  };
}
