// What is a mailbox name, and when two texts are one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { mailboxDepthMax, mailboxNameBytesMax } from "../base/limits.ts";
import { isBelow, mailboxName, parentName, parseMailboxName } from "./mailbox-name.ts";

for (const [text, name] of [
  ["কাজের চিঠি", "কাজের চিঠি"],
  ["কাজ/চিঠি/", "কাজ/চিঠি"],
  ["Cafe\u0301", "Caf\u00e9"],
  ["\u09a1\u09bc", "\u09a1\u09bc"],
  ["inbox", "INBOX"],
  ["iNbOx/Sub", "INBOX/Sub"],
  ["Work/inbox", "Work/inbox"],
  ["..", ".."],
  ["a b", "a b"],
  ["emoji 📬", "emoji 📬"],
] as const)
  test(`reads ${JSON.stringify(text)} as ${JSON.stringify(name)}`, () =>
    assert.deepEqual(parseMailboxName(text), { name }));

for (const [text, fault] of [
  ["", "empty"],
  ["/", "empty"],
  ["/a", "empty-level"],
  ["a//b", "empty-level"],
  ["a\u0000b", "control-character"],
  ["a\r\nb", "control-character"],
  ["a\u202eb", "control-character"],
  ["50%", "wildcard"],
  ["a*", "wildcard"],
  ["\ud800", "not-unicode"],
  ["ক".repeat(mailboxNameBytesMax / 3 + 1), "too-long"],
  [Array.from({ length: mailboxDepthMax + 1 }, () => "a").join("/"), "too-deep"],
] as const)
  test(`refuses ${JSON.stringify(text.slice(0, 20))} as ${fault}`, () =>
    assert.deepEqual(parseMailboxName(text), { fault }));

test("parents are found level by level, up to none", () => {
  assert.equal(parentName(mailboxName("ক/খ/গ")), "ক/খ");
  assert.equal(parentName(mailboxName("ক")), undefined);
});

test("what only begins alike does not lie below", () => {
  assert.equal(isBelow("Work/2026", "Work"), true);
  assert.equal(isBelow("Workshop", "Work"), false);
  assert.equal(isBelow("Work", "Work"), false);
});
