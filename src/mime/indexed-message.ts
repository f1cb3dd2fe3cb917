// A message as an index over text keeps it: all that a search compares, folded (search-text.ts), so that a string is in the
// message if and only if it is in here. Texts are parted by U+001F, and so is what NUL parts: neither is looked for in here.

import { headerBytesMax, indexedCharactersMax, searchWholeBytesMax } from "../base/limits.ts";
import { fieldTexts, headerBytesUsual, headerEnd } from "./field-texts.ts";
import { headerFields } from "./header-fields.ts";
import { isEightBit, octetString } from "./octets.ts";
import type { Part } from "./part.ts";
import { foldablePieces, foldText } from "./search-text.ts";
import { searchedPieces, searchedTexts } from "./searched-texts.ts";
import { type ShownField, shownField } from "./shown-fields.ts";
import { readStoredEnvelope, storedTextCharset } from "./stored-envelope.ts";
import { StructureParser } from "./structure-parser.ts";
import { textPieceCharacters } from "./text-pieces.ts";

/** A message on the disk. */
export interface MessageSource {
  readonly size: number;
  readonly read: (from: number, to: number) => Uint8Array;
  /** ENVELOPE and BODYSTRUCTURE as they were stored at delivery. */
  readonly envelope: Uint8Array;
  readonly bodyStructure: Uint8Array;
}

export interface IndexedMessage {
  /** Null where there is no such field. */
  readonly shown: Readonly<Record<ShownField, string | null>>;
  /** The texts that TEXT looks at and BODY does not. */
  readonly head: string;
  readonly body: string;
  /** What HEADER may find of fields and does not stand in `head`; more besides. */
  readonly others: string;
}

const between = "\x1f";

/** Null for one with more text than an index takes: whoever searches reads it. */
export function indexedMessage(source: MessageSource): IndexedMessage | null {
  const root = structureOf(source);
  let room = indexedCharactersMax;
  const texts: Record<"in a header" | "in the body", string[]> = { "in a header": [], "in the body": [] };
  for (const text of searchedTexts(root)) {
    const folded = foldAll(searchedPieces(text, source.read(text.start, text.end)));
    room -= folded.length;
    if (room < 0) return null;
    if (folded !== "") texts[text.stands].push(folded);
  }
  const head = joined(texts["in a header"]);
  const fields = unlikeHead(source, root);
  return {
    shown: foldedFields(source),
    head,
    body: joined(texts["in the body"]),
    others: joined(fields.length > lookedUpMax ? fields : fields.filter((text) => !head.includes(text))),
  };
}

function joined(texts: readonly string[]): string {
  return texts.join(between).replaceAll("\0", between);
}

/** Texts that are looked up in the header, each in time as long as it is. */
const lookedUpMax = 200;

function foldAll(pieces: Iterable<string>): string {
  const folded: string[] = [];
  for (const piece of pieces) if (piece !== "") folded.push(foldText(piece));
  return folded.join("");
}

function structureOf({ size, read }: MessageSource): Part {
  const parser = new StructureParser();
  for (let from = 0; from < size; from += searchWholeBytesMax)
    parser.push(read(from, Math.min(size, from + searchWholeBytesMax)));
  return parser.finish();
}

function foldedFields({ envelope, bodyStructure }: MessageSource): Record<ShownField, string | null> {
  const fields = readStoredEnvelope(envelope);
  const folded = (field: ShownField): string | null => {
    const text = shownField(fields, field, () => storedTextCharset(bodyStructure));
    return text === null ? null : joined([foldText(text)]);
  };
  return {
    subject: folded("subject"),
    from: folded("from"),
    to: folded("to"),
    cc: folded("cc"),
    bcc: folded("bcc"),
  };
}

/** What is read otherwise in a single field than in a line of the header: encoded words, octets of some charset, controls. */
const readOtherwise = /=\?|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]|\r(?!\n)/;

/** The texts of fields that may not stand in the header's text as they stand by themselves. */
function unlikeHead(source: MessageSource, root: Part): string[] {
  const header = octetString(headerOf(source));
  // A header that ends earlier for whoever parses the structure has fields that are not in its text.
  const isWhole = header.length <= root.bodyStart;
  const fields = headerFields(header).filter(
    ({ start, end }) => !isWhole || readOtherwise.test(header.slice(start, end)),
  );
  if (fields.length === 0) return [];
  const charset = isEightBit(header) ? storedTextCharset(source.bodyStructure) : null;
  const texts = foldAll(foldablePieces(fieldTexts(header, fields, charset), textPieceCharacters));
  return texts.split("\0").filter((text) => text !== "");
}

/** As much of the message as a search for header fields looks at. */
function headerOf({ size, read }: MessageSource): Uint8Array {
  const beginning = read(0, Math.min(size, headerBytesUsual));
  const end = headerEnd(beginning);
  if (end > 0) return beginning.subarray(0, end);
  return size <= headerBytesUsual ? beginning : read(0, Math.min(size, headerBytesMax));
}
