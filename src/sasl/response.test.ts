// SASL responses on a line: strict base64, bounded, UTF-8.

import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../base/bytes.ts";
import { decodeInitialResponse, decodeResponse, encodeChallenge, responseText } from "./response.ts";

const invalid = { problem: { kind: "sasl-response-invalid" } };

test("an empty line is an empty response, and so is = as an initial response", () => {
  assert.deepEqual(decodeResponse(""), new Uint8Array());
  assert.deepEqual(decodeInitialResponse("="), new Uint8Array());
  assert.deepEqual(decodeInitialResponse("AGEAYg=="), utf8("\0a\0b"));
});

for (const line of ["=", "*", "A", "AA", "AA=", "AAA", "AAA==", "AB==", "AA==AA==", "AA-_", "A A A A", "AAAA\n", "ক"]) {
  test(`base64 is read strictly: ${JSON.stringify(line)} is refused`, () =>
    assert.throws(() => decodeResponse(line), invalid));
}

test("a response of 12,288 characters is read, one more is not", () => {
  assert.equal(decodeResponse("A".repeat(12_288)).length, 9_216);
  assert.throws(() => decodeResponse("A".repeat(12_292)), invalid);
});

test("an endless response of a mebibyte is refused without being decoded", () => {
  assert.throws(() => decodeResponse("A".repeat(1_048_576)), invalid);
});

test("a response that is not UTF-8 is refused", () => {
  assert.throws(() => responseText(Uint8Array.of(0x61, 0xff)), invalid);
  assert.throws(() => responseText(Uint8Array.of(0xc0, 0x80)), invalid);
});

test("a challenge is base64 with padding", () => assert.equal(encodeChallenge(utf8("Username:")), "VXNlcm5hbWU6"));
