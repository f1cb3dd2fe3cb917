// Flags as bits and names: letter case, spelling, and what STORE does with them.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { changeFlags, flagNames, flagSet, noFlags, sameFlags, systemFlagBit } from "./flags.ts";

test("system flags are known in any letter case, and nothing else is one", () => {
  assert.equal(systemFlagBit("\\SEEN"), 1);
  assert.equal(systemFlagBit("\\draft"), 16);
  assert.equal(systemFlagBit("\\Recent"), undefined);
  assert.equal(systemFlagBit("Seen"), undefined);
});

test("two spellings of one keyword are one, in the spelling that came first", () => {
  assert.deepEqual(flagSet(0, ["$Junk", "work", "$JUNK"]).keywords, ["$Junk", "work"]);
  const before = flagSet(0, ["Work"]);
  assert.deepEqual(changeFlags(before, "add", flagSet(0, ["WORK"])).keywords, ["Work"]);
  assert.deepEqual(changeFlags(before, "remove", flagSet(0, ["wORK"])), noFlags);
});

test("names list system flags first, and keywords by their lower-case form", () => {
  assert.deepEqual(flagNames(flagSet(1 | 8, ["b", "A"])), ["\\Seen", "\\Deleted", "A", "b"]);
});

const keyword = fc.constantFrom("a", "A", "b", "$C", "$c", "d");
const flags = fc.tuple(fc.nat(31), fc.array(keyword, { maxLength: 6 })).map(([bits, words]) => flagSet(bits, words));
const folded = (set: { readonly keywords: readonly string[] }): Set<string> =>
  new Set(set.keywords.map((word) => word.toLowerCase()));

test("adding gives the union, removing the difference, replacing the operand", () => {
  fc.assert(
    fc.property(flags, flags, (before, operand) => {
      const added = changeFlags(before, "add", operand);
      assert.equal(added.bits, before.bits | operand.bits);
      assert.deepEqual(folded(added), folded(before).union(folded(operand)));
      const removed = changeFlags(before, "remove", operand);
      assert.equal(removed.bits, before.bits & ~operand.bits);
      assert.deepEqual(folded(removed), folded(before).difference(folded(operand)));
      assert.ok(sameFlags(changeFlags(before, "replace", operand), operand));
      // Doing it twice changes nothing more.
      assert.ok(sameFlags(changeFlags(added, "add", operand), added));
    }),
  );
});
