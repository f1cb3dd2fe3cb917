// FETCH (RFC 9051 6.4.5): `sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")
// [SP fetch-modifiers]`. Attributes of RFC 3501 (RFC822 ...), 3516 (BINARY), 7162 (MODSEQ), 8474 (EMAILID, THREADID),
// 8514 (SAVEDATE), 8970 (PREVIEW); modifiers of RFC 7162 3.1.4.1 and 3.2.6, and RFC
// 9394 3.3.
//
// Liberty: CHANGEDSINCE 0 is taken, though mod-sequence-value begins at 1: everything has changed since.

import { asModSeq, type ModSeq } from "../../model/ids.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import type { Numbering } from "./command-head.ts";
import { octet } from "./octets.ts";
import { type PartialRange, readPartialRange } from "./partial-range.ts";
import { formatSection, type Partial, readBinarySection, readPartial, readSection, type Section } from "./section.ts";
import { readSequenceSet, type SequenceSet } from "./sequence-set.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const plainAttributes = [
  "UID",
  "FLAGS",
  "INTERNALDATE",
  "RFC822.SIZE",
  "ENVELOPE",
  "BODY",
  "BODYSTRUCTURE",
  "MODSEQ",
  "EMAILID",
  "THREADID",
  "SAVEDATE",
] as const;

export type PlainAttribute = (typeof plainAttributes)[number];

/** `label` names the attribute in the response: `BODY[HEADER.FIELDS (To)]<0>`. It is ASCII. */
export type FetchItem =
  | { readonly attribute: PlainAttribute; readonly label: PlainAttribute }
  | {
      readonly attribute: "BODY[]";
      readonly label: string;
      readonly section: Section;
      readonly partial: Partial | null;
      readonly seen: SeenEffect;
    }
  | {
      readonly attribute: "BINARY";
      readonly label: string;
      readonly part: readonly number[];
      readonly partial: Partial | null;
      readonly seen: SeenEffect;
    }
  | { readonly attribute: "BINARY.SIZE"; readonly label: string; readonly part: readonly number[] }
  | { readonly attribute: "PREVIEW"; readonly label: "PREVIEW"; readonly haste: "lazy" | "none" };

/** Whether fetching it sets \Seen (RFC 9051 6.4.5). */
export type SeenEffect = "sets" | "keeps";

export interface FetchArgs {
  readonly messages: SequenceSet;
  /** None twice. UID stands first in a UID FETCH; MODSEQ is there when CHANGEDSINCE is. */
  readonly items: readonly FetchItem[];
  /** Whether that UID is there for UID FETCH alone. */
  readonly uid: "asked" | "implied";
  readonly changedSince: ModSeq | null;
  /** VANISHED: what was expunged since is wanted too. */
  readonly vanished: "told" | "not-asked";
  /** RFC 9394 3.3: which of the messages, by their places. */
  readonly partial: PartialRange | null;
}

export function readFetch(args: ArgumentReader, numbering: Numbering): FetchArgs {
  const messages = readSequenceSet(args);
  args.space();
  const items = readItems(args);
  if (!args.atEnd) args.space();
  const modifiers = args.peek() === octet.open ? readModifiers(args, numbering) : noModifiers;
  args.end();
  // RFC 9051 6.4.9: the UID is part of any FETCH response to a UID FETCH, asked for or not.
  const implied = numbering === "uid" && !items.some(({ attribute }) => attribute === "UID");
  if (numbering === "uid") items.unshift(uid);
  // RFC 7162 3.1.4.1: CHANGEDSINCE implicitly adds the MODSEQ data item.
  if (modifiers.changedSince !== null) items.push(modSeq);
  return { messages, items: withoutRepeats(items), uid: implied ? "implied" : "asked", ...modifiers };
}

type Modifiers = Pick<FetchArgs, "changedSince" | "vanished" | "partial">;

const noModifiers: Modifiers = { changedSince: null, vanished: "not-asked", partial: null };

/** `"(" fetch-modifier *(SP fetch-modifier) ")"`. */
function readModifiers(args: ArgumentReader, numbering: Numbering): Modifiers {
  let modifiers = noModifiers;
  args.list(() => {
    const word = args.word();
    if (word === "CHANGEDSINCE" && modifiers.changedSince === null) {
      args.space();
      modifiers = { ...modifiers, changedSince: asModSeq(args.number64()) };
    } else if (word === "VANISHED" && numbering === "uid") modifiers = { ...modifiers, vanished: "told" };
    // RFC 9394 3.3: it "extends the UID FETCH command".
    else if (word === "PARTIAL" && numbering === "uid" && modifiers.partial === null) {
      args.space();
      modifiers = { ...modifiers, partial: readPartialRange(args) };
    } else throw new SyntaxFault("Unknown FETCH modifier");
  });
  // RFC 7162 3.2.6: VANISHED MUST only be specified together with CHANGEDSINCE.
  if (modifiers.vanished === "told" && modifiers.changedSince === null)
    throw new SyntaxFault("VANISHED needs CHANGEDSINCE");
  return modifiers;
}

const uid: FetchItem = { attribute: "UID", label: "UID" };
const flags: FetchItem = { attribute: "FLAGS", label: "FLAGS" };
const internalDate: FetchItem = { attribute: "INTERNALDATE", label: "INTERNALDATE" };
const size: FetchItem = { attribute: "RFC822.SIZE", label: "RFC822.SIZE" };
const envelope: FetchItem = { attribute: "ENVELOPE", label: "ENVELOPE" };
const body: FetchItem = { attribute: "BODY", label: "BODY" };
const modSeq: FetchItem = { attribute: "MODSEQ", label: "MODSEQ" };

/** RFC 9051 6.4.5: macros, which stand alone. */
const macros = new Map<string, readonly FetchItem[]>([
  ["ALL", [flags, internalDate, size, envelope]],
  ["FAST", [flags, internalDate, size]],
  ["FULL", [flags, internalDate, size, envelope, body]],
]);

const whole: Section = { part: [], text: null, fields: [] };
const header: Section = { part: [], text: "HEADER", fields: [] };
const text: Section = { part: [], text: "TEXT", fields: [] };

/** Attributes without a section, by their names. RFC 3501 6.4.5: RFC822 and its kin are BODY[] under other labels. */
const attributes = new Map<string, FetchItem>([
  ...plainAttributes.map((name): [string, FetchItem] => [name, { attribute: name, label: name }]),
  ["RFC822", { attribute: "BODY[]", label: "RFC822", section: whole, partial: null, seen: "sets" }],
  ["RFC822.HEADER", { attribute: "BODY[]", label: "RFC822.HEADER", section: header, partial: null, seen: "keeps" }],
  ["RFC822.TEXT", { attribute: "BODY[]", label: "RFC822.TEXT", section: text, partial: null, seen: "sets" }],
]);

function readItems(args: ArgumentReader): FetchItem[] {
  if (args.peek() === octet.open) return args.list(() => readItem(args, args.word()));
  const word = args.word();
  return [...(macros.get(word) ?? [readItem(args, word)])];
}

function readItem(args: ArgumentReader, word: string): FetchItem {
  if (args.peek() === octet.openBracket) return readSectionItem(args, word);
  if (word === "PREVIEW") return readPreviewItem(args);
  const item = attributes.get(word);
  if (item === undefined) throw new SyntaxFault("Unknown FETCH attribute");
  return item;
}

/** `fetch-att *(SP fetch-att) ")"`, none twice: what NOTIFY and UPDATE have behind a parenthesis (RFC 5465 8). */
export function readFetchAttributes(args: ArgumentReader): readonly FetchItem[] {
  const items = [readItem(args, args.word())];
  while (!args.take(octet.close)) {
    args.space();
    items.push(readItem(args, args.word()));
  }
  return withoutRepeats(items);
}

/** `"PREVIEW" [SP "(" preview-mod *(SP preview-mod) ")"]` (RFC 8970 6). Another list behind it has FETCH modifiers. */
function readPreviewItem(args: ArgumentReader): FetchItem {
  if (!args.takeText(" (LAZY")) return { attribute: "PREVIEW", label: "PREVIEW", haste: "none" };
  while (args.takeText(" LAZY"));
  args.expect(octet.close);
  return { attribute: "PREVIEW", label: "PREVIEW", haste: "lazy" };
}

function readSectionItem(args: ArgumentReader, word: string): FetchItem {
  if (word === "BODY" || word === "BODY.PEEK") {
    const section = readSection(args);
    const partial = readPartial(args);
    const label = `BODY[${formatSection(section)}]${formatOrigin(partial)}`;
    return { attribute: "BODY[]", label, section, partial, seen: word === "BODY" ? "sets" : "keeps" };
  }
  if (word === "BINARY" || word === "BINARY.PEEK") {
    const part = readBinarySection(args);
    const partial = readPartial(args);
    const label = `BINARY[${part.join(".")}]${formatOrigin(partial)}`;
    return { attribute: "BINARY", label, part, partial, seen: word === "BINARY" ? "sets" : "keeps" };
  }
  if (word !== "BINARY.SIZE") throw new SyntaxFault("Unknown FETCH attribute");
  const part = readBinarySection(args);
  return { attribute: "BINARY.SIZE", label: `BINARY.SIZE[${part.join(".")}]`, part };
}

/** RFC 9051 7.5.2: a response to a partial FETCH gives the origin octet. */
function formatOrigin(partial: Partial | null): string {
  return partial === null ? "" : `<${partial.offset}>`;
}

/** What is asked for twice is answered once: BODY[] a thousand times would be a thousand bodies. */
export function withoutRepeats(items: readonly FetchItem[]): FetchItem[] {
  const byMeaning = new Map<string, FetchItem>();
  for (const item of items) {
    const length = "partial" in item && item.partial !== null ? item.partial.length : "";
    const key = `${item.label} ${length}`;
    const before = byMeaning.get(key);
    // BODY[1] BODY.PEEK[1]: the one that sets \\Seen stands for both; a preview that may take its time for a lazy one.
    const asksMore = ("seen" in item && item.seen === "sets") || ("haste" in item && item.haste === "none");
    if (before === undefined || asksMore) byMeaning.set(key, item);
  }
  return [...byMeaning.values()];
}
