// Dates that can be read, and dates that no calendar has (RFC 5322 3.3 and 4.3).

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { formatDateTime, parseDateTime } from "./date-time.ts";

const readable: readonly (readonly [value: string, instant: string, offsetMinutes: number])[] = [
  ["Mon, 16 Mar 2026 10:00:00 +0600", "2026-03-16T04:00:00Z", 360],
  ["16 Mar 2026 10:00 -0330", "2026-03-16T13:30:00Z", -210],
  ["Mon, 16 Mar 2026 10:00:00 +0000 (UTC)", "2026-03-16T10:00:00Z", 0],
  ["Mon (day), 16 (of) Mar 2026 10:00:00 GMT", "2026-03-16T10:00:00Z", 0],
  ["Mon,16 Mar 2026 10:00:00 EST", "2026-03-16T15:00:00Z", -300],
  ["16 March 26 10:00:00 Z", "2026-03-16T10:00:00Z", 0],
  ["16 Mar 96 10:00:00 +0100", "1996-03-16T09:00:00Z", 60],
  ["16 Mar 102 10:00:00 +0000", "2002-03-16T10:00:00Z", 0],
  ["Sat Nov  2 10:00:00 2002", "2002-11-02T10:00:00Z", 0],
  ["Sat Nov  2 10:00:00 PST 2002", "2002-11-02T18:00:00Z", -480],
  ["16-Mar-2026 10:00:00 +0000", "2026-03-16T10:00:00Z", 0],
  ["2026-03-16T10:00:00+06:00", "2026-03-16T04:00:00Z", 360],
  ["Mon, 16 Mar 2026 3:04:05 PM +0000", "2026-03-16T15:04:05Z", 0],
  ["16 Mar 2026", "2026-03-16T00:00:00Z", 0],
  ["29 Feb 2024 23:59:60 +0000", "2024-03-01T00:00:00Z", 0],
  ["16 Mar 2026 10:00:00 +9999", "2026-03-16T10:00:00Z", 0],
  ["1 Jan 0001 00:00:00 +0000", "0001-01-01T00:00:00Z", 0],
];

const unreadable = [
  "",
  "yesterday",
  "31 Feb 2026 10:00:00 +0000",
  "0 Mar 2026 10:00:00",
  "32 Mar 2026 10:00:00",
  "29 Feb 2023 10:00:00",
  "16 Mar 2026 24:00:00 +0000",
  "16 Mar 2026 10:60:00",
  "16 Mar 99999 10:00:00 +0000",
  "16 Foo 2026 10:00:00",
  "Mon, 99 Foo 2026 99:99:99 +9999",
  "(((",
  "2026-13-01",
  "10:00:00 +0000",
  "16 Mar 0000 10:00:00",
];

suite("dates in headers", () => {
  for (const [value, instant, offset] of readable) {
    test(`reads ${value}`, () => {
      const read = parseDateTime(value);
      assert.equal(read?.epochMs, Date.parse(instant.replace(/^(\d{4})/, (year) => year.padStart(4, "0"))));
      assert.equal(read?.offsetMinutes, offset);
    });
  }

  for (const value of unreadable)
    test(`gives null for ${value || "nothing"}`, () => assert.equal(parseDateTime(value), null));

  test("what is written is read again", () => {
    const instants = fc.integer({ min: Date.UTC(1951, 0), max: Date.UTC(9999, 0) }).map((ms) => ms - (ms % 1000));
    fc.assert(
      fc.property(instants, fc.integer({ min: -1439, max: 1439 }), (epochMs, offsetMinutes) => {
        assert.deepEqual(parseDateTime(formatDateTime(epochMs, offsetMinutes)), { epochMs, offsetMinutes });
      }),
    );
  });

  test("no text makes it throw", () => {
    const words = fc.constantFrom(
      "Mon",
      "16",
      "Mar",
      "2026",
      "10:00",
      "+0600",
      "-",
      ":",
      "(",
      ")",
      ",",
      "99999999999",
      "PM",
      "T",
      ".",
    );
    fc.assert(fc.property(fc.array(words, { maxLength: 12 }), (list) => void parseDateTime(list.join(" "))));
    fc.assert(fc.property(fc.string(), (text) => void parseDateTime(text)));
  });
});
