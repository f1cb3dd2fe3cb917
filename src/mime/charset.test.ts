// A sample of each charset that mail is written in, under right and wrong labels.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { concatBytes, latin1, utf8 } from "../base/bytes.ts";
import { decodeCharset, decodeCharsetPieces, isKnownCharset } from "./charset.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

const cases: readonly (readonly [label: string, octets: Uint8Array, text: string])[] = [
  ["utf-8", utf8("বাংলা"), "বাংলা"],
  ["UTF8", utf8("é"), "é"],
  ["iso-8859-1", bytes(0xe9, 0x80), "é€"],
  ["us-ascii", bytes(0xe9), "é"],
  ["iso-8859-15", bytes(0xa4), "€"],
  ["koi8-r", bytes(0xd0, 0xc5), "пе"],
  ["gb2312", bytes(0xd6, 0xd0), "中"],
  ["x-gbk", bytes(0xd6, 0xd0), "中"],
  ["cp936", bytes(0xd6, 0xd0), "中"],
  ["chinesebig5", bytes(0xa4, 0xa4), "中"],
  ["ks_c_5601-1987", bytes(0xc7, 0xd1), "한"],
  ["cp949", bytes(0xc7, 0xd1), "한"],
  ["shift-jis", bytes(0x83, 0x65), "テ"],
  ["cp932", bytes(0x83, 0x65), "テ"],
  ["iso-2022-jp", latin1("\x1b$B%F\x1b(B!"), "テ!"],
  ["iso-2022-jp", latin1("\x1b$B%F"), "テ"],
  ["iso-2022-kr", latin1("\x1b$)C\x0eGQ\x0f!"), "한!"],
  ["hz-gb-2312", latin1("~{VP~}~~x"), "中~x"],
  ["johab", bytes(0xd0, 0x65, 0x41), "한A"],
  ["utf-7", latin1("+MEYwRg-x"), "ううx"],
  ["utf-16", bytes(0x41, 0, 0x2c, 0x09), "Aब"],
  ["utf-16be", bytes(0, 0x41), "A"],
  ["utf-32le", bytes(0x41, 0, 0, 0), "A"],
  ["cp437", bytes(0x82), "é"],
  ["ibm866", bytes(0xaf), "п"],
  ["windows1252", bytes(0x80), "€"],
  ["'\"iso-8859-2\"'", bytes(0xb1), "ą"],
];

suite("charsets", () => {
  for (const [label, octets, text] of cases)
    test(`reads ${label} (${text})`, () => assert.equal(decodeCharset(octets, label), text));

  for (const [label, octets] of cases)
    test(`reads much ${label} in pieces as it reads the whole`, () => {
      const line = concatBytes([octets, latin1("\r\n")]);
      const many = concatBytes(Array.from({ length: 20_000 }, () => line));
      assert.equal([...decodeCharsetPieces(many, label)].join(""), decodeCharset(many, label));
    });

  test("much text in a charset of many bytes comes in pieces", () => {
    assert.ok([...decodeCharsetPieces(latin1("\xd6\xd0\n".repeat(100_000)), "gbk")].length > 5);
  });

  test("UTF-8 under a Latin label is read as UTF-8", () => {
    for (const label of ["iso-8859-1", "us-ascii", "windows-1252", null])
      assert.equal(decodeCharset(utf8("é বাংলা"), label), "é বাংলা");
  });

  test("text without a label is UTF-8 when it can be, else Latin", () => {
    for (const label of [null, "", "unknown-8bit", "default_charset"]) {
      assert.equal(decodeCharset(utf8("ব"), label), "ব");
      assert.equal(decodeCharset(bytes(0xe9), label), "é");
    }
  });

  test("what cannot be read becomes U+FFFD", () => {
    assert.equal(decodeCharset(bytes(0x61, 0xff, 0x62), "utf-8"), "a\ufffdb");
    assert.equal(decodeCharset(bytes(0xed, 0xa0, 0x80), "utf-8"), "\ufffd\ufffd\ufffd");
    assert.equal(decodeCharset(bytes(0x61, 0xff), "no-such-charset"), "a\ufffd");
    assert.equal(decodeCharset(bytes(0xff, 0xff), "johab"), "\ufffd");
  });

  test("knows what it can read", () => {
    for (const label of ["utf-8", "US-ASCII", "iso-8859-16", "hz-gb-2312", "utf-7", "cp850", "johab"])
      assert.ok(isKnownCharset(label), label);
    for (const label of ["", "no-such", "constructor", "__proto__", "x".repeat(10_000)])
      assert.ok(!isKnownCharset(label), label);
  });

  test("no bytes under any label make it throw", () => {
    const labels = fc.constantFrom(
      "utf-8",
      "hz",
      "iso-2022-kr",
      "iso-2022-jp",
      "johab",
      "utf-7",
      "utf-16",
      "gb18030",
      "big5",
      "x",
      "utf-32",
      "__proto__",
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), labels, (octets, label) => void decodeCharset(octets, label)),
    );
    fc.assert(fc.property(fc.string(), (label) => void decodeCharset(bytes(0x41, 0xe9), label)));
  });
});
