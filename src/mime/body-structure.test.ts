// BODYSTRUCTURE and ENVELOPE, byte for byte (RFC 9051 7.5.2).

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { latin1 } from "../base/bytes.ts";
import { formatBodyStructure } from "./body-structure.ts";
import { formatEnvelope } from "./envelope.ts";
import { headerFields } from "./header-fields.ts";
import { octetString } from "./octets.ts";
import { parseStructure } from "./structure-parser.ts";

function structure(text: string, form: "BODY" | "BODYSTRUCTURE" = "BODYSTRUCTURE"): string {
  return octetString(formatBodyStructure(parseStructure(latin1(text.replaceAll("\n", "\r\n"))), form));
}

function envelope(...lines: string[]): string {
  const header = `${lines.join("\r\n")}\r\n\r\n`;
  return octetString(formatEnvelope(header, headerFields(header)));
}

suite("BODYSTRUCTURE", () => {
  test("says text/plain, US-ASCII and 7bit where the header says nothing", () => {
    assert.equal(structure("\nhello\n"), '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 7 1 NIL NIL NIL NIL)');
    assert.equal(structure("\nhello\n", "BODY"), '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 7 1)');
  });

  test("shows types and parameters as they were written", () => {
    assert.equal(
      structure(
        'Content-Type: TEXT/Html; Charset="UTF-8"; x=y\nContent-Transfer-Encoding: QUOTED-Printable\nContent-ID: <a@b>\nContent-Description: d\n\n',
      ),
      '("TEXT" "Html" ("Charset" "UTF-8" "x" "y") "<a@b>" "d" "QUOTED-Printable" 0 0 NIL NIL NIL NIL)',
    );
  });

  test("shows a multipart with disposition, language and location", () => {
    assert.equal(
      structure(
        'Content-Type: multipart/mixed; boundary=b\nContent-Language: en, bn\nContent-Location: x\n\n--b\nContent-Type: image/png\nContent-MD5: m\nContent-Disposition: inline; filename="a"\n\nxyz\n--b--\n',
      ),
      '(("image" "png" NIL NIL NIL "7bit" 3 "m" ("inline" ("filename" "a")) NIL NIL) "mixed" ("boundary" "b") NIL ("en" "bn") "x")',
    );
  });

  test("shows an embedded message with its envelope, its body and its lines", () => {
    assert.equal(
      structure("Content-Type: Message/RFC822\n\nSubject: in\nFrom: a@b\n\none\ntwo\n", "BODY"),
      '("message" "rfc822" NIL NIL NIL "7bit" 36 (NIL "in" ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) NIL NIL NIL NIL NIL) ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 10 2) 5)',
    );
    assert.match(
      structure("Content-Type: message/global\n\nSubject: in\n\n"),
      /^\("message" "global" NIL NIL NIL "7bit" 15 \(NIL "in"/,
    );
  });

  test("a multipart without parts shows an empty text, as the grammar wants a part", () => {
    assert.equal(
      structure("Content-Type: multipart/mixed\n\nx\n"),
      '(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL) "mixed" NIL NIL NIL NIL)',
    );
  });

  test("what lies too deep is octets, not a multipart without parts", () => {
    const nested = Array.from(
      { length: 300 },
      (_, at) => `Content-Type: multipart/x; boundary=b${at}\n\n--b${at}\n`,
    ).join("");
    const shown = structure(nested);
    assert.match(shown, /^\(+"application" "octet-stream"/);
    assert.equal(shown.split("(").length, shown.split(")").length);
    assert.match(structure("Content-Type: message/rfc822\n\n".repeat(300)), /"application" "octet-stream"/);
  });

  test("8-bit octets, line ends and quotes in parameters cannot break the reply", () => {
    assert.equal(
      structure('Content-Type: a/b; x="\xe9"; y="\\"q\\\\"; z="a\n b"\n\n'),
      '("a" "b" ("x" {1}\r\n\xe9 "y" "\\"q\\\\" "z" "a b") NIL NIL "7bit" 0 NIL NIL NIL NIL)',
    );
    assert.doesNotMatch(structure('Content-Type: a/b; x="a\0b"\n\n'), /\0/);
  });
});

suite("ENVELOPE", () => {
  test("of an empty header is NILs", () => {
    assert.equal(envelope(), "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
  });

  test("sets Sender and Reply-To from From when they are absent or empty", () => {
    const from = '(("Jo" NIL "jo" "example.org"))';
    assert.equal(
      envelope("From: Jo <jo@example.org>", "Sender:"),
      `(NIL NIL ${from} ${from} ${from} NIL NIL NIL NIL NIL)`,
    );
  });

  test("has every field in its place", () => {
    assert.equal(
      envelope(
        "Date: d",
        "Subject: s",
        "From: f@x",
        "Sender: s@x",
        "Reply-To: r@x",
        "To: t@x",
        "Cc: c@x",
        "Bcc: b@x",
        "In-Reply-To: <i>",
        "Message-ID: <m>",
      ),
      '("d" "s" ((NIL NIL "f" "x")) ((NIL NIL "s" "x")) ((NIL NIL "r" "x")) ((NIL NIL "t" "x")) ((NIL NIL "c" "x")) ((NIL NIL "b" "x")) "<i>" "<m>")',
    );
  });

  test("shows groups by NIL hosts", () => {
    assert.match(envelope("To: G: a@b;"), /\(\(NIL NIL "G" NIL\)\(NIL NIL "a" "b"\)\(NIL NIL NIL NIL\)\)/);
  });

  test("joins the addresses of fields that stand twice, so that no reader sees another From", () => {
    assert.match(envelope("From: a@b", "From: c@d"), /\(\(NIL NIL "a" "b"\)\(NIL NIL "c" "d"\)\)/);
  });

  test("folding leaves one space in a subject, and encoded words stay encoded", () => {
    assert.match(envelope("Subject:  =?utf-8?q?a?=\r\n\t b  c "), /^\(NIL "=\?utf-8\?q\?a\?= b c"/);
  });

  test("8-bit subjects go as literals, octet for octet", () => {
    assert.equal(envelope("Subject: caf\xc3\xa0").slice(0, 17), "(NIL {5}\r\ncaf\xc3\xa0 N");
  });

  test("half an address at the end of a field that is too long is left out", () => {
    const shown = envelope(`To: ${"someone@example.org,".repeat(20_000)}`);
    assert.ok(shown.endsWith('(NIL NIL "someone" "example.org")) NIL NIL NIL NIL)'), shown.slice(-80));
  });
});
