// LIST patterns against a plain oracle, and against patterns made to take long.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { listPattern } from "./list-pattern.ts";

suite("patterns", () => {
  for (const [pattern, matching, others] of [
    ["*", ["INBOX", "a", "a/b", ""], []],
    ["%", ["INBOX", "a", ""], ["a/b"]],
    ["a/%", ["a/b", "a/"], ["a", "a/b/c", "b/a"]],
    ["%/%", ["a/b"], ["a", "a/b/c"]],
    ["*b", ["b", "ab", "a/b", "b/b"], ["ba", "b/a"]],
    ["*a%b", ["ab", "xaxb", "a/ab", "aab"], ["a/b", "ab/"]],
    ["%b*", ["b", "abc", "ab/c"], ["a/b"]],
    ["foo", ["foo"], ["foobar", "fo", "Foo", "x/foo"]],
    ["*%", ["a/b", "a"], []],
    ["%*%", ["a/b", "a"], []],
    ["a*a", ["aa", "a/a", "aba"], ["a"]],
    ["inbox", ["INBOX"], ["inbox", "INBOX/a"]],
    ["iNbOx/%", ["INBOX/a"], ["INBOX", "INBOX/a/b"]],
    ["inboxes", ["inboxes"], ["INBOXES"]],
    ["কাজ/%", ["কাজ/চিঠি"], ["কাজ"]],
    ["Cafe\u0301*", ["Caf\u00e9"], ["Cafe"]],
    [".*", [".x"], ["x", "a"]],
    ["(a+)+$", ["(a+)+$"], ["aaaa"]],
    ["", [""], ["a"]],
  ] as const) {
    test(`${JSON.stringify(pattern)} matches what it should`, () => {
      const matches = listPattern("", pattern);
      assert.deepEqual(
        matching.filter((name) => !matches(name)),
        [],
      );
      assert.deepEqual(
        others.filter((name) => matches(name)),
        [],
      );
    });
  }

  test("a reference stands before the pattern", () => {
    assert.ok(listPattern("work/", "%")("work/mail"));
    assert.ok(!listPattern("work/", "%")("mail"));
    assert.ok(listPattern("in", "box")("INBOX"));
  });
});

/** The simple version: RFC 9051 6.3.9 as a regular expression. */
function oracle(pattern: string): RegExp {
  const source = pattern.replace(/[^%*]/g, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
  return new RegExp(`^${source.replaceAll("*", "[^]*").replaceAll("%", "[^/]*")}$`, "u");
}

suite("laws", () => {
  test("agrees with the regular expression", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "%", "*"), maxLength: 9 });
    const name = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 12 });
    fc.assert(
      fc.property(pattern, fc.array(name, { maxLength: 10 }), (given, names) => {
        for (const each of names) assert.equal(listPattern("", given)(each), oracle(given).test(each), each);
      }),
      { numRuns: 8_000 },
    );
  });

  for (const [what, pattern] of [
    ["alternating wildcards", "%*".repeat(1_000)],
    ["a thousand %", "a%".repeat(1_000)],
    ["a thousand *", "a*".repeat(1_000)],
    ["% that fail late", `${"a%".repeat(300)}b`],
    ["* that fail late", `${"a*".repeat(300)}b`],
    ["both, failing late", `${"a%a*".repeat(150)}b`],
    ["a block that fails on each level", "*a%/a%/a%b*b"],
    ["a block that fails at each character", "*aa%aa%aab*"],
  ] as const) {
    test(`four thousand long names against ${what} take no long time`, () => {
      const names = [
        "a".repeat(1_024),
        "aa/".repeat(341),
        `${"a".repeat(32)}/`.repeat(31),
        `${"a".repeat(500)}/${"a".repeat(500)}`,
      ];
      const matches = listPattern("", pattern);
      const started = performance.now();
      for (let round = 0; round < 1_000; round++) for (const name of names) matches(name);
      assert.ok(performance.now() - started < 1_500, `${performance.now() - started} ms`);
    });
  }
});
