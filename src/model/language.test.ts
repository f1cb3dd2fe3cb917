// Which language range finds which language (RFC 4647 3.4).

import assert from "node:assert/strict";
import { test } from "node:test";
import { bengaliNumber, lookUpLanguage } from "./language.ts";

for (const [range, tag] of [
  ["en", "en"],
  ["BN", "bn"],
  ["bn-BD", "bn"],
  ["en-Latn-US-x-twain", "en"],
  ["b", undefined],
  ["bng", undefined],
  ["fr", undefined],
  ["bn-", undefined],
  ["bn BD", undefined],
  ["__proto__", undefined],
  ["constructor", undefined],
] as const) {
  test(`the language range ${range} finds ${tag ?? "nothing"}`, () => {
    assert.equal(lookUpLanguage(range), tag);
  });
}

test("numbers have Bengali digits", () => assert.equal(bengaliNumber(1_234), "১,২৩৪"));
