// Charsets that neither the runtime nor iconv-lite reads: HZ (RFC 1843) and ISO-2022-KR (RFC 1557) are GB 2312 and
// KS C 5601 in seven bits, so their characters are lifted into the eight-bit form that a decoder knows; Johab (KS X
// 1001:1992 annex 3) spells Hangul syllables by their letters. Hanja of Johab become U+FFFD.

type Decode = (bytes: Uint8Array) => string;

const tilde = 0x7e;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const lineFeed = 0x0a;
const escape = 0x1b;
const shiftOut = 0x0e;
const shiftIn = 0x0f;

/** RFC 1843: `~{` begins GB characters, `~}` ends them, `~~` is a tilde, a tilde before a line end is nothing. */
export function decodeHz(bytes: Uint8Array, decodeGb: Decode): string {
  const lifted = new Uint8Array(bytes.length);
  let length = 0;
  let inGb = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1];
    if (byte === tilde && next === openBrace) inGb = true;
    else if (byte === tilde && next === closeBrace) inGb = false;
    else if (byte === tilde && next === tilde) lifted[length++] = tilde;
    else if (byte !== tilde || next !== lineFeed) {
      // RFC 1843 2: line ends end GB mode, so that a lost shift spoils one line only.
      if (byte === lineFeed) inGb = false;
      lifted[length++] = inGb && byte > 0x20 ? byte | 0x80 : byte;
      continue;
    }
    at++;
  }
  return decodeGb(lifted.subarray(0, length));
}

/** RFC 1557: SO begins KS C 5601 characters, SI ends them; the designator `ESC $ ) C` says nothing new. */
export function decodeIso2022Kr(bytes: Uint8Array, decodeKs: Decode): string {
  const lifted = new Uint8Array(bytes.length);
  let length = 0;
  let inKs = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === escape) at += 3;
    else if (byte === shiftOut) inKs = true;
    else if (byte === shiftIn) inKs = false;
    else {
      if (byte === lineFeed) inKs = false;
      lifted[length++] = inKs && byte > 0x20 ? byte | 0x80 : byte;
    }
  }
  return decodeKs(lifted.subarray(0, length));
}

// Five bits each for the leading consonant, the vowel and the trailing consonant; -1 marks codes without a letter.
const vowels = [
  -1, -1, -1, 0, 1, 2, 3, 4, -1, -1, 5, 6, 7, 8, 9, 10, -1, -1, 11, 12, 13, 14, 15, 16, -1, -1, 17, 18, 19, 20,
];
const trailFiller = 1;
const trailGap = 18;

export function decodeJohab(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1];
    if (byte < 0x80) pieces.push(byte === 0x5c ? "\u20a9" : String.fromCharCode(byte));
    else if (next === undefined || next < 0x31) pieces.push("\ufffd");
    else {
      pieces.push(johabSyllable((byte << 8) | next));
      at++;
    }
  }
  return pieces.join("");
}

function johabSyllable(code: number): string {
  const lead = ((code >> 10) & 31) - 2;
  const vowel = vowels[(code >> 5) & 31] ?? -1;
  const trailCode = code & 31;
  const trail = trailCode - (trailCode > trailGap ? 2 : 1);
  const isTrail = trailCode >= trailFiller && trailCode !== trailGap && trail < 28;
  if (code < 0x8861 || code > 0xd3bd || lead < 0 || lead > 18 || vowel < 0 || !isTrail) return "\ufffd";
  // The Unicode Standard 3.12: S = SBase + (L * VCount + V) * TCount + T.
  return String.fromCharCode(0xac00 + (lead * 21 + vowel) * 28 + trail);
}
