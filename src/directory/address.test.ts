// Which spellings are one address.

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress, parseAddress, parseDomain, splitTag } from "./address.ts";

const key = (text: string): string | undefined => {
  const address = parseAddress(text);
  return address === undefined ? undefined : `${address.localKey}@${address.domain}`;
};

for (const [one, other] of [
  ["Asha@Example.ORG", "asha@example.org"],
  ["ডাক@উদাহরণ.বাংলা", "ডাক@xn--d5b6ci4b4b3a.xn--54b7fta0cc"],
  ["ডাক@উদাহরণ.বাংলা", "ডাক@উদাহরণ.XN--54B7FTA0CC"],
  // য় as one character and as য with a nukta.
  ["সময়@example.org", "সময\u09bc@example.org"],
  ["র\u200d্যাব@example.org", "র্যাব@example.org"],
  ['"asha"@example.org', "asha@example.org"],
  ['"as\\ha"@example.org', "asha@example.org"],
  ["é@example.org", "e\u0301@example.org"],
  ["asha@EXAMPLE。org", "asha@example.org"],
] as const)
  test(`${one} and ${other} are one address`, () => {
    assert.notEqual(key(one), undefined);
    assert.equal(key(one), key(other));
  });

for (const text of [
  "",
  "asha",
  "@example.org",
  "asha@",
  "asha@[192.0.2.1]",
  "asha@1",
  "asha@192.0.2.1",
  "asha@0x7f.1",
  "asha@a..b",
  "asha@exa mple.org",
  "asha@example.org/path",
  "asha@example.org:25",
  "asha@a%41.org",
  "asha@-a.org",
  "a\u0000b@example.org",
  "a\r\nRCPT@example.org",
  "\u202eahsa@example.org",
  "\ud800@example.org",
  "\u200d@example.org",
  `${"a".repeat(300)}@example.org`,
  `asha@${"a.".repeat(200)}org`,
  `asha@${"a".repeat(64)}.org`,
])
  test(`no address: ${JSON.stringify(text).slice(0, 40)}`, () => assert.equal(parseAddress(text), undefined));

test("an address keeps the spelling of its local part and shows its domain in the reader's script", () => {
  const address = parseAddress("Asha.Roy@xn--d5b6ci4b4b3a.xn--54b7fta0cc");
  assert.equal(address && formatAddress(address), "Asha.Roy@উদাহরণ.বাংলা");
});

test("a local part that needs quotes gets them, and reads back as itself", () => {
  const address = parseAddress('"a \\"b\\" @ c"@example.org');
  assert.equal(address?.localPart, 'a "b" @ c');
  assert.equal(address && formatAddress(address), '"a \\"b\\" @ c"@example.org');
});

test("a tag is what follows the first separator that has something before it", () => {
  const tag = (text: string, separator = "+"): string | undefined => {
    const address = parseAddress(text);
    return address && splitTag(address, separator)?.tag;
  };
  assert.equal(tag("asha+shop@example.org"), "shop");
  assert.equal(tag("asha+a+b@example.org"), "a+b");
  assert.equal(tag("asha+@example.org"), "");
  assert.equal(tag("+asha@example.org"), undefined);
  assert.equal(tag("asha@example.org"), undefined);
  assert.equal(tag("asha-shop@example.org", "-"), "shop");
  assert.equal(tag("asha+shop@example.org", ""), undefined);
});

test("a domain of one label is a domain", () => assert.equal(parseDomain("LocalHost"), "localhost"));
