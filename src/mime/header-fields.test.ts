// Splitting and unfolding a header block (RFC 5322 2.2).

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { headerFieldBytesMax } from "../base/limits.ts";
import { fieldValue, headerFields } from "./header-fields.ts";

function read(header: string): string[][] {
  return headerFields(header).map((field) => [field.name, fieldValue(header, field)]);
}

suite("header fields", () => {
  test("names are lower case and values begin after white space", () => {
    assert.deepEqual(read("From: a@b\r\nSUBJECT:x\r\nX-Y:  \t z \r\n\r\nBody: no\r\n"), [
      ["from", "a@b"],
      ["subject", "x"],
      ["x-y", "z "],
    ]);
  });

  test("folded values lose their line ends and nothing else", () => {
    assert.deepEqual(read("A: b\r\n c\r\n\t d\n  e\r\nF: g"), [
      ["a", "b c\t d  e"],
      ["f", "g"],
    ]);
  });

  test("white space before the colon is obsolete but no part of the name", () => {
    assert.deepEqual(read("From : a\r\n"), [["from", "a"]]);
  });

  test("a line without a colon is passed over", () => {
    assert.deepEqual(read("no colon here\r\nA: b\r\n"), [["a", "b"]]);
  });

  test("a name folded before its colon is no field", () => {
    assert.deepEqual(read("From\r\n : a@b\r\nFrom: c@d\r\n"), [["from", "c@d"]]);
  });

  test("lines of white space belong to the field before them", () => {
    assert.deepEqual(read("A: b\r\n  \r\nC: d\r\n\r\n"), [
      ["a", "b  "],
      ["c", "d"],
    ]);
  });

  test("fields say where they lie", () => {
    const header = "A: b\r\nC: d\r\n e\r\n\r\n";
    assert.deepEqual(
      headerFields(header).map(({ start, end }) => header.slice(start, end)),
      ["A: b\r\n", "C: d\r\n e\r\n"],
    );
  });

  test("a field longer than the limit is cut, and the next one is read", () => {
    const header = `A: ${"x".repeat(headerFieldBytesMax + 10)}\r\nB: c\r\n`;
    const [a = "", b] = headerFields(header).map((field) => fieldValue(header, field));
    assert.equal(b, "c");
    assert.ok(a.length > 0 && a.length < headerFieldBytesMax);
  });
});
