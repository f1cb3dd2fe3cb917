// The texts of a message as a search reads them (RFC 9051 6.4.4 BODY), each in one piece.

import { textCharset } from "../../src/mime/message-summary.ts";
import type { Part } from "../../src/mime/part.ts";
import { headerTextPieces, partTextPieces, textParts } from "../../src/mime/text-pieces.ts";

/** Headers of embedded messages, and the bodies of parts that have text. */
export function messageTexts(message: Uint8Array, root: Part): string[] {
  const texts: string[] = [];
  for (const { part, bodyBytes } of textParts(root)) {
    const { headerStart, bodyStart } = part;
    if (part.envelope !== null)
      texts.push([...headerTextPieces(message.subarray(headerStart, bodyStart), textCharset(part))].join(""));
    if (part.kind === "leaf" && part.mediaType.startsWith("text/"))
      texts.push([...partTextPieces(part, message.subarray(bodyStart, bodyStart + bodyBytes))].join(""));
  }
  return texts;
}
