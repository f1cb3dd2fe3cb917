// Encoded words and parameters (RFC 2047, 2231) as programs write them, well or badly.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { utf8 } from "../base/bytes.ts";
import { decodeHeaderText, decodeParameter } from "./encoded-word.ts";
import { octetString } from "./octets.ts";

const raw = (text: string): string => octetString(utf8(text));

const cases: readonly (readonly [why: string, value: string, text: string])[] = [
  ["plain text as it is", "Hello (world)", "Hello (world)"],
  ["a Q word", "=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait"],
  ["a B word", "=?UTF-8?b?4Kas4Ka+4KaC4Kay4Ka+?=", "বাংলা"],
  ["a word between other text", "Re: =?iso-8859-1?q?caf=E9?= today", "Re: café today"],
  ["adjacent words without the space between them", "=?utf-8?q?a?= \t =?utf-8?q?b?=", "ab"],
  ["adjacent words of two charsets", "=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?=", "éé"],
  ["a character cut between two words", "=?utf-8?q?=E0=A6?= =?utf-8?q?=AC?=", "ব"],
  ["a character cut between a B and a Q word", "=?utf-8?b?4KY=?= =?utf-8?q?=AC?=", "ব"],
  ["base64 cut between two words", "=?utf-8?B?4Kas4K?= =?utf-8?B?a+?=", "বা"],
  ["base64 without its padding", "=?utf-8?B?w6k?=", "é"],
  ["a language after the charset", "=?utf-8*bn?Q?=E0=A6=AC?=", "ব"],
  ["spaces within a Q word, which some programs write", "=?utf-8?Q?a b?=", "a b"],
  ["a word of thousands of characters", `=?utf-8?Q?${"x".repeat(5_000)}?=`, "x".repeat(5_000)],
  ["an empty word", "=?utf-8?Q??=x", "x"],
  ["raw UTF-8", raw("বাংলা"), "বাংলা"],
  ["raw UTF-8 beside a word, ending in the octet A0", `=?utf-8?q?x?= ${raw("voilà")}`, "x voilà"],
  ["raw Latin octets", "caf\xe9", "café"],
  ["a word without an end as it is", "=?utf-8?Q?abc", "=?utf-8?Q?abc"],
  ["a word without an end before a good one", "=?utf-8?Q?abc =?utf-8?Q?d?=", "=?utf-8?Q?abc d"],
  ["an unknown encoding as it is", "=?utf-8?X?abc?=", "=?utf-8?X?abc?="],
  ["an unknown charset as far as it is ASCII", "=?no-such?Q?a=FFb?=", "a\ufffdb"],
  [
    "ISO-2022-JP words, each with its own shifts",
    "=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?= =?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=",
    "テストテスト",
  ],
  ["ISO-2022-JP with a shift left open", "=?iso-2022-jp?B?GyRCJUYlOSVI?= =?iso-2022-jp?Q?abc?=", "テストabc"],
  ["UTF-7 as the ASCII it is written in", "=?utf-7?Q?+ADw-script+AD4-?=", "+ADw-script+AD4-"],
  ["a line end hidden in a word as a space", "=?utf-8?Q?a=0D=0ABcc:_x@y?=", "a Bcc: x@y"],
  ["a NUL hidden in a word as a replacement character", "=?utf-8?B?YQBi?=", "a\ufffdb"],
];

suite("text in headers", () => {
  for (const [why, value, text] of cases) test(`reads ${why}`, () => assert.equal(decodeHeaderText(value), text));

  test("reads raw octets by the hint of the body's charset", () => {
    assert.equal(decodeHeaderText("\xa4\xa4", "big5"), "中");
    assert.equal(decodeHeaderText("\xd0\xc5", "koi8-r"), "пе");
  });

  test("30,000 words become their text", () => {
    assert.equal(decodeHeaderText("=?utf-8?Q?a?= ".repeat(30_000).trim()), "a".repeat(30_000));
  });
});

suite("parameters", () => {
  const value = (name: string, text: string): string | null => decodeParameter([{ name, value: text }], "filename");

  test("an extended value is percent-decoded in its charset", () => {
    assert.equal(value("filename*", "utf-8'bn'%E0%A6%AC.txt"), "ব.txt");
    assert.equal(value("filename*", "iso-8859-1''caf%E9"), "café");
    assert.equal(value("filename*", "no quotes %41"), "no quotes A");
    assert.equal(value("filename*", "utf-8''100%"), "100%");
  });

  test("an encoded word where none belongs is read all the same", () => {
    assert.equal(value("filename", "=?utf-8?Q?caf=C3=A9?="), "café");
  });

  test("the extended spelling wins over the plain one", () => {
    const both = [
      { name: "filename", value: "cafe" },
      { name: "filename*", value: "utf-8''caf%C3%A9" },
    ];
    assert.equal(decodeParameter(both, "filename"), "café");
  });

  test("line ends in a name do not come out", () => {
    assert.equal(value("filename*", "utf-8''a%0d%0aSet-Cookie"), "a Set-Cookie");
  });
});
