// The octets that IMAP's grammar names, and which production each belongs to (RFC 9051 9).

export const octet = {
  tab: 0x09,
  lf: 0x0a,
  cr: 0x0d,
  space: 0x20,
  quote: 0x22,
  dollar: 0x24,
  percent: 0x25,
  open: 0x28,
  close: 0x29,
  star: 0x2a,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  slash: 0x2f,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  less: 0x3c,
  equals: 0x3d,
  greater: 0x3e,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
  tilde: 0x7e,
} as const;

/** Productions an octet may belong to, as bits of `octetClass`. */
export const isAtomChar = 1;
export const isAstringChar = 2;
export const isListChar = 4;
export const isTagChar = 8;
export const isDigit = 16;

/** For each octet the productions it belongs to. */
export const octetClass: Uint8Array = classify();

function classify(): Uint8Array {
  const classes = new Uint8Array(256);
  // ATOM-CHAR: any CHAR except ( ) { SP CTL % * DQUOTE \ ]
  const atomSpecials = new Set<number>([
    octet.open,
    octet.close,
    octet.openBrace,
    octet.percent,
    octet.star,
    octet.quote,
    octet.backslash,
    octet.closeBracket,
  ]);
  for (let byte = 0x21; byte < 0x7f; byte++) {
    const isAtom = !atomSpecials.has(byte);
    const isAstring = isAtom || byte === octet.closeBracket;
    const isList = isAstring || byte === octet.percent || byte === octet.star;
    const isTag = isAstring && byte !== octet.plus;
    const isNumber = byte >= octet.zero && byte <= octet.nine;
    classes[byte] =
      (isAtom ? isAtomChar : 0) |
      (isAstring ? isAstringChar : 0) |
      (isList ? isListChar : 0) |
      (isTag ? isTagChar : 0) |
      (isNumber ? isDigit : 0);
  }
  return classes;
}
