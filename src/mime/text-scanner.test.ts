// Strings are found wherever a text is cut, in a time that neither the text nor the string can make longer.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { countWork } from "../../test/support/counted-work.ts";
import { containsNeedle, TextScanner } from "./text-scanner.ts";

/** Few letters, so that much fits in part. */
const letters = (max: number) => fc.string({ unit: fc.constantFrom("a", "b", "ক"), maxLength: max });
const longNeedle = fc
  .tuple(letters(3), fc.integer({ min: 80, max: 150 }), letters(3))
  .map(([unit, times, tail]) => `${`${unit}ab`.repeat(times)}${tail}`);

function scan(needles: readonly string[], texts: readonly (readonly string[])[]): boolean[] {
  const scanner = new TextScanner(needles);
  scanner.reset();
  for (const pieces of texts) {
    scanner.beginText();
    for (const piece of pieces) scanner.push(piece);
  }
  return Array.from(scanner.found, (found) => found === 1);
}

suite("a scanner", () => {
  test("finds in pieces what stands in the whole", () =>
    fc.assert(
      fc.property(fc.array(letters(6), { minLength: 1, maxLength: 5 }), fc.array(letters(9)), (needles, pieces) => {
        const whole = pieces.join("");
        const expected = needles.map((needle) => pieces.length > 0 && whole.includes(needle));
        assert.deepEqual(scan(needles, [pieces]), expected);
      }),
    ));

  test("finds long strings in pieces, and their near misses nowhere", () =>
    fc.assert(
      fc.property(
        longNeedle,
        letters(300),
        letters(300),
        fc.integer({ min: 1, max: 90 }),
        (needle, before, after, size) => {
          const cut = (text: string): string[] => text.match(new RegExp(`.{1,${size}}`, "gsu")) ?? [];
          const miss = `${needle.slice(0, -1)}c`;
          const whole = before + needle + after;
          assert.deepEqual(scan([needle, miss], [cut(whole)]), [true, false]);
          assert.deepEqual(scan([needle], [cut(before + miss)]), [(before + miss).includes(needle)]);
          assert.equal(containsNeedle(whole, needle), true);
          assert.equal(containsNeedle(before + miss, needle), (before + miss).includes(needle));
        },
      ),
    ));

  test("finds nothing across the edge of two texts", () => {
    const long = "ab".repeat(200);
    assert.deepEqual(scan(["cd", long], [["abc"], ["d"], [long.slice(0, 300)], [long.slice(300)]]), [false, false]);
    assert.deepEqual(scan(["cd"], [["abc", "d"]]), [true]);
  });

  test("forgets what it found when another message begins", () => {
    const scanner = new TextScanner(["a", "b"]);
    assert.equal(scanner.push("a"), true);
    assert.equal(scanner.push("a"), false);
    assert.equal(scanner.missing, 1);
    scanner.reset();
    assert.equal(scanner.missing, 2);
    assert.equal(scanner.push("xb"), true);
    assert.deepEqual([...scanner.found], [0, 1]);
  });

  test("looks at a text no more than a few times for a long string that nearly fits everywhere", () => {
    const half = "a".repeat(30_000);
    const needle = `${half}b${half}`;
    const text = "a".repeat(100_000);
    const scanner = new TextScanner([needle]);
    // Twice for each character, at most, and once for what is left.
    assert.ok(countWork(() => scanner.push(text)) < 6 * text.length);
    assert.deepEqual([...scanner.found], [0]);
  });
});
