// The text of a message for search (RFC 9051 6.4.4 BODY and TEXT): each text part decoded, HTML without its tags, headers
// unfolded and decoded. In pieces of bounded work, so that a search need not hold up others, which fold one by one
// (search-text.ts). An empty piece has no text, but says that work was done.

import { concatBytes } from "../base/bytes.ts";
import { searchTextBytesMax } from "../base/limits.ts";
import { decodeCharsetPieces } from "./charset.ts";
import { decodeHeaderText } from "./encoded-word.ts";
import { htmlWords } from "./html-text.ts";
import { isEightBit, octetString } from "./octets.ts";
import { findParameter, type Part } from "./part.ts";
import { foldablePieces } from "./search-text.ts";
import { transferDecoder, transferEncoding } from "./transfer-encoding.ts";

/** Characters of a piece, about: folding them takes half a millisecond. */
export const textPieceCharacters = 16 * 1024;
/** Bytes that are decoded in one go. */
const decodedBytes = 64 * 1024;

/** A part with text to search, and how many bytes of its body are read. */
export interface TextPart {
  readonly part: Part;
  readonly bodyBytes: number;
}

/** All parts in the order of the message, each with as much of its body as the limit leaves; 0 where that is no text. */
export function textParts(root: Part): TextPart[] {
  const parts: TextPart[] = [];
  let room = searchTextBytesMax;
  const waiting: Part[] = [root];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const isText = part.kind === "leaf" && part.mediaType.startsWith("text/");
    const bodyBytes = isText ? Math.min(room, part.bodyEnd - part.bodyStart) : 0;
    room -= bodyBytes;
    parts.push({ part, bodyBytes });
    for (let at = part.children.length - 1; at >= 0; at--) {
      const child = part.children[at];
      if (child !== undefined) waiting.push(child);
    }
  }
  return parts;
}

/** The text of a part whose body, or the beginning of it, is `body`. */
export function* partTextPieces({ content, mediaType }: Part, body: Uint8Array): Generator<string> {
  const bytes = yield* decodedPieces(body, content.encoding);
  const text = decodeCharsetPieces(bytes, findParameter(content.parameters, "charset"));
  yield* foldablePieces(mediaType === "text/html" ? htmlPieces(text) : text, textPieceCharacters);
}

/** A header as it is read: unfolded (RFC 5322 2.2.3) and decoded. `hint` is the charset of raw octets. */
export function headerTextPieces(header: Uint8Array, hint: string | null): Generator<string> {
  const unfolded = octetString(header).replace(/\r?\n[ \t]/g, " ");
  return foldablePieces(decodedLines(unfolded, hint), textPieceCharacters);
}

function* decodedLines(header: string, hint: string | null): Generator<string> {
  // Most headers have nothing to decode.
  if (!header.includes("=?") && !isEightBit(header)) return yield header.replaceAll("\t", " ");
  for (const line of header.split(/\r?\n/)) {
    for (const part of decodableParts(line)) yield decodeHeaderText(part, hint);
    yield "\r\n";
  }
}

/** A line of any length in parts that decode one by one; where it is nothing but encoded words, spaces stay between some. */
export function* decodableParts(line: string): Generator<string> {
  let from = 0;
  while (line.length - from > textPieceCharacters) {
    const room = line.slice(from, from + textPieceCharacters);
    const lastSpace = room.lastIndexOf(" ");
    let end = lastSpace;
    // White space after an encoded word counts only if no other follows (RFC 2047 6.2).
    while (end > 0 && room.startsWith("?=", end - 2)) end = room.lastIndexOf(" ", end - 1);
    if (end <= 0) end = lastSpace > 0 ? lastSpace : room.length;
    yield room.slice(0, end);
    from += end;
  }
  yield line.slice(from);
}

function* decodedPieces(body: Uint8Array, encoding: string | null): Generator<"", Uint8Array> {
  const how = transferEncoding(encoding);
  if (how === "identity" || how === "unknown") return body;
  const decoder = transferDecoder(how);
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < body.length; from += decodedBytes) {
    if (from > 0) yield "";
    pieces.push(decoder.push(body.subarray(from, from + decodedBytes)));
  }
  pieces.push(decoder.finish());
  return concatBytes(pieces);
}

/** The words of HTML with one space between them: white space within it means no more than that (HTML 4.01 9.1). */
function* htmlPieces(source: Iterable<string>): Generator<string> {
  let html = "";
  for (const piece of source) {
    if (html !== "") yield "";
    html += piece;
  }
  let words = "";
  let before = "";
  let bits = 0;
  for (const bit of htmlWords(html, textPieceCharacters)) {
    if (++bits % bitsPerPiece === 0) yield "";
    words += bit;
    if (words.length < textPieceCharacters) continue;
    before = squeezed(words, before);
    yield before;
    words = "";
  }
  if (words !== "") yield squeezed(words, before);
}

/** Some hundred microseconds of taking tags away, where there are few words between them. */
const bitsPerPiece = 1_024;

const whiteSpace = /[\t\n\f\r ]+/g;

/** `text` as it goes on after `before`. */
function squeezed(text: string, before: string): string {
  const words = text.replace(whiteSpace, " ");
  return before.endsWith(" ") && words.startsWith(" ") ? words.slice(1) : words;
}
