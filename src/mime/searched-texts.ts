// Which texts of a message a search looks at (RFC 9051 6.4.4 BODY and TEXT), in their order: the header of each part, and the
// body of each text part as far as the limit leaves. One list for whoever searches a message and whoever indexes it.

import { headerBytesMax } from "../base/limits.ts";
import { textCharset } from "./message-summary.ts";
import type { Part } from "./part.ts";
import { headerTextPieces, partTextPieces, textParts } from "./text-pieces.ts";

export interface SearchedText {
  readonly part: Part;
  readonly kind: "header" | "body";
  /** TEXT looks at all of them; BODY at those "in the body". The header of an embedded message is part of the body around it. */
  readonly stands: "in the body" | "in a header";
  /** Where its bytes are in the message. */
  readonly start: number;
  readonly end: number;
}

export function* searchedTexts(root: Part): Generator<SearchedText> {
  for (const { part, bodyBytes } of textParts(root)) {
    const { headerStart, bodyStart } = part;
    yield {
      part,
      kind: "header",
      stands: part.envelope === null ? "in a header" : "in the body",
      start: headerStart,
      end: Math.min(bodyStart, headerStart + headerBytesMax),
    };
    if (bodyBytes > 0)
      yield { part, kind: "body", stands: "in the body", start: bodyStart, end: bodyStart + bodyBytes };
  }
}

/** The text in pieces that fold one by one (search-text.ts); `bytes` are those from its start to its end. */
export function searchedPieces({ part, kind }: SearchedText, bytes: Uint8Array): Generator<string> {
  return kind === "header" ? headerTextPieces(bytes, textCharset(part)) : partTextPieces(part, bytes);
}
