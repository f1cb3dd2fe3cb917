// The keys of SEARCH (RFC 9051 6.4.4, RFC 3501 6.4.4) with OLDER and YOUNGER (RFC 5032), MODSEQ (RFC 7162 3.1.5), EMAILID
// and THREADID (RFC 8474 6), SAVEDBEFORE and its kin (RFC 8514 4.3), UIDAFTER and UIDBEFORE (RFC 9738 3.2), FUZZY (RFC
// 6203), and "$" (RFC 5182). SORT and THREAD have the same.
//
// Read without recursion. How deep lists, NOT, FUZZY and OR nest is bounded, and how many keys there are; a chain of ORs is one
// OR of many, since that is how programs write "any of these".

import { imapFuzzyKeysMax, imapSearchKeysMax } from "../../base/limits.ts";
import { systemFlags } from "../../model/flags.ts";
import { asModSeq, type ModSeq } from "../../model/ids.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { readDate } from "./date-time.ts";
import { readKeyword } from "./flag-list.ts";
import { octet } from "./octets.ts";
import { isSequenceSet, readSequenceSet, type SequenceSet } from "./sequence-set.ts";
import { beyondLimit, SyntaxFault } from "./syntax-fault.ts";

export type FlagState = "set" | "unset";
export type TextPlace = "FROM" | "TO" | "CC" | "BCC" | "SUBJECT" | "BODY" | "TEXT";

export type SearchKey =
  | { readonly key: "ALL" }
  /** By sequence number; "$" stands for what was saved. */
  | { readonly key: "SEQUENCE"; readonly messages: SequenceSet }
  | { readonly key: "UID"; readonly messages: SequenceSet }
  /** `bit` as in `systemFlags`. */
  | { readonly key: "FLAG"; readonly bit: number; readonly state: FlagState }
  | { readonly key: "KEYWORD"; readonly keyword: string; readonly state: FlagState }
  | { readonly key: "RECENT" }
  /** Substring, RFC 9051 6.4.4; "" is in every field that is there. */
  | { readonly key: "TEXT"; readonly within: TextPlace; readonly text: string }
  | { readonly key: "HEADER"; readonly field: string; readonly text: string }
  /** `day` in days since 1970-01-01. */
  | {
      readonly key: "DATE";
      readonly of: "internal" | "sent" | "saved";
      readonly test: "before" | "on" | "since";
      readonly day: number;
    }
  | { readonly key: "SAVEDATESUPPORTED" }
  | { readonly key: "SIZE"; readonly test: "larger" | "smaller"; readonly bytes: number }
  /** Within the last `seconds` or not, by the internal date. */
  | { readonly key: "AGE"; readonly test: "older" | "younger"; readonly seconds: number }
  /** A mod-sequence of at least this. */
  | { readonly key: "MODSEQ"; readonly modSeq: ModSeq }
  | { readonly key: "EMAILID" | "THREADID"; readonly objectId: string }
  | { readonly key: "NOT"; readonly not: SearchKey }
  | { readonly key: "FUZZY"; readonly fuzzy: SearchKey }
  | { readonly key: "OR"; readonly any: readonly SearchKey[] }
  | { readonly key: "AND"; readonly all: readonly SearchKey[] };

/** Turns the octets of a string into text by the charset of the command. */
export type DecodeText = (bytes: Uint8Array) => string;

/** `search-key *(SP search-key)`, to the end of the arguments. */
export function readSearchKeys(args: ArgumentReader, decode: DecodeText): SearchKey {
  const all: OpenKey = { kind: "AND", keys: [], missing: Infinity };
  const open = [all];
  let fuzzy = 0;
  for (let count = 1; ; ) {
    if (args.takeOpen()) {
      open.push({ kind: "AND", keys: [], missing: Infinity });
      continue;
    }
    const word = isSequenceSet(args) ? "" : args.word();
    if (word === "NOT" || word === "OR" || word === "FUZZY") {
      openOperator(word, open, args);
      args.space();
      continue;
    }
    if (count++ > imapSearchKeysMax) throw beyondLimit("Too many search keys");
    if (open.some(({ kind }) => kind === "FUZZY") && ++fuzzy > imapFuzzyKeysMax)
      throw beyondLimit("Too many fuzzy search keys");
    attach(readLeaf(word, args, decode), open, args);
    if (open.length === 1 && args.atEnd) return finish(all);
    args.space();
  }
}

/** RFC 7162 3.1.5: with MODSEQ anywhere among the keys, the highest mod-sequence of what was found is part of the answer. */
export function namesModSeq(key: SearchKey): boolean {
  return names(key, "MODSEQ");
}

/** RFC 5032: what matches OLDER and YOUNGER changes without any change of a message. */
export function namesAge(key: SearchKey): boolean {
  return names(key, "AGE");
}

/** RFC 6203 4 and 6: only then can it be asked how relevant messages are. */
export function namesFuzzy(key: SearchKey): boolean {
  return names(key, "FUZZY");
}

function names(key: SearchKey, name: SearchKey["key"]): boolean {
  if (key.key === name) return true;
  if (key.key === "FUZZY") return names(key.fuzzy, name);
  if (key.key === "NOT") return names(key.not, name);
  if (key.key === "OR") return key.any.some((one) => names(one, name));
  return key.key === "AND" && key.all.some((one) => names(one, name));
}

/** A list, NOT, FUZZY or OR whose operands are being read; `missing` are still to come. */
interface OpenKey {
  readonly kind: "AND" | "OR" | "NOT" | "FUZZY";
  readonly keys: SearchKey[];
  missing: number;
}

function openOperator(kind: "OR" | "NOT" | "FUZZY", open: OpenKey[], args: ArgumentReader): void {
  const top = open.at(-1);
  if (kind === "OR" && top?.kind === "OR") {
    // One operand of the outer OR becomes two.
    top.missing++;
    return;
  }
  args.enter();
  open.push({ kind, keys: [], missing: kind === "OR" ? 2 : 1 });
}

/** Gives a key to what is open, and closes all that is complete with it. */
function attach(key: SearchKey, open: OpenKey[], args: ArgumentReader): void {
  for (let done = key; ; ) {
    const top = open.at(-1);
    if (top === undefined) return;
    top.keys.push(done);
    top.missing--;
    if (top.missing === 0) args.leave();
    else if (open.length === 1 || top.kind !== "AND" || !args.takeClose()) return;
    open.pop();
    done = finish(top);
  }
}

function finish({ kind, keys }: OpenKey): SearchKey {
  const [first] = keys;
  if (first === undefined || kind === "OR") return { key: "OR", any: keys };
  if (kind === "NOT") return { key: "NOT", not: first };
  if (kind === "FUZZY") return { key: "FUZZY", fuzzy: first };
  return keys.length === 1 ? first : { key: "AND", all: keys };
}

function readLeaf(word: string, args: ArgumentReader, decode: DecodeText): SearchKey {
  if (word === "") {
    if (!isSequenceSet(args)) throw new SyntaxFault(args.atEnd ? "Argument missing" : "Unknown search key");
    return { key: "SEQUENCE", messages: readSequenceSet(args) };
  }
  const known = plainKeys.get(word);
  if (known !== undefined) return known;
  const read = keysWithArgument.get(word);
  if (read === undefined) throw new SyntaxFault("Unknown search key");
  args.space();
  return read(args, decode);
}

const unseen: SearchKey = { key: "FLAG", bit: systemFlags["\\Seen"], state: "unset" };
const recent: SearchKey = { key: "RECENT" };

const plainKeys = new Map<string, SearchKey>([
  ["ALL", { key: "ALL" }],
  ["ANSWERED", { key: "FLAG", bit: systemFlags["\\Answered"], state: "set" }],
  ["DELETED", { key: "FLAG", bit: systemFlags["\\Deleted"], state: "set" }],
  ["DRAFT", { key: "FLAG", bit: systemFlags["\\Draft"], state: "set" }],
  ["FLAGGED", { key: "FLAG", bit: systemFlags["\\Flagged"], state: "set" }],
  ["SEEN", { key: "FLAG", bit: systemFlags["\\Seen"], state: "set" }],
  ["UNANSWERED", { key: "FLAG", bit: systemFlags["\\Answered"], state: "unset" }],
  ["UNDELETED", { key: "FLAG", bit: systemFlags["\\Deleted"], state: "unset" }],
  ["UNDRAFT", { key: "FLAG", bit: systemFlags["\\Draft"], state: "unset" }],
  ["UNFLAGGED", { key: "FLAG", bit: systemFlags["\\Flagged"], state: "unset" }],
  ["UNSEEN", unseen],
  // RFC 3501 6.4.4: NEW is equivalent to "(RECENT UNSEEN)", OLD to "NOT RECENT".
  ["RECENT", recent],
  ["NEW", { key: "AND", all: [recent, unseen] }],
  ["OLD", { key: "NOT", not: recent }],
  ["SAVEDATESUPPORTED", { key: "SAVEDATESUPPORTED" }],
]);

type ReadKey = (args: ArgumentReader, decode: DecodeText) => SearchKey;
type DateKey = Extract<SearchKey, { key: "DATE" }>;

const textKey = (within: TextPlace): [string, ReadKey] => [
  within,
  (args, decode) => ({ key: "TEXT", within, text: decode(args.astringBytes()) }),
];
const dateKey = (name: string, of: DateKey["of"], test: DateKey["test"]): [string, ReadKey] => [
  name,
  (args) => ({ key: "DATE", of, test, day: readDate(args) }),
];

const keysWithArgument = new Map<string, ReadKey>([
  textKey("FROM"),
  textKey("TO"),
  textKey("CC"),
  textKey("BCC"),
  textKey("SUBJECT"),
  textKey("BODY"),
  textKey("TEXT"),
  dateKey("BEFORE", "internal", "before"),
  dateKey("ON", "internal", "on"),
  dateKey("SINCE", "internal", "since"),
  dateKey("SENTBEFORE", "sent", "before"),
  dateKey("SENTON", "sent", "on"),
  dateKey("SENTSINCE", "sent", "since"),
  dateKey("SAVEDBEFORE", "saved", "before"),
  dateKey("SAVEDON", "saved", "on"),
  dateKey("SAVEDSINCE", "saved", "since"),
  ["KEYWORD", (args) => ({ key: "KEYWORD", keyword: readKeyword(args), state: "set" })],
  ["UNKEYWORD", (args) => ({ key: "KEYWORD", keyword: readKeyword(args), state: "unset" })],
  ["HEADER", readHeaderKey],
  ["UID", (args) => ({ key: "UID", messages: readSequenceSet(args) })],
  ["UIDAFTER", (args) => uidKey(args.nzNumber() + 1, uidMax)],
  ["UIDBEFORE", (args) => uidKey(1, args.nzNumber() - 1)],
  ["LARGER", (args) => ({ key: "SIZE", test: "larger", bytes: args.number64() })],
  ["SMALLER", (args) => ({ key: "SIZE", test: "smaller", bytes: args.number64() })],
  ["OLDER", (args) => ({ key: "AGE", test: "older", seconds: args.nzNumber() })],
  ["YOUNGER", (args) => ({ key: "AGE", test: "younger", seconds: args.nzNumber() })],
  ["MODSEQ", readModSeqKey],
  ["EMAILID", (args) => ({ key: "EMAILID", objectId: readObjectId(args) })],
  ["THREADID", (args) => ({ key: "THREADID", objectId: readObjectId(args) })],
]);

const uidMax = 0xffff_ffff;

/** RFC 9738 3.2: unlike "n:*", UIDAFTER never means the last message when that is not after it. */
function uidKey(from: number, to: number): SearchKey {
  return { key: "UID", messages: { kind: "ranges", ranges: from <= to ? [[from, to]] : [] } };
}

/** `header-fld-name SP astring`. */
function readHeaderKey(args: ArgumentReader, decode: DecodeText): SearchKey {
  const field = args.astring();
  args.space();
  return { key: "HEADER", field, text: decode(args.astringBytes()) };
}

/**
 * `[entry-name SP entry-type-req SP] mod-sequence-valzer`. RFC 7162 3.1.5: a server that has one mod-sequence for all
 * metadata items of a message MUST ignore the entry name and type.
 */
function readModSeqKey(args: ArgumentReader): SearchKey {
  if (args.peek() === octet.quote) {
    args.quoted();
    args.space();
    if (!["PRIV", "SHARED", "ALL"].includes(args.word())) throw new SyntaxFault("Unknown entry type");
    args.space();
  }
  return { key: "MODSEQ", modSeq: asModSeq(args.number64()) };
}

/** RFC 8474 7: objectid = 1*255(ALPHA / DIGIT / "_" / "-"). */
function readObjectId(args: ArgumentReader): string {
  const objectId = args.astring();
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(objectId)) throw new SyntaxFault("Invalid object id");
  return objectId;
}
