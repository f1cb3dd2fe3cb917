// Metadata on the wire (RFC 5464 4, 5; RFC 9590 5): the arguments of GETMETADATA and SETMETADATA, the return option of LIST,
// and the response METADATA.
//
// Liberty: the options of GETMETADATA are taken behind the mailbox too, where some clients put them.

import { metadataEntriesAskedMax } from "../../base/limits.ts";
import type { MailboxName } from "../../model/mailbox-name.ts";
import { type EntryName, hasValue, type MetadataChange, parseEntryName } from "../../model/metadata.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { readMailboxOrServer } from "./mailbox-argument.ts";
import { octet } from "./octets.ts";
import { beyondLimit, SyntaxFault } from "./syntax-fault.ts";
import type { Writer } from "./writer.ts";

export interface MetadataOptions {
  /** Infinity: values of any size. */
  readonly maxSizeBytes: number;
  /** How many levels below the entries that are named (RFC 5464 4.2.2). */
  readonly depth: 0 | 1 | "infinity";
}

/** An entry as it was asked for; the answer spells it in the same way. */
export interface AskedEntry {
  readonly name: EntryName;
  readonly spelling: string;
}

export interface GetMetadataArgs extends MetadataOptions {
  /** Null for the server itself. */
  readonly mailbox: MailboxName | null;
  readonly entries: readonly AskedEntry[];
}

export interface SetMetadataArgs {
  readonly mailbox: MailboxName | null;
  readonly changes: readonly MetadataChange[];
}

const usualOptions: MetadataOptions = { maxSizeBytes: Infinity, depth: 0 };

/** `[options SP] mailbox SP entries`. */
export function readGetMetadata(args: ArgumentReader): GetMetadataArgs {
  let options = usualOptions;
  if (args.peek() === octet.open) {
    options = readOptions(args);
    args.space();
  }
  const mailbox = readMailboxOrServer(args);
  args.space();
  let entries: readonly AskedEntry[];
  if (!args.takeOpen()) entries = [readEntry(args)];
  else if (args.peek() !== octet.slash && args.peek() !== octet.quote && args.peek() !== octet.openBrace) {
    options = optionsUntilClose(args);
    args.space();
    entries = readEntries(args);
  } else entries = entriesUntilClose(args);
  args.end();
  return { ...options, mailbox, entries };
}

/** `mailbox SP "(" entry SP value *(SP entry SP value) ")"`. */
export function readSetMetadata(args: ArgumentReader): SetMetadataArgs {
  const mailbox = readMailboxOrServer(args);
  args.space();
  const changes = args.list(() => {
    const { name } = readEntry(args);
    if (!hasValue(name)) throw new SyntaxFault("This entry has no value");
    args.space();
    return { name, value: args.anyValue() };
  });
  if (changes.length > metadataEntriesAskedMax) throw beyondLimit("Too many entries");
  args.end();
  return { mailbox, changes };
}

/** `entries = entry / "(" entry *(SP entry) ")"`. */
export function readEntries(args: ArgumentReader): readonly AskedEntry[] {
  return args.takeOpen() ? entriesUntilClose(args) : [readEntry(args)];
}

function entriesUntilClose(args: ArgumentReader): readonly AskedEntry[] {
  const entries = [readEntry(args)];
  while (!args.takeClose()) {
    args.space();
    entries.push(readEntry(args));
  }
  if (entries.length > metadataEntriesAskedMax) throw beyondLimit("Too many entries");
  return entries;
}

function readEntry(args: ArgumentReader): AskedEntry {
  const spelling = args.astring();
  const name = parseEntryName(spelling);
  if (name === undefined) throw new SyntaxFault("Not the name of an entry");
  return { name, spelling };
}

function readOptions(args: ArgumentReader): MetadataOptions {
  args.open();
  return optionsUntilClose(args);
}

function optionsUntilClose(args: ArgumentReader): MetadataOptions {
  let options = readOption(args, usualOptions);
  while (!args.takeClose()) {
    args.space();
    options = readOption(args, options);
  }
  return options;
}

function readOption(args: ArgumentReader, before: MetadataOptions): MetadataOptions {
  const option = args.word();
  if (option !== "MAXSIZE" && option !== "DEPTH") throw new SyntaxFault("Unknown option of GETMETADATA");
  args.space();
  if (option === "MAXSIZE") return { ...before, maxSizeBytes: args.number() };
  const depth = args.word();
  if (depth === "0") return { ...before, depth: 0 };
  if (depth === "1") return { ...before, depth: 1 };
  if (depth === "INFINITY") return { ...before, depth: "infinity" };
  throw new SyntaxFault("DEPTH is 0, 1 or infinity");
}

/** `* METADATA INBOX (/shared/comment "x")`; NIL for an entry that is not there. */
export function writeMetadata(
  to: Writer,
  mailbox: MailboxName | null,
  values: readonly (readonly [string, Uint8Array | null])[],
): void {
  begin(to, mailbox);
  to.open();
  for (const [name, value] of values) {
    to.next();
    to.astring(name);
    to.space();
    writeValue(to, value);
  }
  to.close();
  to.crlf();
}

/** RFC 5464 4.4.2: `* METADATA INBOX /shared/comment /private/comment`: entries that have changed. */
export function writeMetadataNotice(to: Writer, mailbox: MailboxName | null, names: Iterable<string>): void {
  begin(to, mailbox);
  let isFirst = true;
  for (const name of names) {
    if (!isFirst) to.space();
    isFirst = false;
    to.astring(name);
  }
  to.crlf();
}

function begin(to: Writer, mailbox: MailboxName | null): void {
  to.ascii("* METADATA ");
  if (mailbox === null) to.ascii('""');
  else to.mailbox(mailbox);
  to.space();
}

// Octets that are text go as a quoted string, others as a literal; NUL has a place in a literal8 only.
function writeValue(to: Writer, value: Uint8Array | null): void {
  if (value === null) to.nil();
  else if (value.includes(0)) {
    to.literalHead(value.length, "literal8");
    to.bytes(value);
  } else if (value.length <= 1_000 && value.every((byte) => byte >= 0x20 && byte < 0x7f))
    to.string(String.fromCharCode(...value));
  else to.literal(value);
}
