// The texts of header fields as a search for HEADER compares them (RFC 9051 6.4.4: "in the text of the header field (what
// comes after the colon)"): unfolded and decoded, fields of ids also as they are written.

import { decodeHeaderText } from "./encoded-word.ts";
import { fieldValue, type HeaderField } from "./header-fields.ts";
import { decodableParts } from "./text-pieces.ts";

/** Most headers are within so many bytes of a message's beginning. */
export const headerBytesUsual = 64 * 1024;
const lineFeed = 10;
const carriageReturn = 13;

/** Where the blank line after the header begins, or 0. */
export function headerEnd(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    const next = bytes[at + 1];
    if (next === lineFeed || (next === carriageReturn && bytes[at + 2] === lineFeed)) return at + 1;
  }
  return 0;
}

/** Fields of ids, in which nothing is encoded (RFC 2047 5), so that what looks like it is part of the id. */
const idFields = new Set(["message-id", "in-reply-to", "references", "resent-message-id", "content-id"]);
/** Ends the text of a field, so that nothing is found across two: no string that anyone looks for has it. */
const fieldEnd = "\0";

/** The texts of `fields` one after another, in pieces. `charset` is that of raw octets. */
export function* fieldTexts(header: string, fields: Iterable<HeaderField>, charset: string | null): Generator<string> {
  for (const field of fields) {
    const value = fieldValue(header, field);
    if (idFields.has(field.name) && value.includes("=?")) yield value + fieldEnd;
    for (const part of decodableParts(value)) yield decodeHeaderText(part, charset);
    yield fieldEnd;
  }
}
