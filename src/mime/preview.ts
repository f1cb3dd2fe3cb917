// PREVIEW (RFC 8970): the first words that a person would read. text/plain before HTML, without quoted lines; bounded
// in what it reads and in what it gives.

import { previewCharactersMax, previewSourceBytesMax } from "../base/limits.ts";
import { isAttachment } from "./attachment.ts";
import { decodeCharset } from "./charset.ts";
import { htmlToText } from "./html-text.ts";
import { findParameter, type Part } from "./part.ts";
import { decodeTransfer } from "./transfer-encoding.ts";

/** Where a preview comes from: bytes `start..end` of the message are all it needs. */
export interface PreviewSource {
  readonly part: Part;
  readonly start: number;
  readonly end: number;
}

/** The parts worth a look, best first; few, since only the beginning of a message is of interest. */
export function previewSources(root: Part): PreviewSource[] {
  const plain: PreviewSource[] = [];
  const html: PreviewSource[] = [];
  const waiting: Part[] = [root];
  for (let part = waiting.pop(); part !== undefined && plain.length + html.length < 8; part = waiting.pop()) {
    if (part.kind === "multipart") waiting.push(...part.children.slice(0, 8).reverse());
    else if (part.kind === "leaf" && (part === root || !isAttachment(part))) {
      const source = {
        part,
        start: part.bodyStart,
        end: Math.min(part.bodyEnd, part.bodyStart + previewSourceBytesMax),
      };
      if (part.mediaType === "text/plain") plain.push(source);
      else if (part.mediaType === "text/html") html.push(source);
    }
  }
  return [...plain, ...html];
}

/** The preview that the beginning of one text part gives; "" when it has no words. */
export function previewText(part: Part, body: Uint8Array): string {
  const charset = findParameter(part.content.parameters, "charset");
  const text = decodeCharset(decodeTransfer(body, part.content.encoding), charset);
  if (part.mediaType === "text/html") return firstWords(htmlToText(text, 8 * previewCharactersMax));
  // Most often the beginning is enough; what quotes a long letter needs more.
  const start = text.slice(0, 8 * previewCharactersMax);
  return firstWords(withoutQuotes(start)) || firstWords(withoutQuotes(text)) || firstWords(start);
}

/** Without the lines that repeat an earlier message. */
function withoutQuotes(text: string): string {
  return text.replace(/^[>|].*$/gm, "");
}

/** The words with one space between them, as many as a preview holds. */
function firstWords(text: string): string {
  const words = text
    .slice(0, previewSourceBytesMax)
    .replace(/\u034f|[\u00ad\u200b\u2007\u2060\ufeff]+/g, "")
    .replace(/[\s\0-\x1f\x7f-\x9f]+/g, " ")
    .replace(/([-=_*~#.])\1{3,}/g, "$1$1$1");
  return shorten(words.trim());
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * RFC 8970 3.1: "The server SHOULD limit the length of the preview text to 200 preview characters." Cut between
 * characters as people see them. Half a character at the end of the source is left out.
 */
function shorten(text: string): string {
  if (text.length <= previewCharactersMax) return text.replace(/\ufffd+$/, "");
  const end = graphemes.segment(text.slice(0, 2 * previewCharactersMax)).containing(previewCharactersMax)?.index;
  return text.slice(0, end ?? previewCharactersMax).trimEnd();
}
