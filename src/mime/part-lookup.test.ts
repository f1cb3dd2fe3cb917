// Sections by part number, on the example of RFC 9051 6.4.5.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { latin1 } from "../base/bytes.ts";
import { findPart, findSection, type SectionText } from "./part-lookup.ts";
import { parseStructure } from "./structure-parser.ts";

// The message that RFC 9051 6.4.5 draws.
const bytes = latin1(
  [
    "Subject: top",
    "Content-Type: multipart/mixed; boundary=t",
    "",
    "--t",
    "Content-Type: text/plain",
    "",
    "one",
    "--t",
    "Content-Type: application/octet-stream",
    "",
    "two",
    "--t",
    "Content-Type: message/rfc822",
    "",
    "Subject: three",
    "Content-Type: multipart/mixed; boundary=u",
    "",
    "--u",
    "",
    "three one",
    "--u",
    "Content-Type: application/octet-stream",
    "",
    "three two",
    "--u--",
    "",
    "--t",
    "Content-Type: multipart/mixed; boundary=v",
    "",
    "--v",
    "Content-Type: image/gif",
    "",
    "four one",
    "--v",
    "Content-Type: message/rfc822",
    "",
    "Subject: four two",
    "Content-Type: multipart/mixed; boundary=w",
    "",
    "--w",
    "Content-Type: text/plain",
    "",
    "four two one",
    "--w",
    "Content-Type: multipart/alternative; boundary=x",
    "",
    "--x",
    "Content-Type: text/plain",
    "",
    "four two two one",
    "--x",
    "Content-Type: text/richtext",
    "",
    "four two two two",
    "--x--",
    "",
    "--w--",
    "",
    "--v--",
    "",
    "--t--",
    "",
  ].join("\r\n"),
);
const root = parseStructure(bytes);

function section(numbers: readonly number[], text: SectionText = null): string | null {
  const range = findSection(root, numbers, text);
  return range === null ? null : new TextDecoder().decode(bytes.subarray(range.start, range.end));
}

suite("sections", () => {
  for (const [numbers, body] of [
    [[1], "one"],
    [[2], "two"],
    [[3, 1], "three one"],
    [[3, 2], "three two"],
    [[4, 1], "four one"],
    [[4, 2, 1], "four two one"],
    [[4, 2, 2, 1], "four two two one"],
    [[4, 2, 2, 2], "four two two two"],
  ] as const) {
    test(`part ${numbers.join(".")} is its body`, () => assert.equal(section(numbers), body));
  }

  test("HEADER and TEXT without numbers are the message's", () => {
    assert.equal(section([], "HEADER"), "Subject: top\r\nContent-Type: multipart/mixed; boundary=t\r\n\r\n");
    assert.equal(`${section([], "HEADER")}${section([], "TEXT")}`, section([]));
  });

  test("HEADER and TEXT after numbers are an embedded message's", () => {
    assert.match(section([3], "HEADER") ?? "", /^Subject: three\r\n.*\r\n\r\n$/);
    assert.match(section([4, 2], "TEXT") ?? "", /^--w\r\n/);
    assert.equal(`${section([3], "HEADER")}${section([3], "TEXT")}`, section([3]));
    assert.equal(section([1], "HEADER"), null);
    assert.equal(section([4], "TEXT"), null);
  });

  test("MIME is the part's own header", () => {
    assert.equal(section([2], "MIME"), "Content-Type: application/octet-stream\r\n\r\n");
    assert.equal(section([3], "MIME"), "Content-Type: message/rfc822\r\n\r\n");
    assert.equal(section([3, 1], "MIME"), "\r\n");
  });

  test("what is not there is null", () => {
    for (const numbers of [[0], [5], [1, 1], [2, 1], [3, 3], [4, 1, 1], [4_294_967_295]])
      assert.equal(section(numbers), null, numbers.join("."));
  });

  test("1,000 numbers are answered at once", () => {
    assert.equal(section(Array.from({ length: 1_000 }, () => 1)), null);
  });

  test("a message that is no multipart has its body as part 1", () => {
    const plain = parseStructure(latin1("Subject: x\r\n\r\nbody"));
    assert.equal(findPart(plain, [1]), plain);
    assert.equal(findPart(plain, [1, 1]), null);
    assert.equal(findPart(plain, [2]), null);
  });

  test("an embedded message that is no multipart has its body as part 1", () => {
    const outer = parseStructure(
      latin1(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nhello\r\n--b--",
      ),
    );
    const embedded = outer.children[0]?.children[0];
    assert.equal(findPart(outer, [1, 1]), embedded);
    assert.equal(findPart(outer, [1, 2]), null);
    assert.equal(findPart(outer, [1, 1, 1]), null);
  });

  test("a message whose body is a message has it as part 1, and that one's body as 1.1", () => {
    const outer = parseStructure(latin1("Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nhello"));
    assert.equal(findPart(outer, [1]), outer);
    assert.equal(findPart(outer, [1, 1]), outer.children[0]);
    assert.deepEqual(findSection(outer, [1], "TEXT"), { start: 47, end: 52 });
  });
});
