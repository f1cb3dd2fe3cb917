// The order of strings in a sorted reply: in the manner of i;unicode-casemap (RFC 5051), which RFC 5256 sorts by: letters are
// brought to one case and taken apart, so that accents come behind their letter, and compared by their numbers in Unicode.
//
// Liberty: upper case stands for title case, so that sharp s sorts as two letters, as people write it.

const ascii = /^[\0-\x7f]*$/;
/** Surrogates and what lies above them are the only places where UTF-16 has another order than Unicode. */
const outOfOrder = /[\ud800-\uffff]/;

/** Strings compare as their keys do by `<`. */
export function collationKey(text: string): string {
  const capitals = text.toUpperCase();
  if (ascii.test(capitals)) return capitals;
  return inCodePointOrder(capitals.normalize("NFKD"));
}

/** Strings are in the order of their code points as their keys are by `<`. */
export function inCodePointOrder(text: string): string {
  if (!outOfOrder.test(text)) return text;
  let key = "";
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    key += String.fromCharCode(unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
  }
  return key;
}
