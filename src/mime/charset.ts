// Bytes in any charset that mail is labelled with, as text. Never throws: what cannot be read becomes U+FFFD. The
// runtime's TextDecoder knows the charsets of the Encoding Standard; iconv-lite knows older ones; three 7-bit ones with
// shifts have a file of their own.

import iconv from "iconv-lite";
import { isEightBit, octets } from "./octets.ts";
import { decodeHz, decodeIso2022Kr, decodeJohab } from "./shifted-charset.ts";

type Decode = (bytes: Uint8Array) => string;

/** Names that mail uses and the Encoding Standard lacks. */
const aliases: Readonly<Record<string, string>> = {
  ansi_x3: "windows-1252",
  "big5-eten": "big5",
  chinesebig5: "big5",
  cp874: "windows-874",
  cp932: "shift_jis",
  cp936: "gbk",
  cp949: "euc-kr",
  cp950: "big5",
  "cs_iso-2022-jp": "iso-2022-jp",
  hz: "hz-gb-2312",
  "iso-2022-jp-1": "iso-2022-jp",
  "iso-2022-jp-2": "iso-2022-jp",
  "iso-2022-jp-3": "iso-2022-jp",
  "iso-2022-jp-ms": "iso-2022-jp",
  ks_c_5861: "euc-kr",
  "mac-cyrillic": "x-mac-cyrillic",
  macroman: "macintosh",
  cp50220: "iso-2022-jp",
  cp1361: "johab",
  uhc: "euc-kr",
  "unicode-1-1-utf-7": "utf-7",
  "windows-932": "shift_jis",
  "windows-936": "gbk",
  "windows-949": "euc-kr",
  "windows-950": "big5",
  "x-euc-tw": "big5",
  "x-gb18030": "gb18030",
  "x-johab": "johab",
  "x-windows-949": "euc-kr",
};

/** Labels that say nothing: the bytes are looked at. So is text without a label. */
const emptyLabels = new Set(["", "unknown-8bit", "x-unknown", "unknown", "default", "default_charset", "_iso-8859-1"]);

const shifted: Readonly<Record<string, Decode>> = {
  "hz-gb-2312": (bytes) => decodeHz(bytes, standardDecode("gbk")),
  "iso-2022-kr": (bytes) => decodeIso2022Kr(bytes, standardDecode("euc-kr")),
  johab: decodeJohab,
};

/** A charset whose bytes mean different things after a shift: two pieces of text cannot be joined as bytes. */
const stateful = /^(?:iso-2022-|hz|utf-7|unicode-1-1-utf-7|cp50220)/;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
const decoders = new Map<string, Decode | null>();
/** Labels come from strangers; as many as this are remembered. */
const decodersMax = 200;

/** `bytes` as text. A label that is wrong in the usual ways is put right; an unknown one is read as UTF-8. */
export function decodeCharset(bytes: Uint8Array, label: string | null): string {
  const name = normalLabel(label);
  const decode = findDecoder(name);
  if (decode === null) return emptyLabels.has(name) ? decodeUnlabelled(bytes) : standardDecode("utf-8")(bytes);
  // UTF-8 under a Latin label is the commonest lie, and no Latin text is well-formed UTF-8 by accident.
  if (decode === standardDecode("windows-1252")) return decodeUnlabelled(bytes);
  return decode(bytes);
}

/** How many bytes are decoded in one go by `decodeCharsetPieces`, about: a millisecond's worth of the slowest charset. */
const pieceBytes = 32 * 1024;
const lineFeed = 10;

/** What `decodeCharset` gives, in pieces: much text in a rare charset takes its time. */
export function* decodeCharsetPieces(bytes: Uint8Array, label: string | null): Generator<string> {
  const name = normalLabel(label);
  let decode = findDecoder(name);
  if (bytes.length <= pieceBytes || stateful.test(name) || wide.test(name)) {
    yield decodeCharset(bytes, label);
    return;
  }
  const latin = standardDecode("windows-1252");
  if (decode === latin || (decode === null && emptyLabels.has(name))) {
    const text = wellFormed(bytes);
    if (text !== null) return yield text;
    decode = latin;
  }
  decode ??= standardDecode("utf-8");
  const cut = decode === standardDecode("utf-8") ? cutBetweenCharacters : cutAfterLine;
  for (let from = 0; from < bytes.length; ) {
    const end = cut(bytes, Math.min(bytes.length, from + pieceBytes));
    yield decode(bytes.subarray(from, end));
    from = end;
  }
}

/** In no charset but those above has a character a line feed in it, nor does the next line begin in another state. */
function cutAfterLine(bytes: Uint8Array, at: number): number {
  return bytes.indexOf(lineFeed, at) + 1 || bytes.length;
}

function cutBetweenCharacters(bytes: Uint8Array, at: number): number {
  // RFC 3629 3: an octet that begins with the bits 10 continues a character, of four octets at most.
  let end = at;
  while (end < at + 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end++;
  return end;
}

/** Charsets in which a line feed is more than its octet. */
const wide = /utf-?(?:16|32)|ucs|unicode/;

/** True when text in that charset can be read: what SEARCH CHARSET asks (RFC 9051 6.4.4). */
export function isKnownCharset(label: string): boolean {
  return findDecoder(normalLabel(label)) !== null;
}

export function isStatefulCharset(label: string): boolean {
  return stateful.test(normalLabel(label));
}

/** Header octets outside encoded words: UTF-8 (RFC 6532), else what `hint` says, else Latin. */
export function decodeHeaderOctets(text: string, hint: string | null): string {
  if (!isEightBit(text)) return text;
  const bytes = octets(text);
  const asUtf8 = wellFormed(bytes);
  if (asUtf8 !== null) return asUtf8;
  return hint === null ? standardDecode("windows-1252")(bytes) : decodeCharset(bytes, hint);
}

function decodeUnlabelled(bytes: Uint8Array): string {
  return wellFormed(bytes) ?? standardDecode("windows-1252")(bytes);
}

function wellFormed(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

function normalLabel(label: string | null): string {
  if (label === null) return "";
  // RFC 2231 5 lets a language follow the charset of an encoded word.
  const name = label.slice(0, 64).split("*", 1)[0] ?? "";
  return name.replace(/^[\s"'=]+|[\s"']+$/g, "").toLowerCase();
}

function findDecoder(name: string): Decode | null {
  const known = decoders.get(name);
  if (known !== undefined) return known;
  const found = makeDecoder(Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name);
  if (decoders.size < decodersMax) decoders.set(name, found);
  return found;
}

function makeDecoder(name: string): Decode | null {
  if (emptyLabels.has(name)) return null;
  if (Object.hasOwn(shifted, name)) return shifted[name] ?? null;
  for (const candidate of [name, name.replace(/^x-/, ""), name.replace(/^(?:cp|windows)_?-?(\d+)$/, "windows-$1")]) {
    try {
      return standardDecode(candidate);
    } catch {
      // Not in the Encoding Standard under this name.
    }
  }
  if (!iconv.encodingExists(name)) return null;
  return (bytes) => iconv.decode(bytes, name);
}

const standard = new Map<string, Decode>();

/** The decoder of the Encoding Standard for a label; throws when it has none. */
function standardDecode(label: string): Decode {
  const known = standard.get(label);
  if (known !== undefined) return known;
  const decoder = new TextDecoder(label);
  const { encoding } = decoder;
  const same = label === encoding ? undefined : standardDecode(encoding);
  const decode: Decode = same ?? ((bytes) => decoder.decode(bytes));
  if (standard.size < decodersMax) standard.set(label, decode);
  return decode;
}
