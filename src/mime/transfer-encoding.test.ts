// base64 and quoted-printable both ways (RFC 2045 6), cut anywhere, strict and lenient.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { concatBytes, latin1 } from "../base/bytes.ts";
import { encodeBase64, encodeQuotedPrintable } from "./transfer-encode.ts";
import { decodeTransfer, transferDecoder, transferEncoding } from "./transfer-encoding.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

function decodeCut(bytes: Uint8Array, encoding: string, sizes: readonly number[]): { text: string; broken: boolean } {
  const decoder = transferDecoder(transferEncoding(encoding));
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; from < bytes.length; at++) {
    const size = sizes[at % sizes.length] ?? 1;
    pieces.push(decoder.push(bytes.subarray(from, from + size)).slice());
    from += size;
  }
  pieces.push(decoder.finish());
  return { text: text(concatBytes(pieces)), broken: decoder.broken };
}

/** [encoding, body, decoded, whether it keeps to the rules] */
const cases: readonly (readonly [string, string, string, "kept" | "broken"])[] = [
  ["base64", "aGVsbG8=", "hello", "kept"],
  ["BASE64", "aGVs\r\nbG8=\r\n", "hello", "kept"],
  ["base64", "aGVsbG8", "hello", "broken"],
  ["base64", "aGV*sbG8=", "hello", "broken"],
  ["base64", "aGVsbG8=aGVsbG8=", "hellohello", "broken"],
  ["base64", "aGVsbG8==", "hello", "broken"],
  ["base64", "a===", "", "broken"],
  ["base64", "====", "", "broken"],
  ["base64", "", "", "kept"],
  ["quoted-printable", "caf=E9", "caf\xe9", "kept"],
  ["quoted-printable", "caf=e9", "caf\xe9", "kept"],
  ["quoted-printable", "a=\r\nb", "ab", "kept"],
  ["quoted-printable", "a=\nb", "ab", "kept"],
  ["quoted-printable", "a= \t\r\nb", "ab", "kept"],
  ["quoted-printable", "a \t\r\nb ", "a\r\nb", "kept"],
  ["quoted-printable", "a b", "a b", "kept"],
  ["quoted-printable", "a=", "a", "kept"],
  ["quoted-printable", "a=4", "a=4", "broken"],
  ["quoted-printable", "a=ZZb", "a=ZZb", "broken"],
  ["quoted-printable", "a=4Zb", "a=4Zb", "broken"],
  ["quoted-printable", "a==41", "a=A", "broken"],
  ["quoted-printable", "a=\rb", "a=\rb", "broken"],
  ["7bit", "as = is", "as = is", "kept"],
  ["8BIT", "\xe9", "\xe9", "kept"],
  ["binary", "\0", "\0", "kept"],
  ["x-uuencode", "begin", "begin", "broken"],
];

suite("transfer encodings", () => {
  for (const [encoding, body, decoded, rules] of cases) {
    test(`decodes ${encoding} ${JSON.stringify(body)}, ${rules}`, () => {
      assert.equal(text(decodeTransfer(latin1(body), encoding)), decoded);
      assert.deepEqual(decodeCut(latin1(body), encoding, [1]), { text: decoded, broken: rules === "broken" });
    });
  }

  test("no encoding means seven bits", () => {
    assert.equal(transferEncoding(null), "identity");
  });

  test("any bytes come back from base64, cut anywhere", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (bytes, sizes) => {
          assert.deepEqual(decodeCut(latin1(encodeBase64(bytes)), "base64", sizes), {
            text: text(bytes),
            broken: false,
          });
        },
      ),
    );
  });

  test("any text comes back from quoted-printable, cut anywhere", () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom("a", " ", "\t", "=", ".", "F", "\xe9", "\0") }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(lines, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (list, sizes) => {
        const body = `${list.join("\r\n")}\r\n`;
        const encoded = encodeQuotedPrintable(latin1(body));
        for (const line of encoded.split("\r\n")) assert.ok(line.length <= 76 && !/[ \t]$/.test(line), line);
        assert.deepEqual(decodeCut(latin1(encoded), "quoted-printable", sizes), { text: body, broken: false });
      }),
    );
  });

  test("any way of cutting any body decodes the same", () => {
    const body = fc.string({ unit: fc.constantFrom("=", "4", "A", "\r", "\n", " ", "\t", "x", "\xff", "*") });
    fc.assert(
      fc.property(
        body,
        fc.constantFrom("base64", "quoted-printable"),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        (octets, encoding, sizes) => {
          const whole = decodeCut(latin1(octets), encoding, [octets.length + 1]);
          assert.deepEqual(decodeCut(latin1(octets), encoding, sizes), whole);
        },
      ),
    );
  });

  test("white space at the end of no line is not kept without bound", () => {
    const decoder = transferDecoder("quoted-printable");
    let length = 0;
    for (let at = 0; at < 100; at++) length += decoder.push(latin1(" ".repeat(1_000))).length;
    assert.ok(length > 98_000);
  });
});
