// Replies on the wire.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCommandLine } from "./command-line.ts";
import { formatReply, reply } from "./reply.ts";

test("a status stands on each line, and only the last has a space behind the code (RFC 2034 4)", () => {
  assert.equal(formatReply(reply(250, "2.0.0", "one", "two")), "250-2.0.0 one\r\n250 2.0.0 two\r\n");
  assert.equal(formatReply(reply(354, undefined, "go")), "354 go\r\n");
});

test("nothing that a client said can begin a line of a reply", () => {
  assert.equal(formatReply(reply(550, "5.1.1", "no\r\n250 ক\0")), "550 5.1.1 no??250 ??\r\n");
});

for (const [line, parsed] of [
  ["NOOP", ["NOOP", ""]],
  ["mail FROM:<a@b>  ", ["MAIL", "FROM:<a@b>"]],
  ["NOOP\targument", ["NOOP", "argument"]],
] as const) {
  test(`a command line ${JSON.stringify(line)} has its verb and its argument`, () => {
    const found = parseCommandLine(line);
    assert.deepEqual([found?.verb, found?.argument], parsed);
  });
}

for (const line of ["", " NOOP", "NO\0OP", "NOOP \x01", "NOOP \x85", "MAIL-FROM x", "X".repeat(17)]) {
  test(`${JSON.stringify(line)} is no command line`, () => assert.equal(parseCommandLine(line), undefined));
}
