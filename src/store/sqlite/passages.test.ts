// Passages of a text: together they are the text, and whatever is looked up stands in the one in which it begins.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { contentOfPlace, lookedUpCharactersMax } from "../text-index.ts";
import { bodyPassages, headPassages, isOfHead, lookedUp } from "./passages.ts";

const piece = fc.constantFrom("a", "word ", "কাজ", "😀", "e\u0301", "𠮷", "\n", "x".repeat(97));
const text = fc
  .tuple(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 900 }))
  .map(([some, times]) => some.join("").repeat(times));
const content = 4_711;

test("passages are the text, cut between characters, of one content, and no more than have an id", () => {
  fc.assert(
    fc.property(text, (whole) => {
      for (const [passages, kind, max] of [
        [headPassages(content, whole), "head", 4],
        [bodyPassages(content, whole), "body", 12],
      ] as const) {
        assert.equal(passages.map(({ text: own, length }) => own.slice(0, length)).join(""), whole);
        assert.ok(passages.length <= max);
        assert.equal(new Set(passages.map(({ id }) => id)).size, passages.length);
        for (const { id, text: own } of passages) {
          assert.ok(own.isWellFormed());
          assert.equal(contentOfPlace(id), content);
          assert.equal(isOfHead(id), kind === "head");
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("a string that is looked up stands in the passage in which it begins", () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.integer({ min: 1, max: 200 }), (whole, at, length) => {
      const from = whole.length === 0 ? 0 : at % whole.length;
      const needle = whole.slice(from, from + length);
      if (needle === "" || !needle.isWellFormed()) return;
      const beginning = lookedUp(needle);
      assert.ok(beginning.length <= lookedUpCharactersMax && needle.startsWith(beginning) && beginning.isWellFormed());
      let start = 0;
      for (const { text: own, length: ownLength } of bodyPassages(content, whole)) {
        if (from >= start && from < start + ownLength) assert.ok(own.startsWith(beginning, from - start));
        start += ownLength;
      }
    }),
    { numRuns: 200 },
  );
});
