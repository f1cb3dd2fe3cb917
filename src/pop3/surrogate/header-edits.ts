// What has to change in one header block (of a message or of a part) before a client without UTF-8 may see it: the
// surrogate of RFC 6858 2. Fields that are ASCII stay as they are, byte for byte.
//
// Liberties: parameters are encoded (RFC 2231) instead of excised, so that attachments keep their names; Comments and
// Content-Description are encoded as Subject is. A field whose octets are no UTF-8 is no internationalized header
// (RFC 6532 3.2) but mail of an older kind, in a charset that only its reader can guess: it goes out as it came.

import { latin1 } from "../../base/bytes.ts";
import { readContentFields } from "../../mime/content-fields.ts";
import { decodeHeaderText } from "../../mime/encoded-word.ts";
import { encodeHeaderText, encodeParameter } from "../../mime/header-encode.ts";
import { fieldValue, type HeaderField, headerFields } from "../../mime/header-fields.ts";
import { isEightBit, octets } from "../../mime/octets.ts";
import type { Parameter } from "../../mime/part.ts";
import { surrogateAddresses } from "./surrogate-addresses.ts";

/** Bytes `start` to `end` (exclusive) of a message give way to `replacement`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: Uint8Array;
}

/** RFC 6858 2.1 names these. */
const addressFields = new Set([
  "bcc",
  "cc",
  "from",
  "reply-to",
  "resent-bcc",
  "resent-cc",
  "resent-from",
  "resent-sender",
  "resent-to",
  "return-path",
  "sender",
  "to",
]);
/** RFC 2047 5 (1) allows encoded words in these. */
const textFields = new Set(["subject", "comments", "content-description"]);

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const none = new Uint8Array();

/** Edits within `header` (an octet string that begins at byte `offset` of the message), in order. */
export function headerEdits(header: string, offset: number): Edit[] {
  if (!isEightBit(header)) return [];
  const edits: Edit[] = [];
  for (const field of headerFields(header)) {
    const raw = header.slice(field.start, field.end);
    if (!isEightBit(raw) || !isUtf8(raw)) continue;
    const replacement = surrogateField(header, field);
    if (replacement !== "keep") edits.push({ start: offset + field.start, end: offset + field.end, replacement });
  }
  return edits;
}

function surrogateField(header: string, field: HeaderField): Uint8Array | "keep" {
  // RFC 5322 2.2: a field's name is ASCII. A line that is none has no surrogate.
  const name = header.slice(field.start, field.valueStart - 1).trimEnd();
  if (isEightBit(name)) return none;
  const value = fieldValue(header, field);
  if (addressFields.has(field.name)) return line(name, surrogateAddresses(value, field.name));
  if (textFields.has(field.name)) {
    return line(name, encodeHeaderText(decodeHeaderText(value, "utf-8"), name.length + 2));
  }
  if (field.name === "content-type") return contentType(name, header, field);
  if (field.name === "content-disposition") return contentDisposition(name, header, field);
  // RFC 6858 2.4: "Any header field that cannot be presented to the client ... is silently excised."
  return none;
}

function contentType(name: string, header: string, field: HeaderField): Uint8Array | "keep" {
  const { type, subtype, parameters } = readContentFields(header, [field]);
  if (type === null || subtype === null || isEightBit(type + subtype)) return none;
  // The body's delimiter lines have these octets; a part that is not found is worse than a raw boundary.
  if (parameters.some((one) => one.name.toLowerCase() === "boundary" && isEightBit(one.value))) return "keep";
  return line(name, `${type}/${subtype}${parameterList(parameters)}`);
}

function contentDisposition(name: string, header: string, field: HeaderField): Uint8Array {
  const { disposition } = readContentFields(header, [field]);
  if (disposition === null || isEightBit(disposition.type)) return none;
  return line(name, `${disposition.type}${parameterList(disposition.parameters)}`);
}

function parameterList(parameters: readonly Parameter[]): string {
  return parameters
    .filter(({ name }) => !isEightBit(name))
    .map(({ name, value }) => {
      // RFC 2231 4: an extended value is ASCII already, and not to be quoted.
      if (name.endsWith("*") && !isEightBit(value)) return `;\r\n ${name}=${value}`;
      return `;\r\n ${encodeParameter(name, decodeHeaderText(value, "utf-8"))}`;
    })
    .join("");
}

function line(name: string, value: string): Uint8Array {
  return latin1(`${name}: ${value}\r\n`);
}

function isUtf8(text: string): boolean {
  try {
    strictUtf8.decode(octets(text));
    return true;
  } catch {
    return false;
  }
}
