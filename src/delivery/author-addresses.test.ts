// From and Sender, read so that no two readers could differ.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { latin1, utf8 } from "../base/bytes.ts";
import { octetString } from "../mime/octets.ts";
import { authorAddresses } from "./author-addresses.ts";

suite("authorAddresses", () => {
  for (const [value, addresses] of [
    ["alice@example.org", ["alice@example.org"]],
    ["<alice@example.org>", ["alice@example.org"]],
    ["Alice <alice@example.org>", ["alice@example.org"]],
    ["Alice B. Carol (work) <alice@example.org> (home)", ["alice@example.org"]],
    ['"Carol, Alice" <alice@example.org>', ["alice@example.org"]],
    ['"bank@bank.example" <alice@example.org>', ["alice@example.org"]],
    ["=?utf-8?q?bank=40bank=2Eexample?= <alice@example.org>", ["alice@example.org"]],
    ["alice@example.org, Bob <bob@example.org>", ["alice@example.org", "bob@example.org"]],
    ['"a b"@example.org', ['"a b"@example.org']],
    ["alice@[192.0.2.1]", ["alice@[192.0.2.1]"]],
    ["করিম <করিম@উদাহরণ.বাংলা>", ["করিম@উদাহরণ.বাংলা"]],
  ] as const) {
    test(`reads ${value}`, () => assert.deepEqual(authorAddresses(octetString(utf8(value))), addresses));
  }

  for (const value of [
    "",
    "Alice",
    "alice",
    "@example.org",
    "bank@bank.example <alice@example.org>",
    "alice@example.org <bank@bank.example>",
    "<alice@example.org> bank@bank.example",
    "<alice@example.org>, ",
    ", alice@example.org",
    "alice@example.org bank@bank.example",
    "<@relay.example:alice@example.org>",
    "Friends: alice@example.org;",
    "undisclosed-recipients:;",
    "alice@example.org (",
    '"alice@example.org',
    "<<alice@example.org>>",
    "<alice@example.org",
    "alice @ example.org",
    "alice.@example.org",
    "alice@example.org\0",
    "alice@example.org\r",
    "\\<bank@bank.example\\> <alice@example.org>",
    "<alice@example.org\u0000@bank.example>",
  ]) {
    test(`refuses ${JSON.stringify(value)}`, () => assert.equal(authorAddresses(value), undefined));
  }

  test("refuses octets that are not UTF-8", () => {
    assert.equal(authorAddresses(octetString(latin1("al\xefce@example.org"))), undefined);
  });
});
