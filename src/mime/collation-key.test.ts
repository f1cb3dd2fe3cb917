// The order of strings: case, accents, scripts, and Unicode's order where UTF-16 has another.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { collationKey } from "./collation-key.ts";

const sorted = (...texts: string[]): string[] =>
  texts.toSorted((a, b) => (collationKey(a) < collationKey(b) ? -1 : collationKey(a) > collationKey(b) ? 1 : 0));

for (const [what, ...texts] of [
  ["letters stand between digits and underscores, whatever their case", "1", "a", "B", "c", "_"],
  ["accents come behind their letter and before the next", "cafe", "Café", "caff"],
  ["composed and decomposed are one", "e\u0301a", "éb", "e\u0301c"],
  ["scripts follow one another as in Unicode", "z", "ω", "я", "א", "ب", "क", "ক", "ไ", "한", "中"],
  ["what lies beyond the first plane comes last", "ｚ", "中", "\ufffd", "😀", "𠀀"],
] as const) {
  test(what, () => assert.deepEqual(sorted(...texts.toReversed()), [...texts]));
}

test("two cases of a text are equal", () => {
  for (const [one, other] of [
    ["STRASSE", "straße"],
    ["ОДИН", "один"],
    ["ΟΔΟΣ", "οδος"],
    ["ＡＢＣ", "abc"],
  ] as const)
    assert.equal(collationKey(one), collationKey(other));
});

test("keys compare as the code points of what is compared", () => {
  const codePoints = (text: string): number[] =>
    Array.from(text.toUpperCase().normalize("NFKD"), (letter) => letter.codePointAt(0) ?? 0);
  const before = (a: readonly number[], b: readonly number[]): boolean => {
    const at = a.findIndex((point, index) => point !== b[index]);
    return at < 0 ? a.length < b.length : at < b.length && (a[at] ?? 0) < (b[at] ?? 0);
  };
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      assert.equal(collationKey(a) < collationKey(b), before(codePoints(a), codePoints(b)));
    }),
  );
});
