// The data after DATA over every cut, held against a reader that has all of it at once.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { concatBytes, latin1 } from "../../base/bytes.ts";
import { DataReader } from "./data-reader.ts";

interface Outcome {
  readonly text: string;
  readonly rest: string;
  readonly ended: boolean;
  readonly bare: boolean;
}

function read(chunks: readonly string[]): Outcome {
  const reader = new DataReader();
  const pieces: Uint8Array[] = [];
  let rest = "";
  for (const chunk of chunks) {
    const bytes = latin1(chunk);
    const end = reader.ended ? 0 : reader.read(bytes, 0, pieces);
    rest += Buffer.from(bytes.subarray(end)).toString("latin1");
  }
  const text = Buffer.from(concatBytes(pieces)).toString("latin1");
  return { text, rest, ended: reader.ended, bare: reader.bareLineEnds };
}

/** RFC 5321 4.5.2 on the whole text: lines end in CRLF alone. */
function oracle(data: string): Outcome {
  const end = `\r\n${data}`.indexOf("\r\n.\r\n");
  const ended = end >= 0;
  const body = ended ? data.slice(0, end) : data;
  const rest = ended ? data.slice(end + 3) : "";
  // A CR at the very end may be half of a line end, and a dot before it half of the end of data.
  const text = body.replace(/(^|\r\n)\./g, "$1");
  const held = !ended && /(?:^|\r\n)\.\r$/.test(body) ? text.slice(0, -1) : text;
  return { text: held, rest, ended, bare: /(?<!\r)\n|\r(?!\n|$)/.test(body) };
}

suite("DataReader", () => {
  for (const [data, text] of [
    [".\r\n", ""],
    ["\r\n.\r\n", "\r\n"],
    ["a\r\n.\r\n", "a\r\n"],
    ["..\r\n.\r\n", ".\r\n"],
    [".a\r\n...\r\n.\r\n", "a\r\n..\r\n"],
    ["a\r\n..b\r\n.\r\nNEXT", "a\r\n.b\r\n"],
    ["a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n"],
    ["a\n..b\r\n.\r\n", "a\n..b\r\n"],
    ["a\r\r\n.\r\n", "a\r\r\n"],
  ] as const) {
    test(`reads ${JSON.stringify(data)}, cut anywhere`, () => {
      for (let cut = 0; cut <= data.length; cut++) {
        const outcome = read([data.slice(0, cut), data.slice(cut)]);
        assert.deepEqual([outcome.text, outcome.ended], [text, true]);
      }
    });
  }

  test("agrees with a reader that has everything at once, however the data is cut", () => {
    const octets = fc.array(fc.constantFrom("\r", "\n", ".", "\r\n", "\r\n.", "\r\n.\r\n", "a", "\0", "bc"), {
      maxLength: 24,
    });
    fc.assert(
      fc.property(octets, fc.array(fc.nat(60), { maxLength: 6 }), (parts, places) => {
        const data = parts.join("");
        const cuts = [...new Set([0, ...places.filter((at) => at < data.length), data.length])].sort((a, b) => a - b);
        const chunks = cuts.slice(1).map((to, at) => data.slice(cuts[at], to));
        assert.deepEqual(read(chunks), oracle(data));
      }),
      { numRuns: 3_000 },
    );
  });

  test("agrees with it on every byte alone", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("\r", "\n", ".", "x"), { maxLength: 12 }), (octets) => {
        assert.deepEqual(read(octets), oracle(octets.join("")));
      }),
      { numRuns: 3_000 },
    );
  });
});
