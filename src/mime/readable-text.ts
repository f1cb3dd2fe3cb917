// The text of a message for search (RFC 9051 6.4.4 BODY and TEXT): each text part decoded, HTML without its tags, the
// headers of embedded messages with them. Bounded by source bytes: a message can hold more text than anybody reads.

import { searchTextBytesMax } from "../base/limits.ts";
import { decodeCharset } from "./charset.ts";
import { decodeHeaderText } from "./encoded-word.ts";
import { fieldValue, type HeaderField, headerFields } from "./header-fields.ts";
import { htmlToText } from "./html-text.ts";
import { textCharset } from "./message-summary.ts";
import { octetString } from "./octets.ts";
import { findParameter, type Part } from "./part.ts";
import { decodeTransfer } from "./transfer-encoding.ts";

/** The texts of a message's body in the order of its parts; made one by one, so that a search can stop at a match. */
export function* readableTexts(message: Uint8Array, root: Part): Generator<string> {
  let room = searchTextBytesMax;
  for (const part of leaves(root)) {
    if (part.envelope !== null) yield headerText(message.subarray(part.headerStart, part.bodyStart), textCharset(part));
    if (part.kind !== "leaf" || !part.mediaType.startsWith("text/") || room <= 0) continue;
    const body = message.subarray(part.bodyStart, Math.min(part.bodyEnd, part.bodyStart + room));
    room -= body.length;
    yield partText(part, body);
  }
}

/** The text of one part whose body, or the beginning of it, is `body`. */
export function partText(part: Part, body: Uint8Array): string {
  const bytes = decodeTransfer(body, part.content.encoding);
  const text = decodeCharset(bytes, findParameter(part.content.parameters, "charset"));
  return part.mediaType === "text/html" ? htmlToText(text, text.length + 1) : text;
}

/** A header block as text, fields unfolded and decoded: what TEXT searches besides the body. */
export function headerText(header: Uint8Array, hint: string | null = null): string {
  const text = octetString(header);
  const lines = headerFields(text).map((field) => `${field.name}: ${decodeHeaderText(fieldValue(text, field), hint)}`);
  return lines.join("\n");
}

/** The decoded values of all fields of that name (in lower case): what HEADER, FROM, SUBJECT and their kin search. */
export function decodedFieldValues(header: string, fields: readonly HeaderField[], name: string): string[] {
  const values: string[] = [];
  for (const field of fields) if (field.name === name) values.push(decodeHeaderText(fieldValue(header, field)));
  return values;
}

/** All parts, parents first; iterative, though the depth is bounded. */
function* leaves(root: Part): Generator<Part> {
  const waiting: Part[] = [root];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    yield part;
    for (let at = part.children.length - 1; at >= 0; at--) {
      const child = part.children[at];
      if (child !== undefined) waiting.push(child);
    }
  }
}
