// SASLprep: RFC 4013's own examples, the corners of RFC 3454's tables, and the bounds of a credential.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { prepareCredential, saslprep } from "./saslprep.ts";

suite("SASLprep", () => {
  // RFC 4013 3: its own examples.
  for (const [input, output, why] of [
    ["I\u00adX", "IX", "SOFT HYPHEN mapped to nothing"],
    ["user", "user", "no transformation"],
    ["USER", "USER", "case preserved, will not match user"],
    ["\u00aa", "a", "output is NFKC, input in ISO 8859-1"],
    ["\u2168", "IX", "output is NFKC, will match IX"],
    ["\u0007", undefined, "prohibited character"],
    ["\u0627\u0031", undefined, "bidirectional check"],
  ] as const) {
    test(`follows RFC 4013's example: ${why}`, () => assert.equal(saslprep(input), output));
  }

  // Checked against another implementation of RFC 3454 over every code point; these are its corners.
  for (const [input, output, why] of [
    ["a\u00a0b\u3000c", "a b c", "other spaces become SPACE"],
    ["a\u200bb\ufeff", "ab", "zero-width space and byte order mark vanish"],
    ["করিম\u200dের ৎ", "করিমের ৎ", "Bengali passes, joiners vanish, khanda ta is newer than Unicode 3.2"],
    ["ড\u09bc", "ড\u09bc", "a composition exclusion stays decomposed"],
    ["\u09dc", "ড\u09bc", "and so both spellings are one"],
    ["שלום", "שלום", "right-to-left alone"],
    ["ש1ם", "ש1ם", "a digit between right-to-left characters"],
    ["שaם", undefined, "left-to-right between right-to-left"],
    ["ש১ם", undefined, "Bengali digits are left-to-right"],
    ["(ש)", undefined, "must begin and end right-to-left"],
    ["a\u202eb", undefined, "direction override"],
    ["\ue000", undefined, "private use"],
    ["a\ufffeb", undefined, "non-character"],
    ["\u{1fffe}", undefined, "non-character beyond the basic plane"],
    ["a\0b", undefined, "NUL"],
    ["a\ud800", undefined, "lone surrogate"],
    ["🔑 key", "🔑 key", "emoji pass"],
  ] as const) {
    test(`prepares: ${why}`, () => assert.equal(saslprep(input), output));
  }

  test("preparing twice changes nothing more", () => {
    for (const text of ["\u2168\u00adX", "ড\u09bc\u200d", "ﷺ", "a\u00a0b"]) {
      const once = saslprep(text);
      assert.ok(once !== undefined);
      assert.equal(saslprep(once), once);
    }
  });
});

test("a credential is neither empty nor over 1,024 bytes once prepared", () => {
  assert.equal(prepareCredential(""), undefined);
  assert.equal(prepareCredential("\u200d"), undefined);
  assert.equal(prepareCredential("a".repeat(1_024)), "a".repeat(1_024));
  assert.equal(prepareCredential("a".repeat(1_025)), undefined);
  assert.equal(prepareCredential("ক".repeat(342)), undefined);
});
