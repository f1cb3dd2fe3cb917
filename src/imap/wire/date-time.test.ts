// Dates of SEARCH and APPEND: the grammar, the calendar, and zones.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { argumentsOf, octetText } from "../../../test/support/imap-arguments.ts";
import { dayMs, readDate, readDateTime } from "./date-time.ts";
import { beginFetch, endFetch, fetchDate } from "./fetch-response.ts";
import { SyntaxFault } from "./syntax-fault.ts";
import { Writer } from "./writer.ts";

suite("dates", () => {
  for (const [text, iso] of [
    ["1-Feb-1994", "1994-02-01"],
    ["01-feb-1994", "1994-02-01"],
    ['"17-JUL-1996"', "1996-07-17"],
    ["29-Feb-2024", "2024-02-29"],
    ["1-Jan-1970", "1970-01-01"],
    ["31-Dec-1969", "1969-12-31"],
    ["1-Jan-0050", "0050-01-01"],
    ["31-Dec-9999", "9999-12-31"],
  ] as const) {
    test(`${text} is ${iso}`, () => assert.equal(readDate(argumentsOf(text)) * dayMs, Date.parse(`${iso}T00:00:00Z`)));
  }

  for (const text of [
    "",
    "32-Jan-2024",
    "0-Jan-2024",
    "29-Feb-2023",
    "31-Apr-2024",
    "1-Foo-2024",
    "1-Jan-24",
    "001-Jan-2024",
    "1/Jan/2024",
    '" 1-Jan-2024"',
    "Jan",
    "1-Jan-20245",
    "-1-Jan-2024",
  ]) {
    test(`${JSON.stringify(text)} is no date`, () => {
      assert.throws(() => {
        const args = argumentsOf(text);
        readDate(args);
        args.end();
      }, SyntaxFault);
    });
  }
});

suite("date-times", () => {
  for (const [text, iso] of [
    ['"17-Jul-1996 02:44:25 -0700"', "1996-07-17T09:44:25Z"],
    ['" 7-Feb-1994 22:43:04 -0800"', "1994-02-08T06:43:04Z"],
    ['"7-Feb-1994 22:43:04 -0800"', "1994-02-08T06:43:04Z"],
    ['"01-Jan-2024 00:00:00 +0530"', "2023-12-31T18:30:00Z"],
    ['"01-Jan-2024 00:00:00 +0000"', "2024-01-01T00:00:00Z"],
    ['"31-Dec-2016 23:59:60 +0000"', "2016-12-31T23:59:59Z"],
  ] as const) {
    test(`${text} is ${iso}`, () => assert.equal(readDateTime(argumentsOf(text)), Date.parse(iso)));
  }

  for (const text of [
    "17-Jul-1996",
    '"32-Foo-1996 02:44:25 -0700"',
    '"17-Jul-1996 24:00:00 +0000"',
    '"17-Jul-1996 23:60:00 +0000"',
    '"17-Jul-1996 23:59:61 +0000"',
    '"17-Jul-1996 02:44:25"',
    '"17-Jul-1996 02:44:25 0700"',
    '"17-Jul-1996 02:44:25 -0760"',
    '"17-Jul-1996T02:44:25Z"',
    '"30-Feb-1996 02:44:25 -0700"',
    '"17-Jul-1996  02:44:25 -0700"',
    "{26}\r\n17-Jul-1996 02:44:25 -0700",
  ]) {
    test(`${JSON.stringify(text)} is no date-time`, () => {
      assert.throws(() => readDateTime(argumentsOf(text)), SyntaxFault);
    });
  }

  test("what is written is what was read", () => {
    const seconds = fc.integer({ min: -62_000_000_000, max: 250_000_000_000 });
    fc.assert(
      fc.property(seconds, (moment) => {
        const writer = new Writer();
        beginFetch(writer, 1);
        fetchDate(writer, "INTERNALDATE", moment * 1_000);
        endFetch(writer);
        const line = octetText(writer.take());
        const match = /^\* 1 FETCH \(INTERNALDATE ("[^"]{26}")\)\r\n$/.exec(line);
        assert.equal(readDateTime(argumentsOf(match?.[1] ?? "")), moment * 1_000, line);
      }),
    );
  });
});
