// Mailbox names on the wire: modified UTF-7 (RFC 3501 5.1.3), UTF-8 once the client has enabled it (RFC 6855 3, RFC 9051 5.1).
// Decoding is strict: a name has one encoding only, so two spellings can never stand for one mailbox. RFC 3501 5.1.3
// forbids shifts for printable US-ASCII and superfluous shifts; what does not encode back to itself has one of them.

import type { NameForm } from "./argument-reader.ts";

/** Unicode to modified UTF-7. */
export function encodeModifiedUtf7(text: string): string {
  let encoded = "";
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (isDirect(code)) {
      encoded += code === ampersand ? "&-" : text.charAt(at);
      at++;
      continue;
    }
    const start = at;
    while (at < text.length && !isDirect(text.charCodeAt(at))) at++;
    encoded += `&${shifted(text, start, at)}-`;
  }
  return encoded;
}

/** Modified UTF-7 to Unicode; null when it is not the one encoding of a text. */
export function decodeModifiedUtf7(encoded: string): string | null {
  if (!encoded.includes("&")) return printable.test(encoded) ? encoded : null;
  let text = "";
  for (let at = 0; at < encoded.length; ) {
    const shift = encoded.indexOf("&", at);
    if (shift < 0) {
      text += encoded.slice(at);
      break;
    }
    const end = encoded.indexOf("-", shift);
    if (end < 0) return null;
    text += encoded.slice(at, shift);
    text += end === shift + 1 ? "&" : unshifted(encoded, shift + 1, end);
    at = end + 1;
  }
  return text.isWellFormed() && encodeModifiedUtf7(text) === encoded ? text : null;
}

/**
 * A name or a pattern as the client sent it, to Unicode; null when it has no meaning. Wildcards pass through.
 * RFC 6855 3: a server MUST accept UTF-8 names in quoted strings; modified UTF-7 has no octets above 7F, so what has
 * them is UTF-8 in either form.
 */
export function decodeName(name: string, form: NameForm): string | null {
  return form === "utf-8" || beyondAscii.test(name) ? name : decodeModifiedUtf7(name);
}

const ampersand = 0x26;
const printable = /^[\x20-\x7e]*$/;
const beyondAscii = /[\x80-\uffff]/;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/** RFC 3501 5.1.3: printable US-ASCII represents itself. */
function isDirect(code: number): boolean {
  return code >= 0x20 && code <= 0x7e;
}

/** UTF-16 code units, big-endian, in modified base64 without padding. */
function shifted(text: string, from: number, to: number): string {
  let encoded = "";
  let bits = 0;
  let held = 0;
  for (let at = from; at < to; at++) {
    held = (held << 16) | text.charCodeAt(at);
    for (bits += 16; bits >= 6; bits -= 6) encoded += alphabet.charAt((held >>> (bits - 6)) & 63);
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? encoded : encoded + alphabet.charAt((held << (6 - bits)) & 63);
}

/** What is wrong in here shows when the result is encoded again. */
function unshifted(encoded: string, from: number, to: number): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (let at = from; at < to; at++) {
    held = (held << 6) | (alphabet.indexOf(encoded.charAt(at)) & 63);
    bits += 6;
    if (bits < 16) continue;
    bits -= 16;
    text += String.fromCharCode((held >>> bits) & 0xffff);
    held &= (1 << bits) - 1;
  }
  return text;
}
