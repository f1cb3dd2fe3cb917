// The fields of a header block (RFC 5322 2.2), found without copying: offsets into the block, values unfolded when
// asked for. Every line end is taken: CRLF, a bare LF, and the two mixed.

import { headerBytesMax, headerFieldBytesMax, headerFieldsMax } from "../base/limits.ts";
import { isWhite } from "./octets.ts";

export interface HeaderField {
  /** In lower case, without white space before the colon. */
  readonly name: string;
  /** Where the field begins in the block. */
  readonly start: number;
  /** The first character after the colon. */
  readonly valueStart: number;
  /** After the field's last line end. */
  readonly end: number;
}

const lineFeed = "\n";
const space = 32;
const tab = 9;

/** The fields of `header` (an octet string), up to its blank line. A line without a colon is no field. */
export function headerFields(header: string): HeaderField[] {
  const fields: HeaderField[] = [];
  const length = Math.min(header.length, headerBytesMax);
  let at = 0;
  let colon = header.indexOf(":");
  while (at < length && colon !== -1 && fields.length < headerFieldsMax) {
    const start = at;
    at = fieldEnd(header, start);
    if (isBlank(header, start, at)) break;
    if (colon < start) colon = header.indexOf(":", start);
    if (colon === -1 || colon >= at) continue;
    // RFC 5322 4.5: obsolete syntax allows white space before the colon, but no line end.
    const name = header.slice(start, colon);
    if (name.includes(lineFeed)) continue;
    const trimmed = name.trimEnd().toLowerCase();
    if (trimmed !== "") fields.push({ name: trimmed, start, valueStart: colon + 1, end: at });
  }
  return fields;
}

/** The value of a field, unfolded (RFC 5322 2.2.3: only the line ends go), without the white space before it. */
export function fieldValue(header: string, field: HeaderField): string {
  const end = Math.min(field.end, field.valueStart + headerFieldBytesMax);
  const raw = header.slice(field.valueStart, end);
  const unfolded = raw.replace(/\r?\n/g, "");
  let start = 0;
  while (isWhite(unfolded.charCodeAt(start))) start++;
  return unfolded.slice(start);
}

/** Where the field that starts at `start` ends: after the first line end that no folding white space follows. */
function fieldEnd(header: string, start: number): number {
  let at = start;
  for (;;) {
    const end = header.indexOf(lineFeed, at);
    if (end === -1) return header.length;
    at = end + 1;
    const next = header.charCodeAt(at);
    if (next !== space && next !== tab) return at;
  }
}

function isBlank(header: string, start: number, end: number): boolean {
  return end - start === 1 ? header[start] === lineFeed : end - start === 2 && header.startsWith("\r\n", start);
}
