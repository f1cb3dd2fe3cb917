// What a client without UTF-8 sees of one header, field by field, and that it is a header whatever stands in it.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { headerEdits } from "./header-edits.ts";

const octets = (text: string): string => Buffer.from(text).toString("latin1");

/** The header as a client without UTF-8 sees it, encoded words as «words», whichever encoding they have. */
function legible(header: string): string {
  return surrogate(header).replace(/=\?utf-8\?([QB])\?([^?]*)\?=/g, (_, encoding: string, word: string) => {
    if (encoding === "B") return octets(`«${Buffer.from(word, "base64").toString()}»`);
    const plain = word
      .replaceAll("_", " ")
      .replace(/=(..)/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    return octets("«") + plain + octets("»");
  });
}

/** The header as a client without UTF-8 sees it. */
function surrogate(header: string): string {
  let shown = "";
  let at = 0;
  for (const { start, end, replacement } of headerEdits(header, 0)) {
    shown += header.slice(at, start) + Buffer.from(replacement).toString("latin1");
    at = end;
  }
  return shown + header.slice(at);
}

const invalid = "<invalid@internationalized-address.invalid>";

for (const [name, field, shown] of [
  // RFC 6858 2.1.
  [
    "an address with a name",
    "From: Fred Foo <fréd@example.com>\r\n",
    `From: «Fred Foo <fréd@example.com>»\r\n ${invalid}\r\n`,
  ],
  [
    "an address in another script's domain",
    "From: fred@exämple.com\r\n",
    `From: «fred@exämple.com»\r\n ${invalid}\r\n`,
  ],
  ["only the name of an ASCII address", "To: José <jose@example.org>\r\n", "To: «José»\r\n <jose@example.org>\r\n"],
  [
    "other addresses of the list as they are",
    'Cc: "A, B" <a@b.org>, é@b.org\r\n',
    `Cc: "A, B"\r\n <a@b.org>,\r\n «é@b.org»\r\n ${invalid}\r\n`,
  ],
  [
    "a group's name, and its members",
    "To: Équipe: a@b.org, é@b.org;\r\n",
    `To: «Équipe»:\r\n a@b.org,\r\n «é@b.org»\r\n ${invalid};\r\n`,
  ],
  ["an empty group", "To: Équipe:;\r\n", "To: «Équipe»:;\r\n"],
  ["a return path, which has no name", "Return-Path: <é@example.org>\r\n", `Return-Path: ${invalid}\r\n`],
  ["an address that is broken, as one name", "From: é <<@>\r\n", `From: «é <<@>»\r\n ${invalid}\r\n`],
  ["a name that was half encoded", "From: =?utf-8?Q?Jos=C3=A9?= ñ <j@b.org>\r\n", "From: «José ñ»\r\n <j@b.org>\r\n"],
  // RFC 6858 2.2, with the liberty that parameters are kept.
  [
    "a file name",
    'Content-Disposition: attachment; filename="naïve.txt"; size=3\r\n',
    "Content-Disposition: attachment;\r\n filename*=utf-8''na%C3%AFve.txt;\r\n size=\"3\"\r\n",
  ],
  [
    "a parameter of Content-Type beside an extended one",
    "Content-Type: text/plain; title*=utf-8''a%20b; name=é\r\n",
    "Content-Type: text/plain;\r\n name*=utf-8''%C3%A9;\r\n title*=utf-8''a%20b\r\n",
  ],
  [
    "a boundary not at all",
    'Content-Type: multipart/mixed; boundary="é"\r\n',
    'Content-Type: multipart/mixed; boundary="é"\r\n',
  ],
  ["a media type that is no token as no field", "Content-Type: tëxt/plain\r\n", ""],
  // RFC 6858 2.3.
  ["Subject", "Subject: naïve\r\n", "Subject: «naïve»\r\n"],
  ["Subject over more than one line", "subject: naïve\r\n\tfolded\r\n", "subject: «naïve folded»\r\n"],
  ["Subject in which some words were encoded", "Subject: =?utf-8?Q?na=C3=AFve?= é\r\n", "Subject: «naïve é»\r\n"],
  ["Content-Description", "Content-Description: é\r\n", "Content-Description: «é»\r\n"],
  // RFC 6858 2.4.
  ["Received as no field", "Received: from é by b\r\n", ""],
  ["Message-ID as no field", "Message-ID: <é@b.org>\r\n", ""],
  ["a line that is none as no field", "é: 1\r\n", ""],
  ["a field without a line end", "Subject: é", "Subject: «é»\r\n"],
] as const) {
  test(`shows ${name}`, () => {
    assert.equal(legible(octets(`Date: now\r\n${field}`)), octets(`Date: now\r\n${shown}`));
  });
}

test("a header in ASCII is not touched, however odd", () => {
  assert.deepEqual(headerEdits("From: =?x?= <<>\r\nno field\r\nSubject:\r\n\r\n", 0), []);
});

test("a field in octets that are no UTF-8 goes out as it came, beside others that are", () => {
  const header = `Subject: caf\xe9\r\n${octets("Comments: é")}\r\nTo: \xff@example.org\r\n`;
  assert.equal(legible(header), `Subject: caf\xe9\r\n${octets("Comments: «é»")}\r\nTo: \xff@example.org\r\n`);
});

test("edits name places in the message, not in the header", () => {
  const [edit] = headerEdits(octets("A: 1\r\nX: é\r\n"), 1_000);
  assert.deepEqual(edit, { start: 1_006, end: 1_013, replacement: new Uint8Array() });
});

const anyText = fc.string({
  unit: fc.constantFrom(
    "é",
    "চ",
    "日",
    "😀",
    " ",
    "a",
    '"',
    "\\",
    "<",
    ">",
    "@",
    ",",
    ":",
    ";",
    "(",
    ")",
    "=?",
    "?=",
    ".",
    "\t",
    "\x01",
  ),
});
const fieldNames = [
  "From",
  "To",
  "Reply-To",
  "Sender",
  "Return-Path",
  "Subject",
  "Comments",
  "Content-Type",
  "Content-Disposition",
  "Received",
  "X-Any",
];

test("whatever stands in a header in UTF-8, its surrogate is a header in ASCII with the same fields or fewer", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...fieldNames), anyText), { maxLength: 4 }), (fields) => {
      const shown = surrogate(octets(fields.map(([name, text]) => `${name}: ${text}é\r\n`).join("")));
      assert.match(shown, /^(?:[!-~]+:(?: [\x01-\x7f]*)?\r\n(?:[ \t][ -~\t]*\r\n)*)*$/);
      const names = shown.match(/^[!-~]+(?=:)/gm) ?? [];
      const allowed = fields.map(([name]) => name);
      for (const name of names) assert.ok(allowed.splice(0, allowed.indexOf(name) + 1).includes(name), shown);
    }),
    { numRuns: 2_000 },
  );
});
