// Lines and data out of one stream, over any cuts.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { latin1 } from "../../base/bytes.ts";
import { saslLineBytesMax } from "../../base/limits.ts";
import { DataReader } from "./data-reader.ts";
import { SmtpInput } from "./smtp-input.ts";

function linesOf(chunks: readonly string[]): string[] {
  const input = new SmtpInput();
  const lines: string[] = [];
  for (const chunk of chunks) {
    input.push(latin1(chunk));
    for (let line = input.takeLine(); line.kind !== "incomplete"; line = input.takeLine()) {
      lines.push(line.kind === "line" ? line.text : `(${line.kind})`);
    }
  }
  return lines;
}

suite("SmtpInput", () => {
  const session = "EHLO a\r\nNOOP\n\r\nbare\rcr\r\n\xff\r\n\xe0\xa6\x95\r\nQUIT\r\nrest";
  const expected = ["EHLO a", "(bare-line-end)", "", "bare\rcr", "(not-text)", "ক", "QUIT"];

  test("gives the same lines wherever the stream is cut", () => {
    for (let cut = 0; cut <= session.length; cut++) {
      assert.deepEqual(linesOf([session.slice(0, cut), session.slice(cut)]), expected);
    }
    assert.deepEqual(linesOf(session.split("")), expected);
  });

  test("takes a line that is too long out whole, and keeps none of it", () => {
    const long = "x".repeat(saslLineBytesMax + 1);
    for (const chunks of [
      [`${long}\r\nNOOP\r\n`],
      [long, long, long, "\r\nNOOP\r\n"],
      `${long}\r\nNOOP\r\n`.split(""),
    ]) {
      assert.deepEqual(linesOf(chunks), ["(too-long)", "NOOP"]);
    }
    const input = new SmtpInput();
    for (let at = 0; at < 100; at++) {
      input.push(latin1(long));
      assert.equal(input.takeLine().kind, "incomplete");
      assert.equal(input.waiting, 0);
    }
    assert.equal(input.discardedBytes, 100 * long.length);
  });

  test("hands data on up to its end, and what follows is lines again", () => {
    const input = new SmtpInput();
    input.push(latin1("DATA\r\none\r\n.\r\nNOOP\r\n"));
    assert.deepEqual(input.takeLine(), { kind: "line", text: "DATA" });
    const reader = new DataReader();
    assert.equal(Buffer.concat(input.takeData(reader)).toString(), "one\r\n");
    assert.ok(reader.ended);
    assert.deepEqual(input.takeLine(), { kind: "line", text: "NOOP" });
    assert.equal(input.waiting, 0);
  });
});
