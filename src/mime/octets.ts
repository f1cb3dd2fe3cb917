// Octet strings: bytes as text of one character (U+0000 to U+00FF) a byte. Header parsing works on these: offsets stay
// byte offsets, slices cost nothing, and 8-bit octets survive until someone knows their charset.

import { utf8 } from "../base/bytes.ts";

const ascii = new TextDecoder("utf-8", { ignoreBOM: true });
const stepBytes = 8_192;

/** `bytes[start..end)` as an octet string. */
export function octetString(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  const slice = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
  // Each UTF-16 unit that the decoder gives out takes at least one byte, so an equal length without U+FFFD is pure
  // ASCII. The native decoder is some forty times faster than fromCharCode on a header block.
  const text = ascii.decode(slice);
  if (text.length === slice.length && !text.includes("\uFFFD")) return text;
  let whole = "";
  for (let at = 0; at < slice.length; at += stepBytes) {
    whole += String.fromCharCode(...slice.subarray(at, at + stepBytes));
  }
  return whole;
}

/** The bytes that an octet string stands for. */
export function octets(text: string): Uint8Array {
  if (!isEightBit(text)) return utf8(text);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

const eightBit = /[\x80-\xff]/;

/** True when some octet has its high bit set. */
export function isEightBit(text: string): boolean {
  return eightBit.test(text);
}

/** Space, tab, CR or LF. `trim` and `\s` are not for octet strings: they take 0xA0, which ends many a UTF-8 letter. */
export function isWhite(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/** `text` without white space around it. */
export function trimWhite(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhite(text.charCodeAt(start))) start++;
  while (end > start && isWhite(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
