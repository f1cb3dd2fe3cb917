// Text in headers as people read it: encoded words (RFC 2047), parameters in any charset (RFC 2231), raw UTF-8 (RFC
// 6532) and raw bytes of older charsets. Time grows with the length of the text, never faster. What comes out has no
// control characters: words that smuggle a line end or a NUL lose it here.

import { concatBytes } from "../base/bytes.ts";
import { decodeCharset, decodeHeaderOctets, isStatefulCharset } from "./charset.ts";
import { octets, trimWhite } from "./octets.ts";
import { findParameter, type Parameter } from "./part.ts";
import { decodeTransfer } from "./transfer-encoding.ts";

interface Word {
  readonly charset: string;
  readonly encoding: "b" | "q";
  readonly text: string;
  readonly end: number;
}

const charsetBytesMax = 80;

/** An unstructured value, a phrase or a comment (an octet string) as text. `hint` is the charset of raw bytes. */
export function decodeHeaderText(value: string, hint: string | null = null): string {
  if (!value.includes("=?")) return withoutControls(decodeHeaderOctets(value, hint));
  const pieces: string[] = [];
  const run: Word[] = [];
  let from = 0;
  let at = value.indexOf("=?");
  while (at !== -1) {
    const word = readWord(value, at);
    if (word === "none-left") break;
    if (typeof word === "number") {
      at = value.indexOf("=?", word);
      continue;
    }
    // RFC 2047 6.2: "any 'linear-white-space' that separates a pair of adjacent 'encoded-word's is ignored".
    const gap = value.slice(from, at);
    if (run.length === 0 || trimWhite(gap) !== "") {
      pieces.push(decodeRun(run), decodeHeaderOctets(gap, hint));
      run.length = 0;
    }
    run.push(word);
    from = word.end;
    at = value.indexOf("=?", from);
  }
  pieces.push(decodeRun(run), decodeHeaderOctets(value.slice(from), hint));
  return withoutControls(pieces.join(""));
}

/** The value of a parameter, decoded: RFC 2231 first, else as it stands, where many programs put encoded words. */
export function decodeParameter(
  parameters: readonly Parameter[],
  name: string,
  hint: string | null = null,
): string | null {
  const extended = findParameter(parameters, `${name}*`) ?? findParameter(parameters, `${name}*0*`);
  if (extended !== null) return withoutControls(decodeExtendedValue(extended));
  const plain = findParameter(parameters, name) ?? findParameter(parameters, `${name}*0`);
  return plain === null ? null : decodeHeaderText(plain, hint);
}

/** RFC 2231 4: charset'language'percent-encoded octets. */
function decodeExtendedValue(value: string): string {
  const first = value.indexOf("'");
  const second = first === -1 ? -1 : value.indexOf("'", first + 1);
  const charset = second === -1 ? null : value.slice(0, first);
  const encoded = second === -1 ? value : value.slice(second + 1);
  const text = encoded.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return decodeCharset(octets(text), charset);
}

/** The encoded word at `at`; where to look on when none is there; or that no word can follow at all. */
function readWord(value: string, at: number): Word | number | "none-left" {
  const head = /^=\?([^? \t\r\n]{1,80})\?([BbQq])\?/.exec(value.slice(at, at + charsetBytesMax + 6));
  if (head === null) return at + 2;
  const start = at + head[0].length;
  const end = value.indexOf("?=", start);
  if (end === -1) return "none-left";
  const text = value.slice(start, end);
  // A word that was never closed must not swallow the next one.
  const inner = text.lastIndexOf("=?");
  if (inner !== -1) return start + inner;
  const encoding = head[2]?.toLowerCase() === "b" ? "b" : "q";
  return { charset: head[1] ?? "", encoding, text, end: end + 2 };
}

/**
 * Adjacent words. RFC 2047 5: "each 'encoded-word' MUST represent an integral number of characters", which programs
 * that cut by length break; so the octets of one charset are joined before they are decoded. Where shifts carry a state,
 * each word stands alone, as RFC 2047 3 wants.
 */
function decodeRun(run: readonly Word[]): string {
  let text = "";
  let pending: Uint8Array[] = [];
  let cutBase64 = "";
  for (let at = 0; at < run.length; at++) {
    const word = run[at];
    const next = run[at + 1];
    if (word === undefined) break;
    const joined = next !== undefined && sameCharset(word, next) && !isStatefulCharset(word.charset);
    if (word.encoding === "b") {
      cutBase64 += word.text;
      // Some programs cut the base64 text itself, within its groups of four.
      if (joined && next.encoding === "b" && isCutBase64(cutBase64)) continue;
      pending.push(decodeTransfer(octets(cutBase64), "base64"));
      cutBase64 = "";
    } else pending.push(decodeQ(word.text));
    if (joined) continue;
    text += decodeCharset(concatBytes(pending), readableCharset(word.charset));
    pending = [];
  }
  return text;
}

/** UTF-7 hides markup in plain ASCII; where one line of text is shown, nobody needs it, so it stays as it is written. */
function readableCharset(charset: string): string {
  return /utf-7/i.test(charset) ? "us-ascii" : charset;
}

function sameCharset(one: Word, other: Word): boolean {
  return one.charset === other.charset || one.charset.toLowerCase() === other.charset.toLowerCase();
}

function isCutBase64(text: string): boolean {
  return text.length % 4 !== 0 && !text.endsWith("=");
}

/** RFC 2047 4.2: underscores are spaces. */
function decodeQ(text: string): Uint8Array {
  const plain = text
    .replaceAll("_", " ")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return octets(plain);
}

/** Line ends and tabs become spaces, other controls U+FFFD: no reader, JSON or XML is upset by a header. */
export function withoutControls(text: string): string {
  return text.replace(/\r\n|[\t\n\r]/g, " ").replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, "\ufffd");
}
