// Parameters of MAIL and RCPT, and xtext.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { decodeXtext, parseParameters } from "./esmtp-parameters.ts";

suite("parseParameters", () => {
  for (const [text, expected] of [
    ["", []],
    [" SIZE=10", [["SIZE", "10"]]],
    [
      " size=10  Body=8BITMIME\tSMTPUTF8",
      [
        ["SIZE", "10"],
        ["BODY", "8BITMIME"],
        ["SMTPUTF8", undefined],
      ],
    ],
    [" AUTH=<>", [["AUTH", "<>"]]],
    [" ORCPT=utf-8;করিম@example.org", [["ORCPT", "utf-8;করিম@example.org"]]],
    [" X-1=a;b", [["X-1", "a;b"]]],
  ] as const) {
    test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual([...(parseParameters(text) ?? [])], expected));
  }

  for (const text of ["x", "X=1", " ", " =1", " A=", " A=1 a=2", " A=b=c", " -A=1", " A=\u0001"]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseParameters(text), undefined));
  }
});

suite("decodeXtext", () => {
  for (const [text, decoded] of [
    ["abc", "abc"],
    ["a+2Bb+3D", "a+b="],
    ["", ""],
  ] as const) {
    test(`reads ${text}`, () => assert.equal(decodeXtext(text), decoded));
  }
  for (const text of ["a+b", "a=b", "a+2b", "a b", "+0D+0A", "+00", "ü"]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.equal(decodeXtext(text), undefined));
  }
});
