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

/** The preview of a message that lies in memory. */
export function preview(message: Uint8Array, root: Part): string {
  let best = "";
  for (const source of previewSources(root)) {
    best = previewText(source.part, message.subarray(source.start, source.end));
    if (best !== "") break;
  }
  return best;
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
  const text = decodeCharset(
    decodeTransfer(body, part.content.encoding),
    findParameter(part.content.parameters, "charset"),
  );
  const words = part.mediaType === "text/html" ? htmlToText(text, 8 * previewCharactersMax) : withoutQuotes(text);
  return shorten(squeeze(words)) || shorten(squeeze(text));
}

/** Without the lines that repeat an earlier message; with them when nothing else is there. */
function withoutQuotes(text: string): string {
  return text.replace(/^[>|].*$/gm, "");
}

function squeeze(text: string): string {
  return text
    .replace(/\u034f|[\u00ad\u200b\u2007\u2060\ufeff]/g, "")
    .replace(/[\s\0-\x1f\x7f-\x9f]+/g, " ")
    .replace(/([-=_*~#.])\1{3,}/g, "$1$1$1")
    .trim();
}

/** RFC 8970 3.1: "The server SHOULD limit the length of the preview text to 200 preview characters." */
function shorten(text: string): string {
  const start = text.slice(0, 4 * previewCharactersMax);
  if (start.length <= previewCharactersMax) return start.replace(/\ufffd+$/, "");
  let short = "";
  let count = 0;
  for (const { segment } of graphemes.segment(start)) {
    count += Array.from(segment).length;
    if (count > previewCharactersMax) break;
    short += segment;
  }
  return short.trimEnd();
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
