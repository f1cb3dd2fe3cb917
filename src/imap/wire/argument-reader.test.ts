// The shared productions of IMAP's grammar: what they take, what they refuse, and that they leave the reader behind it.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { argumentsOf, onTheWire } from "../../../test/support/imap-arguments.ts";
import { imapNestingBeforeLoginMax } from "../../base/limits.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import { octet } from "./octets.ts";
import { SyntaxFault } from "./syntax-fault.ts";

type Read = (args: ArgumentReader) => unknown;

function takes(name: string, read: Read, cases: readonly (readonly [string, unknown])[]): void {
  for (const [input, value] of cases) {
    test(`${name} takes ${JSON.stringify(input)}`, () => {
      const args = argumentsOf(input);
      assert.deepEqual(read(args), value);
      args.end();
      // Whatever follows stays.
      const more = argumentsOf(`${input} x`);
      read(more);
      more.space();
      assert.equal(more.atom(), "x");
    });
  }
}

function refuses(name: string, read: Read, inputs: readonly string[]): void {
  for (const input of inputs) {
    test(`${name} refuses ${JSON.stringify(input.slice(0, 40))}`, () => {
      assert.throws(() => {
        const args = argumentsOf(input);
        read(args);
        args.end();
      }, SyntaxFault);
    });
  }
}

const astring: Read = (args) => args.astring();
const atom: Read = (args) => args.atom();
const nstring: Read = (args) => args.nstring();
const listMailbox: Read = (args) => args.listMailbox();

suite("strings", () => {
  takes("atom", atom, [
    ["abc", "abc"],
    ["$MDNSent", "$MDNSent"],
    ["a[b<c", "a[b<c"],
    ["+-./:;=?@^_`|}~!#&',", "+-./:;=?@^_`|}~!#&',"],
  ]);
  refuses("atom", atom, ["", " ", "(", '"a"', "a]", "a%", "a*", "a\\", "{1}\r\na", "\x7f", "\0", "a\x01", "\xe9"]);

  takes("astring", astring, [
    ["a]b", "a]b"],
    ["NIL", "NIL"],
    ['""', ""],
    ['"a b"', "a b"],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['"(%*{]\t\x01\x7f"', "(%*{]\t\x01\x7f"],
    ["{0}\r\n", ""],
    ["{3}\r\nabc", "abc"],
    ["{3+}\r\na\r\n", "a\r\n"],
    ['{4}\r\n{1}"', '{1}"'],
    [`"${onTheWire("ঢাকা")}"`, "ঢাকা"],
    [`{12}\r\n${onTheWire("ঢাকা")}`, "ঢাকা"],
    [`"${onTheWire("\ufeffx")}"`, "\ufeffx"],
    [`"${"x".repeat(300)}"`, "x".repeat(300)],
  ]);
  refuses("astring", astring, [
    "",
    "(a)",
    '"a',
    '"a\\b"',
    '"a\\',
    '"a\rb"',
    '"a\nb"',
    '"a\0b"',
    '"\xe9"',
    '"\xed\xa0\x80"',
    '"\xc0\x80"',
    '"\xf4\x90\x80\x80"',
    `"${"x".repeat(300)}\xff"`,
    "{5}\r\nabc",
    "{1}a",
    "{1}\na",
    "{-1}\r\n",
    "{0x1}\r\na",
    "{}\r\n",
    "{99999999999999999999}\r\n",
    "{1}\r\n\0",
    "{2}\r\n\xc3",
    "~{1}\r\na",
    '"a"b',
    "a%",
  ]);

  takes("nstring", nstring, [
    ["NIL", null],
    ["nil", null],
    ['"NIL"', "NIL"],
    ["{3}\r\nNIL", "NIL"],
  ]);
  refuses("nstring", nstring, ["NILS", "abc", ""]);

  takes("list-mailbox", listMailbox, [
    ["%", "%"],
    ["*.x]%", "*.x]%"],
    ['"a %"', "a %"],
    ['""', ""],
  ]);
  refuses("list-mailbox", listMailbox, ["", "(", "a\\b"]);
});

suite("numbers", () => {
  takes("number", (args) => args.number(), [
    ["0", 0],
    ["007", 7],
    ["4294967295", 4_294_967_295],
  ]);
  refuses("number", (args) => args.number(), [
    "",
    "-1",
    "+1",
    "1.0",
    "0x1",
    "4294967296",
    "18446744073709551616",
    "1e3",
    "one",
  ]);
  refuses("nz-number", (args) => args.nzNumber(), ["0", "00"]);
  takes("number64", (args) => args.number64(), [
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007199254740993", Number.MAX_SAFE_INTEGER],
    ["9223372036854775807", Number.MAX_SAFE_INTEGER],
  ]);
  refuses("number64", (args) => args.number64(), ["9223372036854775808", "18446744073709551615", `${"0".repeat(19)}1`]);

  test("any number up to 2^53-1 is read as it is written", () => {
    fc.assert(fc.property(fc.maxSafeNat(), (value) => argumentsOf(`${value}`).number64() === value));
  });
});

suite("words and lists", () => {
  test("a word comes in capitals and ends before a bracket", () => {
    const args = argumentsOf("Body.Peek[1]");
    assert.equal(args.word(), "BODY.PEEK");
    assert.equal(args.peek(), octet.openBracket);
  });

  test("a word is taken whole or not at all", () => {
    const args = argumentsOf("returned");
    assert.equal(args.takeWord("RETURN"), false);
    assert.equal(args.takeWord("RETURNED"), true);
  });

  const list: Read = (args) => args.listOrEmpty(() => args.atom());
  takes("a list", list, [
    ["()", []],
    ["(a)", ["a"]],
    ["(a b c)", ["a", "b", "c"]],
  ]);
  refuses("a list", list, ["(", "(a", "(a ", "(a )", "( a)", "(a  b)", "a", ")", "(a))"]);
  refuses("a list that needs an item", (args) => args.list(() => args.atom()), ["()"]);

  test("lists nest to the limit and no further", () => {
    const nested = (depth: number): unknown => {
      const args = argumentsOf("(".repeat(depth) + ")".repeat(depth));
      for (let at = 0; at < depth; at++) args.open();
      for (let at = 0; at < depth; at++) args.close();
      args.end();
      return undefined;
    };
    nested(25);
    assert.throws(() => nested(26), /Nested too deep/);
  });

  test("what was closed does not count", () => {
    const args = argumentsOf("()".repeat(100));
    for (let at = 0; at < 100; at++) args.listOrEmpty(() => args.atom());
    args.end();
  });

  test("before login a list holds no list", () => {
    const args = argumentsOf("((", { nestingMax: imapNestingBeforeLoginMax });
    args.open();
    assert.throws(() => args.open(), /Nested too deep/);
  });

  test("spaces at the end of a command are let pass, anything else is not", () => {
    argumentsOf("  ").end();
    assert.throws(() => argumentsOf(" x").end(), /Too many arguments/);
  });

  test("faults never repeat what the client sent", () => {
    for (const input of ['"secret\r', "secret]", "{9}\r\nsecret", '"\xffsecret"', "secret"]) {
      for (const read of [
        atom,
        astring,
        nstring,
        (args: ArgumentReader) => args.number(),
        (args: ArgumentReader) => args.open(),
      ]) {
        try {
          const args = argumentsOf(input);
          read(args);
          args.end();
        } catch (error) {
          assert.ok(error instanceof SyntaxFault && !error.message.includes("secret"));
        }
      }
    }
  });
});

suite("laws", () => {
  const quote = (text: string): string => `"${onTheWire(text).replace(/["\\]/g, "\\$&")}"`;
  const literal = (text: string): string => `{${onTheWire(text).length}}\r\n${onTheWire(text)}`;

  test("a string is the same quoted and as a literal", () => {
    const anyText = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\0\r\n]/g, ""));
    fc.assert(
      fc.property(anyText, (text) => {
        assert.equal(argumentsOf(quote(text)).astring(), text);
        assert.equal(argumentsOf(literal(text)).astring(), text);
      }),
    );
  });

  test("any octets are read or refused, never more", () => {
    const reads: readonly Read[] = [
      atom,
      astring,
      nstring,
      listMailbox,
      (args) => args.number64(),
      (args) => args.listOrEmpty(() => args.astring()),
    ];
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...' "\\(){}~+0159aN%*]\r\n\0\xc3\xa9'.split("")) }),
        fc.nat(5),
        (input, which) => {
          try {
            reads[which]?.(argumentsOf(input));
          } catch (error) {
            assert.ok(error instanceof SyntaxFault);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
