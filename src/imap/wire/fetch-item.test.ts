// FETCH: attributes, sections, partials, macros, modifiers; and that a label is what the response needs.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { argumentsOf } from "../../../test/support/imap-arguments.ts";
import type { Numbering } from "./command-head.ts";
import { type FetchItem, readFetch } from "./fetch-item.ts";
import { formatSection, readSection, type Section, type SectionText } from "./section.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const items = (text: string, numbering: Numbering = "seq"): readonly FetchItem[] => {
  return readFetch(argumentsOf(`1:* ${text}`), numbering).items;
};
const labels = (text: string, numbering: Numbering = "seq"): string => {
  return items(text, numbering)
    .map((item) => item.label)
    .join(" ");
};

suite("attributes", () => {
  for (const [text, expected] of [
    ["ALL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE"],
    ["fast", "FLAGS INTERNALDATE RFC822.SIZE"],
    ["FULL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY"],
    ["FLAGS", "FLAGS"],
    ["(uid flags)", "UID FLAGS"],
    ["(FLAGS BODY[HEADER.FIELDS (DATE FROM)])", "FLAGS BODY[HEADER.FIELDS (DATE FROM)]"],
    ["BODY", "BODY"],
    ["BODY[]", "BODY[]"],
    ["BODY.PEEK[]", "BODY[]"],
    ["body.peek[header]", "BODY[HEADER]"],
    ["BODY[TEXT]<0.2048>", "BODY[TEXT]<0>"],
    ["BODY[4.1.MIME]", "BODY[4.1.MIME]"],
    ['BODY[1.2.HEADER.FIELDS.NOT (x-a "a b\\"")]', null],
    ['BODY[3.header.fields.not (x-a "a(b")]', 'BODY[3.HEADER.FIELDS.NOT (x-a "a(b")]'],
    ["BODY[HEADER.FIELDS ({4}\r\nDate)]", "BODY[HEADER.FIELDS (Date)]"],
    ["BINARY[1]", "BINARY[1]"],
    ["BINARY[]", "BINARY[]"],
    ["BINARY.PEEK[1.2]<5.10>", "BINARY[1.2]<5>"],
    ["BINARY.SIZE[2]", "BINARY.SIZE[2]"],
    ["RFC822", "RFC822"],
    ["(RFC822.HEADER RFC822.TEXT RFC822.SIZE)", "RFC822.HEADER RFC822.TEXT RFC822.SIZE"],
    ["(MODSEQ EMAILID THREADID SAVEDATE BODYSTRUCTURE)", "MODSEQ EMAILID THREADID SAVEDATE BODYSTRUCTURE"],
    ["PREVIEW", "PREVIEW"],
    ["preview (lazy)", "PREVIEW"],
    ["(UID PREVIEW (LAZY LAZY) FLAGS)", "UID PREVIEW FLAGS"],
    ["BODY[]<9223372036854775807.9223372036854775807>", `BODY[]<${Number.MAX_SAFE_INTEGER}>`],
  ] as const) {
    test(`reads ${JSON.stringify(text)}`, () => {
      if (expected === null) assert.throws(() => labels(text), SyntaxFault);
      else assert.equal(labels(text), expected);
    });
  }

  for (const text of [
    "",
    "()",
    "FOO",
    "(ALL)",
    "(FLAGS ALL)",
    "FLAGS UID",
    "(FLAGS",
    "((FLAGS))",
    "(FLAGS  UID)",
    "PREVIEW ()",
    "PREVIEW (FUZZY)",
    "PREVIEW (LAZY",
    "PREVIEW (LAZYX)",
    "(PREVIEW (FLAGS))",
    "BODY[",
    "BODY[]]",
    "BODY[0]",
    "BODY[1.0]",
    "BODY[1.]",
    "BODY[.1]",
    "BODY[1..2]",
    "BODY[MIME]",
    "BODY[FOO]",
    "BODY[1.HEADER.FIELDS]",
    "BODY[HEADER.FIELDS ()]",
    "BODY[HEADER.FIELDS (a]",
    "BODY[HEADER.FIELDS (a)",
    'BODY[HEADER.FIELDS ("")]',
    "BODY[HEADER.FIELDS ({3}\r\na\r\n)]",
    "BODY[TEXT (a)]",
    "BODY[]<0.0>",
    "BODY[]<0>",
    "BODY[]<-1.5>",
    "BODY[]<0.9223372036854775808>",
    "BODY[]<0.5",
    "BODY[99999999999]",
    "BODY.PEEK",
    "BODYSTRUCTURE[]",
    "FLAGS[1]",
    "BINARY",
    "BINARY[HEADER]",
    "BINARY[1.]",
    "BINARY.SIZE[1]<0.5>",
    "RFC822.PEEK",
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => items(text), SyntaxFault));
  }

  test("only what does not peek sets \\Seen", () => {
    const effects = items("(BODY[1] BODY.PEEK[2] BINARY[3] BINARY.PEEK[4] RFC822 RFC822.HEADER RFC822.TEXT)");
    assert.deepEqual(
      effects.map((item) => "seen" in item && item.seen),
      ["sets", "keeps", "sets", "keeps", "sets", "keeps", "sets"],
    );
  });

  test("what is asked for twice is answered once", () => {
    assert.equal(labels(`(${"BODY[] ".repeat(5_000)}BODY[])`), "BODY[]");
    assert.equal(labels("(FLAGS UID FLAGS)"), "FLAGS UID");
    const [item] = items("(BODY.PEEK[1] BODY[1] BODY.PEEK[1])");
    assert.ok(item !== undefined && "seen" in item && item.seen === "sets");
    assert.equal(items("(BODY[]<0.5> BODY[]<0.6>)").length, 2);
  });

  test("a part a thousand levels deep is read", () => {
    const [item] = items(`BODY[${"1.".repeat(999)}1]`);
    assert.ok(item?.attribute === "BODY[]" && item.section.part.length === 1_000);
  });

  test("ten thousand header names are read at once", () => {
    const started = performance.now();
    const names = Array.from({ length: 10_000 }, (_, at) => `n${at}`).join(" ");
    assert.equal(labels(`BODY[HEADER.FIELDS (${names})]`), `BODY[HEADER.FIELDS (${names})]`);
    assert.ok(performance.now() - started < 500);
  });
});

suite("modifiers", () => {
  test("UID FETCH has UID first, once", () => {
    assert.equal(labels("FLAGS", "uid"), "UID FLAGS");
    assert.equal(labels("(FLAGS UID)", "uid"), "UID FLAGS");
  });

  test("CHANGEDSINCE brings MODSEQ", () => {
    const args = readFetch(argumentsOf("1:* (FLAGS) (CHANGEDSINCE 12345)"), "seq");
    assert.equal(args.changedSince, 12_345);
    assert.equal(args.items.map((item) => item.label).join(" "), "FLAGS MODSEQ");
    assert.equal(labels("(MODSEQ FLAGS) (changedsince 0)"), "MODSEQ FLAGS");
  });

  test("VANISHED belongs to UID FETCH with CHANGEDSINCE", () => {
    assert.equal(readFetch(argumentsOf("300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)"), "uid").vanished, "told");
    for (const [text, numbering] of [
      ["1 (FLAGS) (CHANGEDSINCE 1 VANISHED)", "seq"],
      ["1 (FLAGS) (VANISHED)", "uid"],
      ["1 (FLAGS) ()", "uid"],
      ["1 (FLAGS) (FOO)", "uid"],
      ["1 (FLAGS) (CHANGEDSINCE)", "uid"],
      ["1 (FLAGS) (CHANGEDSINCE 1 CHANGEDSINCE 2)", "uid"],
      ["1 (FLAGS) (CHANGEDSINCE 1) x", "uid"],
      ["1 (FLAGS)(CHANGEDSINCE 1)", "uid"],
    ] as const) {
      assert.throws(() => readFetch(argumentsOf(text), numbering), SyntaxFault, text);
    }
  });
});

test("a section is read as it is written", () => {
  const fieldName = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
  });
  const text = fc.constantFrom<SectionText | null>(
    "HEADER",
    "HEADER.FIELDS",
    "HEADER.FIELDS.NOT",
    "TEXT",
    "MIME",
    null,
  );
  const section = fc
    .record({
      part: fc.array(fc.integer({ min: 1, max: 999 }), { maxLength: 5 }),
      text,
      names: fc.array(fieldName, { minLength: 1 }),
    })
    .filter(({ part, text }) => text !== "MIME" || part.length > 0)
    .map(({ part, text, names }): Section => ({ part, text, fields: text?.startsWith("HEADER.FIELDS") ? names : [] }));
  fc.assert(
    fc.property(section, (given) => {
      const args = argumentsOf(`[${formatSection(given)}]`);
      assert.deepEqual(readSection(args), given);
      args.end();
    }),
  );
});
