// What a fuzzy search takes for the same, how it scores, and that it finds whatever an exact search finds.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { FuzzyScanner } from "./fuzzy-scanner.ts";
import { foldFuzzy, fuzzyQuery } from "./fuzzy-text.ts";
import { foldablePieces, foldText } from "./search-text.ts";

/** The score of one text, in pieces of so many characters. */
function score(query: string, text: string, { weight = 1, characters = 16_384 } = {}): number {
  const scanner = new FuzzyScanner(fuzzyQuery(query), "wanted");
  scanner.beginText(weight);
  for (const piece of foldablePieces([text], characters)) scanner.push(foldFuzzy(piece));
  scanner.endText();
  return scanner.score;
}

suite("a fuzzy search finds", () => {
  for (const [what, query, text] of [
    ["words in any order", "IMAP break", "broken? no: breaks in the imap server"],
    ["a word without its accents", "resume cafe", "Mon résumé du café"],
    ["a word with accents that are not there", "résumé", "my resume"],
    ["letters that Unicode takes for others", "Lodz Oresund Straße", "Łódź, Øresund, STRASSE"],
    ["a wrong letter", "hello", "hallo world"],
    ["a missing letter", "recieve", "receive it"],
    ["a letter too many", "acommodate", "accommodate"],
    ["neighbours that changed places", "freind", "my friend"],
    ["an e-mail as an email", "email", "send an E-Mail"],
    ["an email as an e-mail", "e-mail", "send an email"],
    ["Bengali without the moon and the dot", "চাদ বাড়ি", "চাঁদের আলোয় বাড়ি"],
    ["Bengali with a wrong vowel sign", "আমাদের দেশ", "আমদের দেশ"],
    ["Bengali digits as others", "২০২৬", "the year 2026"],
    ["Hindi without its nukta", "कानून", "क़ानून की किताब"],
    ["Arabic without its points, and its other letters", "كتاب مدرسه", "كِتَابٌ في المدرسة"],
    ["Hebrew without its points", "שלום", "שָׁלוֹם"],
    ["Russian with a wrong letter", "превет", "привет всем"],
    ["Greek without its accent", "καλημερα", "Καλημέρα σας"],
    ["Chinese words in any order", "会议纪要", "纪要在会议之后"],
    ["Thai within a sentence", "ประชุม", "วันนี้มีประชุมใหญ่"],
    ["Japanese", "会議", "明日の会議について"],
    ["Korean, composed or not", "한국어".normalize("NFD"), "한국어 수업"],
    ["a sign that is no letter", "🎉", "party 🎉 now"],
  ] as const)
    test(what, () => assert.ok(score(query, text) > 0));
});

suite("a fuzzy search does not find", () => {
  for (const [what, query, text] of [
    ["two wrong letters", "hello", "hxllx"],
    ["a wrong letter in a short word", "help", "held"],
    ["another number", "12345", "12346"],
    ["some of the words", "IMAP break", "imap server"],
    ["another vowel in a short Bengali word", "কুল", "কল"],
    ["kana without its voice mark", "か", "が"],
    ["another Chinese word", "会议", "会计"],
  ] as const)
    test(what, () => assert.equal(score(query, text), 0));
});

test("scores fall from the very words to those that are misspelled", () => {
  const scores = [
    score("annual report", "the annual report"),
    score("annual report", "report, annual"),
    score("annual report", "reports annually"),
    score("annual report", "biannual, reporters"),
    score("annual report", "anual repost"),
  ];
  assert.deepEqual(scores, [100, 90, 80, 70, 50]);
});

test("what is found in a lesser place scores less, and more where it stands often", () => {
  assert.equal(score("report", "the report", { weight: 0.5 }), 50);
  assert.equal(score("report", "the reports", { weight: 0.5 }), 40);
  assert.equal(score("annual report", "report annual ".repeat(20), { weight: 0.5 }), 63);
  assert.equal(score("x", "nothing of it: x", { weight: 0.001 }), 1);
});

test("whatever an exact search finds, a fuzzy one finds, wherever the text is cut", () => {
  const character = fc.constantFrom(...Array.from("ab e-'.’é\u0301ÉßΣςকািঁ়্ড়য়あがｶﾞ会ไท1২İı 🎉ﷺ한가\u1100\u1161"));
  const text = fc.array(character, { maxLength: 100 }).map((all) => all.join(""));
  fc.assert(
    fc.property(
      text,
      fc.nat(100),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 30, max: 101 }),
      (all, at, length, characters) => {
        const needle = all.slice(at, at + length).toWellFormed();
        fc.pre(foldText(needle).trim() !== "" && foldText(all.toWellFormed()).includes(foldText(needle)));
        assert.ok(score(needle, all.toWellFormed(), { characters }) > 0, `${needle} in ${all}`);
      },
    ),
    { numRuns: 3_000 },
  );
});

test("long words and marks without end cost little", () => {
  const started = performance.now();
  for (const letter of ["a", "\u0301", "ก\u0e49", "a\u0323\u0301", "é", "-a"])
    assert.ok(score("abcdefgh", letter.repeat(200_000)) === 0);
  assert.ok(performance.now() - started < 3_000);
});
