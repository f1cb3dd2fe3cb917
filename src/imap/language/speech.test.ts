// The languages of IMAP: Bengali is whole, stays on its line, and says nothing that nobody says.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { bengali } from "./bengali.ts";
import { chooseLanguage, type Sentence, spoken } from "./speech.ts";

const openSentences: readonly Sentence[] = [
  "UID SEARCH completed",
  "STORE completed, but for messages below UID 7",
  "Flags stored, but for messages below UID 7",
  "No more than 1000 messages at once",
  "Nothing was done below UID 7",
  "A batch has 500 messages or more",
  'Expected ")"',
  "Internal error 0123456789ab",
];

test("every sentence is in Bengali script, on one line, and is not taken for a code", () => {
  for (const sentence of [...(Object.keys(bengali) as Sentence[]), ...openSentences]) {
    const text = spoken(sentence, "bn");
    assert.ok(/\p{Script=Bengali}/u.test(text), sentence);
    assert.ok(!/[\r\n]/.test(text) && !text.startsWith("["), sentence);
    assert.equal(spoken(sentence, "en"), sentence);
    assert.match(spoken(sentence, "i-default"), /^[ -~]+$/);
  }
});

test("numbers in sentences are Bengali, UIDs as they are typed", () => {
  assert.equal(spoken("No more than 1000 messages at once", "bn"), "একবারে ১,০০০টির বেশি চিঠি নয়");
  assert.equal(spoken("Flags stored, but for messages below UID 7", "bn"), "চিহ্ন রাখা হলো, UID 7-এর নিচের চিঠি বাদে");
});

test("every sentence is said somewhere", () => {
  const src = join(import.meta.dirname, "../..");
  const sources = ["imap", "admin", "directory"].flatMap((folder) =>
    readdirSync(join(src, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.endsWith("bengali.ts"))
      .map((path) => readFileSync(join(src, folder, path), "utf8")),
  );
  const all = sources.join("\n");
  assert.deepEqual(
    Object.keys(bengali).filter((sentence) => !all.includes(`"${sentence}"`) && !all.includes(`'${sentence}'`)),
    [],
  );
});

suite("LANGUAGE", () => {
  for (const [ranges, language] of [
    ["bn", "bn"],
    ["BN-BD", "bn"],
    ["fr-CA en-CA", "en"],
    ["fr bn en", "bn"],
    ["default", "i-default"],
    ["i-default", "i-default"],
    ["*", "i-default"],
    ["fr", undefined],
    ["mul", undefined],
    ["bn-", undefined],
    ["", undefined],
  ] as const)
    test(`${ranges} is ${language ?? "none of ours"}`, () => {
      assert.equal(chooseLanguage(ranges.split(" ")), language);
    });
});
