// Letters of rights, and what several entries of a list make of a person (RFC 4314 2).

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type AclEntry, rightsUnder } from "./acl.ts";
import { systemFlags } from "./flags.ts";
import { asAccountId } from "./ids.ts";
import { asReaderNumber, flagsFor, hasSeen, storedFlags, withSeen } from "./readers.ts";
import { allRights, difference, noRights, parseRights, type Rights, union, withVirtualRights } from "./rights.ts";

function letters(text: string): Rights {
  const rights = parseRights(text);
  assert.ok(rights !== undefined);
  return rights;
}

suite("rights", () => {
  for (const [text, rights] of [
    ["", ""],
    ["alr", "lra"],
    ["lrswida", "lrswitea"],
    ["cd", "kxte"],
    ["ll", "l"],
    ["lrswipkxtea", allRights],
    ["lrq", undefined],
    ["LR", undefined],
    ["l r", undefined],
    ["n", undefined],
  ] as const)
    test(`"${text}" is read as ${rights ?? "no rights at all"}`, () => assert.equal(parseRights(text), rights));

  for (const [held, told] of [
    ["lr", "lr"],
    ["lk", "lkc"],
    ["x", "xc"],
    ["t", "td"],
    ["lrswipkxtea", "lrswipkxteacd"],
  ] as const)
    test(`RFC 4314 2.1.1: ${held} is told as ${told}`, () => assert.equal(withVirtualRights(letters(held)), told));

  test("they are added and taken away as sets", () => {
    assert.equal(union(letters("rl"), letters("ar")), "lra");
    assert.equal(difference(letters("lrs"), letters("rx")), "ls");
    assert.equal(difference(letters("l"), letters("l")), noRights);
  });
});

const asha = asAccountId("00000000000000a1");
const sahir = asAccountId("00000000000000a2");

suite("a person's rights under a list", () => {
  const acl: readonly AclEntry[] = [
    { subject: "anyone", sign: "grants", rights: letters("lr") },
    { subject: asha, sign: "grants", rights: letters("swi") },
    { subject: asha, sign: "denies", rights: letters("i") },
    { subject: "anyone", sign: "denies", rights: letters("w") },
  ];

  test("are what all entries for the person grant together, less what any denies", () => {
    assert.equal(rightsUnder(acl, asha, "same-domain"), "lrs");
    assert.equal(rightsUnder(acl, sahir, "same-domain"), "lr");
  });

  test("have nothing from anyone in another domain, neither rights nor denials", () => {
    assert.equal(rightsUnder(acl, asha, "other-domain"), "sw");
    assert.equal(rightsUnder(acl, sahir, "other-domain"), noRights);
  });
});

suite("the set of those who have seen a message", () => {
  const one = asReaderNumber(1);
  const ten = asReaderNumber(10);

  test("is the same whatever the order in which they came", () => {
    assert.equal(withSeen(withSeen("", ten, "seen"), one, "seen"), "1 10");
    assert.equal(withSeen("1 10", one, "seen"), "1 10");
    assert.equal(withSeen("1 10", one, "unseen"), "10");
    assert.equal(hasSeen("10", one), false);
  });

  test("of one person is what the person last made of it, whatever others do", () => {
    const act = fc.record({ by: fc.integer({ min: 1, max: 4 }), state: fc.constantFrom("seen", "unseen") });
    fc.assert(
      fc.property(fc.array(act), (acts) => {
        let seenBy = "";
        const last = new Map<number, string>();
        for (const { by, state } of acts) {
          seenBy = withSeen(seenBy, asReaderNumber(by), state);
          last.set(by, state);
        }
        for (let by = 1; by <= 4; by++)
          assert.equal(hasSeen(seenBy, asReaderNumber(by)), last.get(by) === "seen", `${seenBy}, reader ${by}`);
      }),
    );
  });

  test("is a reader's own flag, and the owner's is not shown to the reader", () => {
    const seen = systemFlags["\\Seen"];
    assert.equal(flagsFor(one, { bits: seen | 4, keywords: [] }, "10").bits, 4);
    assert.equal(flagsFor(ten, { bits: 4, keywords: [] }, "10").bits, seen | 4);
    const mayChange = { bits: seen, keywords: "may-not-change" } as const;
    assert.deepEqual(storedFlags({ number: ten, mayChange }, { bits: seen | 4, keywords: ["x"] }), {
      flags: { bits: 0, keywords: [] },
      seenBy: "10",
    });
  });
});
