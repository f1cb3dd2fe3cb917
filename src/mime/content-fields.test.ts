// Content-* fields and their parameters (RFC 2045, 2183, 2231, 3282), good and bad.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { headerParametersMax } from "../base/limits.ts";
import { readContentFields } from "./content-fields.ts";
import { headerFields } from "./header-fields.ts";
import type { ContentFields } from "./part.ts";

function read(...lines: string[]): ContentFields {
  const header = `${lines.join("\r\n")}\r\n\r\n`;
  return readContentFields(header, headerFields(header));
}

/** Content-Type in brief: type/subtype and the parameters. */
function type(value: string): unknown[] {
  const { type: main, subtype, parameters } = read(`Content-Type: ${value}`);
  return [main === null ? null : `${main}/${subtype}`, ...parameters.map(({ name, value: text }) => `${name}=${text}`)];
}

const types: readonly (readonly [value: string, brief: readonly (string | null)[]])[] = [
  ["text/plain; charset=utf-8", ["text/plain", "charset=utf-8"]],
  ["TEXT / Plain (c) ; (c) Charset (c) = (c) UTF-8 (c)", ["TEXT/Plain", "Charset=UTF-8"]],
  ['text/plain; name="a \\"b\\"; c"', ["text/plain", 'name=a "b"; c']],
  ["text/plain; a=b; a=c", ["text/plain", "a=b", "a=c"]],
  ["text/plain;; a=b;", ["text/plain", "a=b"]],
  ["multipart/mixed boundary=b", ["multipart/mixed", "boundary=b"]],
  ["text/plain; name==?utf-8?q?x?=; a=b", ["text/plain", "name==?utf-8?q?x?=", "a=b"]],
  ['text/plain; name="open', ["text/plain"]],
  ["text/plain; name*0=a; name*1=b", ["text/plain", "name=ab"]],
  ["text/plain; name*1=b; NAME*0=a", ["text/plain", "NAME=ab"]],
  ["text/plain; name*0*=utf-8''%41; name*1=50%", ["text/plain", "name*=utf-8''%4150%25"]],
  ['text/plain; name*0="a%"; name*1*=%42', ["text/plain", "name*=''a%25%42"]],
  ["text/plain; name*0=a; name*2=c", ["text/plain", "name*0=a", "name*2=c"]],
  ["text/plain; name*99999999999=x", ["text/plain", "name*99999999999=x"]],
  ["text", [null]],
  ["text/", [null]],
  ["/plain", [null]],
  ["", [null]],
];

suite("Content fields", () => {
  for (const [value, brief] of types) test(`reads Content-Type: ${value}`, () => assert.deepEqual(type(value), brief));

  test("of two Content-Type fields the first counts, even when it is broken", () => {
    assert.equal(read("Content-Type: text/html", "Content-Type: text/plain").subtype, "html");
    assert.equal(read("Content-Type: html", "Content-Type: text/html").subtype, null);
  });

  test("5,000 continuations are read up to the limit", () => {
    const names = Array.from({ length: 5_000 }, (_, at) => `n*${at}=x`);
    assert.deepEqual(read(`Content-Type: a/b; ${names.join("; ")}`).parameters, [
      { name: "n", value: "x".repeat(headerParametersMax) },
    ]);
  });

  test("reads the other fields", () => {
    const content = read(
      "Content-ID: <a@b> ",
      "Content-Description: some\r\n thing",
      "Content-Transfer-Encoding: (c) Base64",
      "Content-MD5: Q2hlY2s=",
      'Content-Disposition: attachment; filename="a b"',
      "Content-Language: en, bn (Bengali)",
      "Content-Location: http://example.org/",
    );
    assert.deepEqual(content, {
      type: null,
      subtype: null,
      parameters: [],
      id: "<a@b>",
      description: "some thing",
      encoding: "Base64",
      md5: "Q2hlY2s=",
      disposition: { type: "attachment", parameters: [{ name: "filename", value: "a b" }] },
      language: ["en", "bn"],
      location: "http://example.org/",
    });
  });

  test("an encoding with something behind it is none", () => {
    assert.equal(read("Content-Transfer-Encoding: base64; x").encoding, null);
  });
});
