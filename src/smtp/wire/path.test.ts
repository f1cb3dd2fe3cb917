// Paths as RFC 5321 4.1.2 and RFC 6531 3.3 write them.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readPath } from "./path.ts";

suite("readPath", () => {
  for (const [text, address] of [
    ["<>", ""],
    ["<user@example.org>", "user@example.org"],
    ["<User.Name+tag@Example.ORG>", "User.Name+tag@Example.ORG"],
    ['<"user"@example.org>', "user@example.org"],
    ['<"a b"@example.org>', '"a b"@example.org'],
    ['<"a@b"@example.org>', '"a@b"@example.org'],
    ['<"a\\"b"@example.org>', '"a\\"b"@example.org'],
    ['<"a\\b"@example.org>', "ab@example.org"],
    ['<""@example.org>', '""@example.org'],
    ["<Postmaster>", "Postmaster"],
    ["<user@[192.0.2.1]>", "user@[192.0.2.1]"],
    ["<user@[IPv6:2001:db8::1]>", "user@[IPv6:2001:db8::1]"],
    ["<@a.example,@b.example:user@example.org>", "user@example.org"],
    ["<user@my_host.example>", "user@my_host.example"],
    ["<a..b.@docomo.example>", "a..b.@docomo.example"],
    ["<করিম@উদাহরণ.বাংলা>", "করিম@উদাহরণ.বাংলা"],
    ["<!#$%&'*+/=?^_`{|}~-@example.org>", "!#$%&'*+/=?^_`{|}~-@example.org"],
  ] as const) {
    test(`reads ${text}`, () => {
      const read = readPath(`TO:${text} X`, 3);
      assert.equal(read?.path.address, address);
      assert.equal(read?.end, 3 + text.length);
      assert.equal(read?.path.international, /[^\x00-\x7f]/.test(address));
    });
  }

  for (const text of [
    "",
    "user@example.org",
    "<user@example.org",
    "<user@>",
    "<@example.org>",
    "<user name@example.org>",
    "<user@example.org@example.net>",
    "<user@example..org>",
    "<user@.example.org>",
    "<user@example.org.>",
    '<"user@example.org>',
    '<"user"name@example.org>',
    "<user@[192.0.2.1>",
    "<user@[192.0.2]>",
    "<us\u0000er@example.org>",
    "<us\u0085er@example.org>",
    "<us\u202eer@example.org>",
    "<<user@example.org>>",
    "<@a.example:>",
    `<${"x".repeat(1_100)}@example.org>`,
  ]) {
    test(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => assert.equal(readPath(text, 0), undefined));
  }

  test("reads what cannot match in time that grows with its length", () => {
    const before = performance.now();
    assert.equal(readPath(`<${"@a:".repeat(5_000)}`, 0), undefined);
    assert.equal(readPath(`<"${"\\a".repeat(5_000)}`, 0), undefined);
    assert.equal(readPath(`<a@${"a.".repeat(5_000)}`, 0), undefined);
    assert.ok(performance.now() - before < 200);
  });
});
