// The comparators of the registry (RFC 4790, RFC 5051) to the letter, beside the default one.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type ComparatorName, comparator } from "./comparator.ts";
import { foldablePieces } from "./search-text.ts";

const names: readonly ComparatorName[] = [undefined, "unicode-casemap", "ascii-casemap", "octet"];

/** Which of them find the string in the text. */
function finders(text: string, needle: string): string {
  const finds = (name: ComparatorName): boolean => comparator(name).fold(text).includes(comparator(name).fold(needle));
  return names
    .filter(finds)
    .map((name) => name ?? "default")
    .join(" ");
}

suite("a string is found", () => {
  const all = "default unicode-casemap ascii-casemap octet";
  for (const [text, needle, expected] of [
    ["Hello World", "lo Wo", all],
    ["Hello World", "LO WO", "default unicode-casemap ascii-casemap"],
    ["Привет", "ПРИВЕТ", "default unicode-casemap"],
    ["Привет", "Привет", all],
    // RFC 5051 compares decomposed text: an accent is something that follows.
    ["café au lait", "cafe", "unicode-casemap"],
    ["café au lait", "cafe au", ""],
    ["cafe\u0301", "café", "default unicode-casemap"],
    ["straße", "STRASSE", "default"],
    // To the letter: what is compatible is taken apart after its case was changed.
    ["ﬁn", "fin", "default"],
    ["ﬁn", "ﬁ", "default unicode-casemap ascii-casemap octet"],
    ["Ǆ", "ǅ", "default unicode-casemap"],
    ["οδός", "ΟΔΌΣ", "default unicode-casemap"],
    ["র‍্যাব", "র্যাব", "default"],
    ["한국어", "한국".normalize("NFD"), "default unicode-casemap"],
    ["ᾠδή", "ᾨΔΉ", "default unicode-casemap"],
    ["საქართველო", "ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ", "default"],
  ] as const)
    test(`${needle} in ${text}: by ${expected || "none"}`, () => assert.equal(finders(text, needle), expected));
});

suite("strings are in order", () => {
  for (const [name, expected] of [
    [undefined, "a B é Z _ 中 😀"],
    ["unicode-casemap", "a B é Z _ 中 😀"],
    ["ascii-casemap", "a B Z _ é 中 😀"],
    ["octet", "B Z _ a é 中 😀"],
  ] as const)
    test(name ?? "default", () => {
      const { key } = comparator(name);
      const order = (a: string, b: string): number => (key(a) < key(b) ? -1 : 1);
      const sorted = ["😀", "é", "Z", "a", "_", "B", "中"].sort(order);
      assert.equal(sorted.join(" "), expected);
    });
});

test("pieces fold to what the whole folds to", () => {
  const character = fc.constantFrom(...Array.from("aZ é\u0301ßǆΣςি়য়がｶﾞ한\u1100\u1161ﬁ😀"));
  fc.assert(
    fc.property(fc.array(character, { maxLength: 60 }), fc.constantFrom(...names), (letters, name) => {
      const text = letters.join("");
      const { fold } = comparator(name);
      assert.equal(Array.from(foldablePieces([text], 30), fold).join(""), fold(text));
    }),
  );
});
