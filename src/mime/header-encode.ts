// Text into headers: as it is where RFC 5322 allows it, in encoded words (RFC 2047) or percent-encoded (RFC 2231)
// where not. Control characters never pass, so no value can end its field.

import { utf8 } from "../base/bytes.ts";
import { withoutControls } from "./encoded-word.ts";

const lineLength = 76;
const plainText = /^[ -~]*$/;
const foldable = 990;

/** An unstructured value, folded; `used` characters stand on its first line already. */
export function encodeHeaderText(text: string, used: number): string {
  const clean = withoutControls(text).trim();
  const isPlain = plainText.test(clean) && !clean.includes("=?");
  const longest = isPlain ? Math.max(0, ...clean.split(" ").map((word) => word.length)) : 0;
  // RFC 5322 2.1.1: a line holds 998 characters at most; a longer word has to be cut into encoded ones.
  if (isPlain && longest < foldable) return foldPlain(clean, used);
  return encodedWords(clean, used, "text");
}

/** A display name: atoms as they are, other ASCII as a quoted string, the rest as encoded words. */
export function encodePhrase(name: string): string {
  const clean = withoutControls(name).trim();
  if (!plainText.test(clean) || clean.includes("=?") || clean.length > lineLength)
    return encodedWords(clean, 0, "phrase");
  if (/^[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*$/.test(clean)) return clean;
  return `"${clean.replace(/["\\]/g, "\\$&")}"`;
}

/** `name=value`, quoted, or `name*=utf-8''...` with continuations (RFC 2231 3 and 4). */
export function encodeParameter(name: string, value: string): string {
  const clean = withoutControls(value);
  if (plainText.test(clean) && clean.length < lineLength - name.length - 4) {
    return `${name}="${clean.replace(/["\\]/g, "\\$&")}"`;
  }
  const pieces: string[] = [];
  let piece = "utf-8''";
  for (const character of clean) {
    const encoded = percentEncoded(character);
    if (piece.length + encoded.length > 60) {
      pieces.push(piece);
      piece = "";
    }
    piece += encoded;
  }
  pieces.push(piece);
  if (pieces.length === 1) return `${name}*=${piece}`;
  return pieces.map((one, at) => `${name}*${at}*=${one}`).join(";\r\n ");
}

function percentEncoded(character: string): string {
  if (/^[A-Za-z0-9.-]$/.test(character)) return character;
  return Array.from(utf8(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

/** Breaks lines before a word where the line grows too long; spaces stay, so that unfolding gives the text back. */
function foldPlain(text: string, used: number): string {
  let folded = "";
  let length = used;
  for (const word of text.match(/ *[^ ]+/g) ?? []) {
    if (length + word.length > lineLength && folded !== "") {
      folded += "\r\n";
      length = 0;
    }
    folded += word;
    length += word.length;
  }
  return folded;
}

/** RFC 2047 2: words of at most 75 characters, whole characters in each (5), in the shorter of the two encodings. */
function encodedWords(text: string, used: number, where: "text" | "phrase"): string {
  const bytes = utf8(text);
  const quoted = bytes.reduce((sum, byte) => sum + (isQ(byte, where) || byte === 32 ? 1 : 3), 0);
  const letter = quoted <= (bytes.length * 4) / 3 ? "Q" : "B";
  const room = 75 - "=?utf-8?Q??=".length;
  const words: string[] = [];
  let word = "";
  // The first word shares its line with the field's name.
  let left = Math.max(16, room - used);
  for (const character of text) {
    const longer = word + character;
    if (word !== "" && encodedLength(longer, letter, where) > left) {
      words.push(encodedWord(word, letter, where));
      word = character;
      left = room;
    } else word = longer;
  }
  words.push(encodedWord(word, letter, where));
  return words.join("\r\n ");
}

function encodedLength(text: string, letter: "Q" | "B", where: "text" | "phrase"): number {
  const bytes = utf8(text);
  if (letter === "B") return Math.ceil(bytes.length / 3) * 4;
  return bytes.reduce((sum, byte) => sum + (isQ(byte, where) || byte === 32 ? 1 : 3), 0);
}

function encodedWord(text: string, letter: "Q" | "B", where: "text" | "phrase"): string {
  const bytes = utf8(text);
  if (letter === "B") return `=?utf-8?B?${bytes.toBase64()}?=`;
  let encoded = "";
  for (const byte of bytes) {
    if (byte === 32) encoded += "_";
    else if (isQ(byte, where)) encoded += String.fromCharCode(byte);
    else encoded += `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return `=?utf-8?Q?${encoded}?=`;
}

/** Octets that stand for themselves: RFC 2047 5 (3) allows fewer in a phrase. */
function isQ(byte: number, where: "text" | "phrase"): boolean {
  const isLetter = (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
  if (isLetter || byte === 33 || byte === 42 || byte === 43 || byte === 45 || byte === 47) return true;
  return where === "text" && byte > 32 && byte < 127 && byte !== 61 && byte !== 63 && byte !== 95;
}
