// APPEND: what stands before each message.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { argumentsOf } from "../../../test/support/imap-arguments.ts";
import { flagNames } from "../../model/flags.ts";
import { type AppendMessage, readAppendMessage, readAppendMessageEnd } from "./append-args.ts";
import type { ArgumentReader } from "./argument-reader.ts";
import type { LiteralHead } from "./literal-head.ts";
import { readMailbox } from "./mailbox-argument.ts";
import { SyntaxFault } from "./syntax-fault.ts";

const literalOf = (form: LiteralHead["form"]): LiteralHead => ({ form, sends: "when-asked", bytes: 1, at: 0 });

function first(text: string, form: LiteralHead["form"] = "literal"): [string, AppendMessage] {
  const args = argumentsOf(text);
  return [readMailbox(args), described(args, form)];
}

function described(args: ArgumentReader, form: LiteralHead["form"]): AppendMessage {
  const message = readAppendMessage(args, literalOf(form));
  assert.ok(message !== null);
  return message;
}

suite("APPEND", () => {
  test("a message alone", () => {
    assert.deepEqual(first("INBOX "), [
      "INBOX",
      { flags: { bits: 0, keywords: [] }, internalDateMs: null, form: "plain" },
    ]);
  });

  test("flags and a date", () => {
    const [mailbox, message] = first('saved-messages (\\Seen $Work) " 7-Feb-1994 22:43:04 -0800" ');
    assert.equal(mailbox, "saved-messages");
    assert.deepEqual(flagNames(message.flags), ["\\Seen", "$Work"]);
    assert.equal(message.internalDateMs, Date.parse("1994-02-08T06:43:04Z"));
  });

  test("a date without flags, flags without a date", () => {
    assert.equal(first('x "07-Feb-1994 22:43:04 +0000" ')[1].internalDateMs, Date.parse("1994-02-07T22:43:04Z"));
    assert.deepEqual(flagNames(first("x (\\Draft) ")[1].flags), ["\\Draft"]);
  });

  test("a mailbox name as a literal", () => assert.equal(first("{5}\r\ninbox ")[0], "INBOX"));

  test("UTF-8 data, whose parenthesis is closed behind it", () => {
    const [, message] = first("x (\\Seen) UTF8 (", "literal8");
    assert.equal(message.form, "utf8");
    const next = argumentsOf(") (\\Flagged) ");
    readAppendMessageEnd(next, message);
    assert.deepEqual(flagNames(described(next, "literal").flags), ["\\Flagged"]);
    const end = argumentsOf(")");
    readAppendMessageEnd(end, message);
    end.end();
  });

  test("parts instead of a literal", () => {
    const args = argumentsOf(' (\\Draft) CATENATE (URL "/x/;UID=1")');
    const message = readAppendMessage(args, null);
    assert.equal(message?.form, "catenated");
    assert.ok(args.takeWord("URL"));
  });

  test("no message without a literal or parts", () => {
    for (const text of ["", " ", " (\\Draft) "]) assert.equal(readAppendMessage(argumentsOf(text), null), null);
  });

  test("nothing closes behind plain data", () => {
    const end = argumentsOf(")");
    readAppendMessageEnd(end, first("x ")[1]);
    assert.throws(() => end.end(), SyntaxFault);
  });

  for (const text of [
    "",
    "INBOX",
    "INBOX (\\Seen)",
    "INBOX (\\Seen ",
    'INBOX "32-Foo-2024 00:00:00 +0000" ',
    'INBOX "07-Feb-1994 22:43:04 +0000" (\\Seen) ',
    "INBOX \\Seen ",
    "INBOX x ",
    "INBOX UTF8 ",
    "INBOX UTF8 (x",
    "INBOX  ",
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => first(text), SyntaxFault));
  }
  test("UTF-8 data is a literal8", () => assert.throws(() => first("INBOX UTF8 (", "literal"), SyntaxFault));
});
