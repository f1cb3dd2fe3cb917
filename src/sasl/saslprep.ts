// SASLprep (RFC 4013), the stringprep profile for user names and passwords. Input is read as a query string
// (RFC 3454 7): code points that Unicode 3.2 did not know are let through, since ৎ (U+09CE) is among them.
// Liberty: of the left-to-right characters (RFC 3454 D.2) letters and digits are told apart, symbols are not; it only
// decides whether a right-to-left string with such a symbol is refused.

import { utf8 } from "../base/bytes.ts";
import { credentialBytesMax } from "../base/limits.ts";

// RFC 4013 2.1: non-ASCII space characters (RFC 3454 C.1.2) are mapped to SPACE ...
const mappedToSpace = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
// ... and the characters commonly mapped to nothing (B.1) to nothing. ZERO WIDTH SPACE is in both tables: nothing wins, as elsewhere.
const mappedToNothing = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200b-\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/g;

// RFC 4013 2.3: prohibited output, RFC 3454 C.1.2 and C.2.1 to C.9; lone surrogates (C.5) are refused before.
const prohibited =
  /\u0340|\u0341|[\0-\x1f\x7f-\xa0\u06dd\u070f\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2063\u206a-\u206f\u2ff0-\u2ffb\u3000\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\uffff\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}\u{f0000}-\u{10ffff}]|\p{Noncharacter_Code_Point}/u;

// RFC 3454 D.1: characters with bidirectional property R or AL.
const rightToLeft =
  /[\u05be\u05c0\u05c3\u05d0-\u05ea\u05f0-\u05f4\u061b\u061f\u0621-\u063a\u0640-\u064a\u066d-\u066f\u0671-\u06d5\u06dd\u06e5\u06e6\u06fa-\u06fe\u0700-\u070d\u0710\u0712-\u072c\u0780-\u07a5\u07b1\u200f\ufb1d\ufb1f-\ufb28\ufb2a-\ufb36\ufb38-\ufb3c\ufb3e\ufb40\ufb41\ufb43\ufb44\ufb46-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe70-\ufe74\ufe76-\ufefc]/;

// RFC 3454 D.2, near enough: letters, spacing marks and digits that are neither right-to-left, nor of weak direction.
const leftToRight =
  /[[\p{L}\p{Mc}\p{Nl}\p{Nd}]--[0-9\u0660-\u0669\u06f0-\u06f9\u02b9\u02ba\u02c6-\u02cf\u02ec\u0374\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]]/v;

const printableAscii = /^[\x20-\x7e]*$/;

/** The prepared form of `text`, or undefined where RFC 4013 prohibits it. */
export function saslprep(text: string): string | undefined {
  if (printableAscii.test(text)) return text;
  if (!text.isWellFormed()) return undefined;
  // RFC 3454 3: map, normalize (RFC 4013 2.2: form KC), prohibit, check bidi, in this order.
  const prepared = text.replace(mappedToNothing, "").replace(mappedToSpace, " ").normalize("NFKC");
  if (prohibited.test(prepared)) return undefined;
  return rightToLeft.test(prepared) && !keepsBidiRule(prepared) ? undefined : prepared;
}

/** RFC 3454 6: with any R or AL character there is no L, and the first and last character are R or AL. */
function keepsBidiRule(prepared: string): boolean {
  // All of D.1 lies in the basic plane, so that a code unit is a character here.
  return !leftToRight.test(prepared) && rightToLeft.test(prepared.charAt(0)) && rightToLeft.test(prepared.slice(-1));
}

/** A user name or password ready for comparing or hashing; undefined for one that nobody can have. */
export function prepareCredential(text: string): string | undefined {
  const prepared = saslprep(text);
  if (prepared === undefined || prepared === "" || utf8(prepared).length > credentialBytesMax) return undefined;
  return prepared;
}
