// IMAP strings as they go over the wire (RFC 9051 4.3): what stored ENVELOPE and BODYSTRUCTURE replies are made of.
// Built as octet strings, turned into bytes once.

const quotable = /^[ !#-[\]-~\t]*$/;
const quotedWithEscapes = /^[\x01-\x09\x0b\x0c\x0e-\x7f]*$/;
const longestQuoted = 4_096;

/** nstring: NIL for null. */
export function nstring(text: string | null): string {
  return text === null ? "NIL" : string(text);
}

/** A quoted string where one can hold the octets, else a literal. NUL has no place in either (RFC 9051 4.3.1). */
export function string(text: string): string {
  if (text.length <= longestQuoted) {
    if (quotable.test(text)) return `"${text}"`;
    if (quotedWithEscapes.test(text)) return `"${text.replace(/["\\]/g, "\\$&")}"`;
  }
  const clean = text.includes("\0") ? text.replaceAll("\0", "") : text;
  return `{${clean.length}}\r\n${clean}`;
}
