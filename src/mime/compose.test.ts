// What the server writes is read back by the parsers here; hostile text must not get out of its field.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { messageTexts } from "../../test/support/message-texts.ts";
import { utf8 } from "../base/bytes.ts";
import { alternatives, type Composition, composeMessage, formatAddress } from "./compose.ts";
import { decodeHeaderText, decodeParameter } from "./encoded-word.ts";
import { fieldValue, headerFields } from "./header-fields.ts";
import { summarize } from "./message-summary.ts";
import { octetString } from "./octets.ts";
import { parseStructure } from "./structure-parser.ts";

const plain: Composition = {
  from: { name: "Post office", address: "postmaster@example.org" },
  to: [{ name: null, address: "jo@example.com" }],
  subject: "Hello",
  sentAtMs: Date.UTC(2026, 2, 16, 4),
  messageId: "1@example.org",
  body: { kind: "text", subtype: "plain", text: "Hi" },
  boundarySeed: "s33d",
};

function read(composition: Composition): {
  text: string;
  names: string[];
  summary: ReturnType<typeof summarize>;
  texts: string[];
} {
  const bytes = composeMessage(composition);
  const root = parseStructure(bytes);
  const header = bytes.subarray(0, root.bodyStart);
  const names = headerFields(octetString(header)).map(({ name }) => name);
  return { text: octetString(bytes), names, summary: summarize(header, root), texts: messageTexts(bytes, root) };
}

const fieldNames = [
  "date",
  "from",
  "to",
  "message-id",
  "subject",
  "mime-version",
  "content-type",
  "content-transfer-encoding",
];
/** Text that tries to get out: line ends, words that look encoded, quotes, every plane. */
const hostileText = fc.string({
  unit: fc.constantFrom(
    "\r",
    "\n",
    "\0",
    "=?utf-8?Q?x?=",
    '"',
    "\\",
    "<",
    ">",
    ",",
    ":",
    " ",
    "é",
    "ব",
    "👨‍👩‍👧",
    "a",
    "Bcc: x@y",
    "\u2028",
    "\x85",
  ),
});

suite("messages that the server writes", () => {
  test("come out as they went in, in English and Bengali", () => {
    const { summary, texts } = read({
      ...plain,
      from: { name: "ডাকঘর", address: "postmaster@example.org" },
      to: [
        { name: 'Jo "J" Doe, Dr.', address: "jo@example.com" },
        { name: null, address: "a@b" },
      ],
      subject: "স্বাগতম: আপনার ডাকঘর প্রস্তুত, এবং এই বিষয়টি অনেক দীর্ঘ",
      body: alternatives("Welcome\nস্বাগতম\n", "<p>Welcome <b>স্বাগতম</b></p>"),
    });
    assert.equal(summary.subject, "স্বাগতম: আপনার ডাকঘর প্রস্তুত, এবং এই বিষয়টি অনেক দীর্ঘ");
    assert.deepEqual(summary.from, [{ name: "ডাকঘর", mailbox: "postmaster", host: "example.org" }]);
    assert.deepEqual(
      summary.to.map(({ name }) => name),
      ['Jo "J" Doe, Dr.', null],
    );
    assert.equal(summary.sentAtMs, plain.sentAtMs);
    assert.equal(summary.messageId, plain.messageId);
    assert.deepEqual(
      texts.map((text) => text.trim()),
      ["Welcome\r\nস্বাগতম", "Welcome স্বাগতম"],
    );
  });

  test("have CRLF line ends and short lines of seven bits", () => {
    const { text } = read({
      ...plain,
      subject: "word ".repeat(100),
      body: alternatives(`${"x".repeat(2_000)}\ré\n.\nFrom \n`, "<p>ব</p>\n"),
    });
    for (const line of text.split("\r\n")) assert.match(line, /^[\t -~]{0,78}$/);
  });

  test("no text adds or ends a header field", () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (subject, name, value) => {
        const { names, summary, text } = read({
          ...plain,
          subject,
          from: { name, address: "a@b" },
          fields: [["X-Reason", value]],
        });
        assert.deepEqual(names, [...fieldNames.slice(0, 5), "x-reason", ...fieldNames.slice(5)]);
        assert.deepEqual(
          summary.from.map(({ mailbox, host }) => `${mailbox}@${host}`),
          ["a@b"],
        );
        for (const line of text.split("\r\n")) assert.ok(line.length <= 998);
      }),
    );
  });

  test("any subject and name come back, but for their controls", () => {
    const clean = fc.string({ unit: "grapheme" }).map((text) =>
      text
        .replace(/[\p{Cc}\s]+/gu, " ")
        .trim()
        .normalize(),
    );
    fc.assert(
      fc.property(clean, clean, (subject, name) => {
        const { summary } = read({ ...plain, subject, from: { name, address: "a@b" } });
        assert.equal(summary.subject, subject);
        assert.equal(summary.from[0]?.name ?? "", name);
      }),
    );
  });

  test("any text body comes back", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: "grapheme" }).map((line) => line.replace(/[\r\n]/g, "")),
          { minLength: 1 },
        ),
        (lines) => {
          const [text] = read({ ...plain, body: { kind: "text", subtype: "plain", text: lines.join("\n") } }).texts;
          assert.equal(text?.replace(/\r\n$/, ""), lines.join("\r\n").replace(/\r\n$/, ""));
        },
      ),
    );
  });

  test("names, addresses, media types and identifiers that are none are refused", () => {
    for (const address of ["", "a", "a@b\r\nBcc: c@d", "a@b, c@d", "<a@b>", "a b@c", 'a"@b', "a@b>", "@", "a@"]) {
      assert.throws(() => formatAddress({ name: null, address }), RangeError, address);
    }
    for (const name of ["", "X Y", "X:Y", "X\r\nY", "é"])
      assert.throws(() => composeMessage({ ...plain, fields: [[name, "v"]] }), RangeError, name);
    for (const messageId of ["", "a", "a@b>\r\nX: y", "a b@c"])
      assert.throws(() => composeMessage({ ...plain, messageId }), RangeError, messageId);
    const bytes = { kind: "bytes", bytes: utf8("x") } as const;
    for (const mediaType of ["", "a", "a/b\r\nX: y", "a/b; c"])
      assert.throws(() => composeMessage({ ...plain, body: { ...bytes, mediaType } }), RangeError, mediaType);
  });

  test("carry bytes with a file name of any length and script", () => {
    const fileName = `প্রতিবেদন ${"ক".repeat(100)}.pdf`;
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    const composed = composeMessage({
      ...plain,
      body: {
        kind: "multipart",
        subtype: "mixed",
        parts: [plain.body, { kind: "bytes", mediaType: "application/pdf", bytes, fileName }],
      },
    });
    const pdf = parseStructure(composed).children[1];
    assert.equal(decodeParameter(pdf?.content.disposition?.parameters ?? [], "filename"), fileName);
    assert.deepEqual(Buffer.from(octetString(composed, pdf?.bodyStart, pdf?.bodyEnd), "base64"), Buffer.from(bytes));
  });

  test("carry reports with a message in them unchanged", () => {
    const original = utf8("Subject: lost\r\n\r\ntext\r\n");
    const composed = composeMessage({
      ...plain,
      body: {
        kind: "multipart",
        subtype: "report",
        parameters: { "report-type": "delivery-status" },
        parts: [
          plain.body,
          { kind: "bytes", mediaType: "message/delivery-status", bytes: utf8("Reporting-MTA: dns; x\r\n") },
          { kind: "bytes", mediaType: "message/rfc822", bytes: original },
        ],
      },
    });
    const root = parseStructure(composed);
    assert.equal(root.mediaType, "multipart/report");
    assert.deepEqual(
      root.children.map(({ mediaType }) => mediaType),
      ["text/plain", "message/delivery-status", "message/rfc822"],
    );
    assert.equal(octetString(composed, root.children[2]?.bodyStart, root.children[2]?.bodyEnd), octetString(original));
  });

  test("a subject that looks encoded stays as it was written", () => {
    const { summary, text } = read({ ...plain, subject: "=?utf-8?Q?x?=" });
    assert.equal(summary.subject, "=?utf-8?Q?x?=");
    const subjects = headerFields(text).filter(({ name }) => name === "subject");
    assert.deepEqual(
      subjects.map((field) => decodeHeaderText(fieldValue(text, field))),
      ["=?utf-8?Q?x?="],
    );
  });
});
