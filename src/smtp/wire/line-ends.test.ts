// A CR or LF alone is found wherever the text was cut.

import assert from "node:assert/strict";
import { test } from "node:test";
import { octets } from "../../mime/octets.ts";
import { LineEnds } from "./line-ends.ts";

for (const [text, bare] of [
  ["", false],
  ["a", false],
  ["a\r\nb\r\n", false],
  ["\r\n\r\n", false],
  ["a\nb", true],
  ["\n", true],
  ["a\rb", true],
  ["a\r", true],
  ["a\r\r\n", true],
  ["a\r\n\n", true],
  ["a\r\n\rb\r\n", true],
  ["\n\r", true],
] as const) {
  test(`${JSON.stringify(text)} has ${bare ? "a bare line end" : "none"} over any cut`, () => {
    for (let cut = 0; cut <= text.length; cut++) {
      for (let second = cut; second <= text.length; second++) {
        const ends = new LineEnds();
        for (const piece of [text.slice(0, cut), text.slice(cut, second), text.slice(second)]) ends.push(octets(piece));
        assert.equal(ends.bare, bare, `cut at ${cut} and ${second}`);
      }
    }
  });
}
