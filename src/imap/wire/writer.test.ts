// The writer: every primitive as the grammar has it, against simple string versions; strings come back through the reader.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { argumentsOf, octetText } from "../../../test/support/imap-arguments.ts";
import { latin1 } from "../../base/bytes.ts";
import { flagSet } from "../../model/flags.ts";
import { mailboxName } from "../../model/mailbox-name.ts";
import { formatUidSet, uidSet } from "../../model/uid-set.ts";
import type { NameForm } from "./argument-reader.ts";
import { readMailbox } from "./mailbox-argument.ts";
import { Writer } from "./writer.ts";

function written(write: (to: Writer) => void, names: NameForm = "modified-utf-7"): string {
  const writer = new Writer(names);
  write(writer);
  return octetText(writer.take());
}

suite("numbers", () => {
  for (const value of [
    0,
    9,
    10,
    99,
    100,
    999_999_999,
    1_000_000_000,
    4_294_967_295,
    1_000_000_000_000,
    9_000_000_000_000_001,
    Number.MAX_SAFE_INTEGER,
  ]) {
    test(`${value}`, () =>
      assert.equal(
        written((to) => to.number(value)),
        `${value}`,
      ));
  }
  test("any number is written as it reads", () => {
    fc.assert(fc.property(fc.maxSafeNat(), (value) => written((to) => to.number(value)) === `${value}`));
    fc.assert(fc.property(fc.nat(), (value) => written((to) => to.number(value)) === `${value}`));
  });
  test("digits are padded", () =>
    assert.equal(
      written((to) => to.digits(42, 4)),
      "0042",
    ));
});

suite("strings", () => {
  for (const [text, legacy, unicode = legacy] of [
    ["", '""'],
    ["a b", '"a b"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ["a\r\nb", "{4}\r\na\r\nb"],
    ["a\nb\0", "{3}\r\na\nb"],
    ["é", "{2}\r\n\xc3\xa9", '"\xc3\xa9"'],
    ['é"', '{3}\r\n\xc3\xa9"', '"\xc3\xa9\\""'],
    ["\t\x7f", '"\t\x7f"'],
  ] as const) {
    test(`${JSON.stringify(text)} as a string`, () => {
      assert.equal(
        written((to) => to.string(text)),
        legacy,
      );
      assert.equal(
        written((to) => to.string(text), "utf-8"),
        unicode,
      );
    });
  }
  for (const [text, expected] of [
    ["abc", "abc"],
    ["a]", "a]"],
    ["", '""'],
    ["NIL", '"NIL"'],
    ["nil", '"nil"'],
    ["a b", '"a b"'],
    ["a(", '"a("'],
    ["50%", '"50%"'],
    ["x".repeat(200), `"${"x".repeat(200)}"`],
  ] as const) {
    test(`${JSON.stringify(text.slice(0, 20))} as an astring`, () =>
      assert.equal(
        written((to) => to.astring(text)),
        expected,
      ));
  }
  test("NIL and a string named NIL differ", () => {
    assert.equal(
      written((to) => to.nstring(null)),
      "NIL",
    );
    assert.equal(
      written((to) => to.nstring("NIL")),
      '"NIL"',
    );
  });
  test("any text comes back through the reader", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.constantFrom<NameForm>("utf-8", "modified-utf-7"),
        (text, names) => {
          const clean = text.replaceAll("\0", "");
          assert.equal(argumentsOf(written((to) => to.string(text), names)).string(), clean);
          assert.equal(argumentsOf(written((to) => to.astring(text), names)).astring(), clean);
        },
      ),
    );
  });
  test("text for people stays on its line", () => {
    assert.equal(
      written((to) => to.text("a\r\nb OK\0é")),
      "a  b OK ?",
    );
    assert.equal(
      written((to) => to.text("é\n"), "utf-8"),
      "\xc3\xa9 ",
    );
  });
});

suite("names, flags and sets", () => {
  for (const name of ["INBOX", "Sent", "A & B", "কাজ/চিঠি", "a b", 'a"b', "NIL", "~"].map(mailboxName)) {
    test(`${name} comes back in either form`, () => {
      for (const names of ["utf-8", "modified-utf-7"] as const) {
        const wire = written((to) => to.mailbox(name), names);
        assert.equal(readMailbox(argumentsOf(wire, { names })), name);
        if (names === "modified-utf-7") assert.match(wire, /^[\x20-\x7e]+$/);
      }
    });
  }
  test("flags", () => {
    assert.equal(
      written((to) => to.flags(flagSet(0, []))),
      "()",
    );
    assert.equal(
      written((to) => to.flags(flagSet(3, ["$Junk"]))),
      "(\\Seen \\Answered $Junk)",
    );
  });
  test("sets of numbers are as the model formats them", () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 4_294_967_295 }), fc.integer({ min: 1, max: 4_294_967_295 }));
    fc.assert(
      fc.property(fc.array(range), (ranges) => {
        const set = uidSet(ranges);
        assert.equal(
          written((to) => to.numberSet(set)),
          formatUidSet(set),
        );
      }),
    );
  });
  test("lists nest, with a space between items only", () => {
    const list = written((to) => {
      to.open();
      to.next();
      to.open();
      to.close();
      to.next();
      to.open();
      to.next();
      to.ascii("a");
      to.next();
      to.ascii("b");
      to.close();
      to.close();
    });
    assert.equal(list, "(() (a b))");
  });
});

suite("the buffer", () => {
  test("what was taken is never overwritten", () => {
    const writer = new Writer();
    writer.ascii("first");
    const first = writer.take();
    writer.ascii("other");
    const other = new Writer();
    other.ascii("third");
    assert.equal(octetText(first) + octetText(writer.take()) + octetText(other.take()), "firstotherthird");
  });

  test("two writers at once do not share", () => {
    const one = new Writer();
    const other = new Writer();
    one.ascii("one");
    other.ascii("other");
    one.ascii("!");
    assert.equal(octetText(one.take()), "one!");
    assert.equal(octetText(other.take()), "other");
  });

  test("it grows for whatever is written", () => {
    const pieces = fc.array(fc.oneof(fc.string({ unit: "binary-ascii", maxLength: 5_000 }), fc.nat()), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(pieces, (given) => {
        const writer = new Writer();
        for (const piece of given) {
          if (typeof piece === "number") writer.number(piece);
          else if (piece.length % 2 === 0) writer.ascii(piece);
          else writer.bytes(latin1(piece));
        }
        assert.equal(writer.length, given.join("").length);
        assert.equal(octetText(writer.take()), given.join(""));
        assert.equal(writer.length, 0);
      }),
      { numRuns: 50 },
    );
  });

  test("nothing written is nothing taken", () => assert.equal(new Writer().take().length, 0));

  test("a writer without anything to say holds no memory", () => {
    const before = process.memoryUsage().arrayBuffers;
    const idle = Array.from({ length: 2_000 }, () => new Writer());
    for (const writer of idle) {
      writer.ascii("* OK\r\n");
      writer.take();
    }
    assert.ok(process.memoryUsage().arrayBuffers - before < 4 * 1024 * 1024);
    assert.equal(idle.length, 2_000);
  });
});
