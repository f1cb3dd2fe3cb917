// Which comparator a client gets (RFC 5255 4.7, RFC 4790 3.2 and 3.3).

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { chooseComparator } from "./comparators.ts";

suite("COMPARATOR", () => {
  for (const [wanted, told, matching] of [
    ["i;octet", "i;octet", 1],
    ["I;OCTET", "i;octet", 1],
    ["default", "vnd-dakghar;nfkc-casefold", 1],
    ["cz;* i;unicode-casemap", "i;unicode-casemap", 1],
    ["*", "vnd-dakghar;nfkc-casefold", 4],
    ["i;*", "i;unicode-casemap", 3],
    ["i;octet *casemap", "i;octet", 3],
    ["*ascii*", "i;ascii-casemap", 1],
    ["-i;octet", "-i;octet", 1],
    ["+i;octet", "+i;octet", 1],
    ["i;*a*a*", "i;unicode-casemap", 2],
    [`${"*".repeat(5_000)}t`, "i;octet", 1],
    ["i;ascii-numeric", null, 0],
    ["i;oct", null, 0],
    ["*x*x*", null, 0],
    ["", null, 0],
    ["i;octet*i;octet", null, 0],
  ] as const)
    test(`${wanted.slice(0, 40)} is ${told ?? "none"}`, () => {
      const choice = chooseComparator(wanted.split(" "));
      assert.equal(choice?.active.told ?? null, told);
      assert.equal(choice?.matching.length ?? 0, matching);
    });
});
