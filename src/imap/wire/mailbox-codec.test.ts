// Modified UTF-7: each name has one spelling, and no other is taken.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import fc from "fast-check";
import { argumentsOf, onTheWire } from "../../../test/support/imap-arguments.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import { readMailbox, readRename } from "./mailbox-argument.ts";
import { decodeModifiedUtf7, decodeName, encodeModifiedUtf7 } from "./mailbox-codec.ts";
import { SyntaxFault } from "./syntax-fault.ts";

suite("modified UTF-7", () => {
  for (const [name, encoded] of [
    ["", ""],
    ["INBOX", "INBOX"],
    ["&", "&-"],
    ["&&", "&-&-"],
    ["a&b", "a&-b"],
    ["台北", "&U,BTFw-"],
    // RFC 3501 5.1.3
    ["台北日本語", "&U,BTF2XlZyyKng-"],
    ["☺!", "&Jjo-!"],
    ["~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"],
    ["কাজের চিঠি", "&CZUJvgmcCccJsA- &CZoJvwmgCb8-"],
    ["é", "&AOk-"],
    ["éé", "&AOkA6Q-"],
    ["é&é", "&AOk-&-&AOk-"],
    ["🎉 party", "&2DzfiQ- party"],
    ["\x7f", "&AH8-"],
    ["-é-", "-&AOk--"],
  ] as const) {
    test(`${JSON.stringify(name)} is ${encoded}`, () => {
      assert.equal(encodeModifiedUtf7(name), encoded);
      assert.equal(decodeModifiedUtf7(encoded), name);
    });
  }

  for (const [encoded, why] of [
    ["&", "a shift that never ends"],
    ["&AOk", "a shift that never ends"],
    ["&AOk-&AOk-", "a superfluous shift"],
    // RFC 3501 5.1.3
    ["&U,BTFw-&ZeVnLIqe-", "a superfluous shift"],
    ["&Jjo!", "no shift to US-ASCII"],
    ["&AGE-", "printable ASCII in a shift"],
    ["&ACY-", "an ampersand in a shift"],
    ["&A-", "half a character"],
    ["&AOkA-", "half a character behind another"],
    ["&AOkAAAAA", "no end"],
    ["&AOl-", "bits left over that are not zero"],
    ["&AO/p-", "a slash in a shift"],
    ["&AO+=-", "padding"],
    ["&2D0-", "half a surrogate pair"],
    ["&3zzYPA-", "a pair the wrong way round"],
    ["&AOk é-", "a space in a shift"],
    ["caf\u00e9", "8-bit octets"],
    ["a\x7fb", "a control character"],
    ["a\tb", "a control character"],
  ] as const) {
    test(`refuses ${JSON.stringify(encoded)}: ${why}`, () => assert.equal(decodeModifiedUtf7(encoded), null));
  }

  const codePoint = fc.oneof(
    fc.integer({ min: 0x20, max: 0x7e }),
    fc.integer({ min: 0, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  );
  test("any text comes back", () => {
    fc.assert(
      fc.property(fc.array(codePoint), (codes) => {
        const text = String.fromCodePoint(...codes);
        const encoded = encodeModifiedUtf7(text);
        assert.match(encoded, /^[\x20-\x7e]*$/);
        assert.equal(decodeModifiedUtf7(encoded), text);
      }),
    );
  });

  test("whatever is taken is spelled in the one way", () => {
    const tricky = fc.string({ unit: fc.constantFrom(..."&-,+/=aAOkU8BTFw2Dz \u00e9".split("")) });
    fc.assert(
      fc.property(tricky, (encoded) => {
        const text = decodeModifiedUtf7(encoded);
        return text === null || encodeModifiedUtf7(text) === encoded;
      }),
      { numRuns: 5_000 },
    );
  });

  test("a long name takes no long time", () => {
    const started = performance.now();
    for (const name of [`${"&AOk-x".repeat(10_000)}`, "&".repeat(60_000), `&${"A".repeat(60_000)}-`])
      decodeModifiedUtf7(name);
    assert.ok(performance.now() - started < 500);
  });
});

suite("names as arguments", () => {
  const name = (text: string, names: "modified-utf-7" | "utf-8" = "modified-utf-7") =>
    readMailbox(argumentsOf(text, { names }));

  test("INBOX in any case is INBOX", () => {
    for (const text of ["inbox", "INBOX", "iNbOx", '"Inbox"', "{5}\r\ninBOX"]) assert.equal(name(text), "INBOX");
    assert.equal(name("inbox/Child"), "INBOX/Child");
  });
  test("both forms name the same mailbox", () => {
    assert.equal(name("&U,BTFw-"), "台北");
    assert.equal(name(`"${onTheWire("台北")}"`), "台北");
    assert.equal(name(`"${onTheWire("台北")}"`, "utf-8"), "台北");
    assert.equal(name("&U,BTFw-", "utf-8"), "&U,BTFw-");
  });
  test("NFD and NFC name the same mailbox", () => {
    assert.equal(name(`"${onTheWire("Cafe\u0301")}"`), "Caf\u00e9");
    assert.equal(name("Cafe&AwE-"), "Caf\u00e9");
  });
  test("an ampersand is an ampersand", () => {
    assert.equal(name('"A &- B"'), "A & B");
    assert.equal(name('"A & B"', "utf-8"), "A & B");
  });
  test("RENAME has two names", () => {
    assert.deepEqual(readRename(argumentsOf("a {1}\r\nb")), { from: "a", to: "b" });
    assert.throws(() => readRename(argumentsOf("a")), SyntaxFault);
    assert.throws(() => readRename(argumentsOf("a b c")), SyntaxFault);
  });

  for (const text of [
    '""',
    "&AGE-",
    '"&"',
    "a//b",
    "/a",
    '"a%"',
    '"a*"',
    "{3}\r\na\r\n",
    `"${onTheWire("\u202egnp.exe")}"`,
    "x".repeat(1_025),
    `${"x/".repeat(40)}x`,
  ]) {
    test(`${JSON.stringify(text.slice(0, 30))} names no mailbox`, () => {
      assert.throws(
        () => name(text),
        (error) => error instanceof ProblemRefusal && error.problem.kind === "mailbox-name-invalid",
      );
    });
  }
  test("NUL and broken UTF-8 are syntax faults", () => {
    assert.throws(() => name("{3}\r\na\0b"), SyntaxFault);
    assert.throws(() => name('"\xff"'), SyntaxFault);
  });
});

const listed = join(import.meta.dirname, "../../../../shared/corpus/generated/i18n-edge/mailbox-names.tsv");

test("the listed names of the corpus are read as it says", (t) => {
  if (!existsSync(listed)) return t.skip("the corpus is not beside the checkout");
  const rows = readFileSync(listed, "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((row) => row.split("\t"));
  assert.ok(rows.length > 40);
  for (const [kind = "", json = "", encoded = ""] of rows) {
    const name = String(JSON.parse(json));
    if (kind === "good") {
      assert.equal(encodeModifiedUtf7(name), encoded);
      assert.equal(decodeModifiedUtf7(encoded), name);
      continue;
    }
    // Hostile: read as the one spelling of something, or refused; never anything else.
    const text = decodeName(name, "modified-utf-7");
    assert.ok(text === null || text === name || encodeModifiedUtf7(text) === name);
    try {
      readMailbox(argumentsOf(`{${onTheWire(name).length}}\r\n${onTheWire(name)}`));
    } catch (error) {
      assert.ok(error instanceof SyntaxFault || error instanceof ProblemRefusal, String(error));
    }
  }
});
