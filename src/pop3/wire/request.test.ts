// Keywords and arguments: what is one, and what is none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { noArgument, parseMessageNumber, parseRequest, parseScope } from "./request.ts";

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

for (const [line, keyword, argument] of [
  ["STAT", "STAT", null],
  ["stat", "STAT", null],
  ["STAT ", "STAT", ""],
  ["PASS two words ", "PASS", "two words "],
  ["PASS  led by a space", "PASS", " led by a space"],
  ["USER tab\there", "USER", "tab\there"],
  ["", "", null],
] as const) {
  test(`reads ${JSON.stringify(line)} as a keyword and the rest`, () => {
    assert.deepEqual(parseRequest(bytes(line)), { keyword, argument });
  });
}

test("reads a name in UTF-8, a byte order mark included", () => {
  const line = new TextEncoder().encode("USER \ufeffরহিম");
  assert.deepEqual(parseRequest(line), { keyword: "USER", argument: "\ufeffরহিম" });
});

for (const line of ["USER caf\xe9", "USER \xc3", "USER a\0b", "NOOP\r", "\x1b[A", "USER \x7f"]) {
  test(`${JSON.stringify(line)} is no request`, () => {
    assert.equal(parseRequest(bytes(line)), null);
  });
}

for (const [text, number] of [
  ["1", 1],
  ["007", 7],
  ["4294967296", 4_294_967_296],
  ["0", null],
  ["000", null],
  ["-1", null],
  ["+1", null],
  ["1.0", null],
  ["1e3", null],
  ["0x1", null],
  ["", null],
  ["12345678901", null],
  ["১", null],
] as const) {
  test(`as a message-number, ${JSON.stringify(text)} is ${number}`, () => {
    assert.equal(parseMessageNumber(text), number);
  });
}

test("LIST and UIDL take one message or all", () => {
  assert.deepEqual([null, "", "  ", "3", " 3 ", "x"].map(parseScope), ["all", "all", "all", 3, 3, null]);
});

test("a command without arguments bears trailing spaces only", () => {
  assert.deepEqual([null, "", " ", "x"].map(noArgument), ["none", "none", "none", null]);
});
