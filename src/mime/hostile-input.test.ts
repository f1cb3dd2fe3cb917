// Time must grow with the length of hostile input and no faster: doubling the input may double the work, counted in
// characters looked at, so that no clock and no load decides.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { countWork } from "../../test/support/counted-work.ts";
import { messageTexts } from "../../test/support/message-texts.ts";
import { previewOf } from "../../test/support/preview-of.ts";
import { latin1 } from "../base/bytes.ts";
import { parseAddressList } from "./address-list.ts";
import { attachmentName } from "./attachment.ts";
import { baseSubject } from "./base-subject.ts";
import { formatBodyStructure } from "./body-structure.ts";
import { parseDateTime } from "./date-time.ts";
import { decodeHeaderText } from "./encoded-word.ts";
import { fieldValue, headerFields } from "./header-fields.ts";
import { htmlToText } from "./html-text.ts";
import { messageIds } from "./message-id.ts";
import { summarize } from "./message-summary.ts";
import { foldText } from "./search-text.ts";
import { parseStructure } from "./structure-parser.ts";

/** Below every limit when doubled, so that no limit hides a quadratic. */
const pieces = 2_000;

function assertLinear(run: (count: number) => unknown): void {
  run(10);
  const once = countWork(() => run(pieces));
  const twice = countWork(() => run(2 * pieces));
  assert.ok(twice <= 2.2 * once + 10_000, `${once} steps for ${pieces} pieces, ${twice} for twice as many`);
}

const everything = (text: string): void => {
  const bytes = latin1(text);
  const root = parseStructure(bytes);
  summarize(bytes.subarray(0, root.bodyStart), root);
  formatBodyStructure(root, "BODY");
  previewOf(bytes, root);
  messageTexts(bytes, root);
};

const shapes: readonly (readonly [name: string, run: (count: number) => unknown])[] = [
  ["open comments", (count) => parseAddressList("(".repeat(count))],
  ["nested comments", (count) => parseAddressList(`${"(".repeat(count)}${")".repeat(count)} a@b`)],
  ["comments between atoms", (count) => parseAddressList("a(b)".repeat(count))],
  ["open quotes", (count) => parseAddressList('a "'.repeat(count))],
  ["escapes", (count) => parseAddressList(`"${"\\a".repeat(count)}`)],
  ["commas", (count) => parseAddressList(",".repeat(count))],
  ["addresses", (count) => parseAddressList("a@b,".repeat(count))],
  ["names before an address", (count) => parseAddressList(`${"a ".repeat(count)}<a@b>`)],
  ["names before no address", (count) => parseAddressList(`${"a ".repeat(count)}, b@c`)],
  ["lists of names", (count) => parseAddressList("a b, ".repeat(count))],
  ["nested groups", (count) => parseAddressList("g: ".repeat(count))],
  ["groups", (count) => parseAddressList("g: a@b;, ".repeat(count))],
  ["routes", (count) => parseAddressList(`<${"@a,".repeat(count)}:b@c>`)],
  ["dots", (count) => parseAddressList(`a${" . a".repeat(count)}@b`)],
  ["open angles", (count) => parseAddressList("<".repeat(count))],
  ["domain literals", (count) => parseAddressList("a@[".repeat(count))],
  ["encoded words", (count) => decodeHeaderText("=?utf-8?Q?a?= ".repeat(count))],
  ["encoded words without ends", (count) => decodeHeaderText("=?utf-8?Q?a".repeat(count))],
  ["encoded words that only begin", (count) => decodeHeaderText("=?".repeat(count))],
  ["base64 cut in odd places", (count) => decodeHeaderText("=?utf-8?B?YWJj?= =?utf-8?B?Y?= ".repeat(count))],
  ["words of two charsets", (count) => decodeHeaderText("=?utf-8?Q?a?= =?koi8-r?Q?a?= ".repeat(count))],
  ["bare CRs in a field", (count) => everything(`Subject: ${"\r".repeat(count)}\r\n\r\n`)],
  ["folded lines", (count) => everything(`Subject: a${"\r\n b".repeat(count)}\r\n\r\n`)],
  ["fields", (count) => everything(`${"A: b\r\n".repeat(count)}\r\n`)],
  ["lines without a colon", (count) => everything(`${"abc\r\n".repeat(count)}\r\n`)],
  ["fields that are cut by a colon elsewhere", (count) => headerFields(`${"a\r\n".repeat(count)}b: c`)],
  [
    "white space in a field",
    (count) => {
      const header = `A: ${" ".repeat(count)}x${" ".repeat(count)}y\r\n`;
      return headerFields(header).map((field) => decodeHeaderText(fieldValue(header, field)));
    },
  ],
  ["parameters", (count) => everything(`Content-Type: a/b${"; c=d".repeat(count)}\r\n\r\n`)],
  [
    "continued parameters",
    (count) =>
      everything(`Content-Type: a/b${Array.from({ length: count }, (_, at) => `; n*${at}=x`).join("")}\r\n\r\n`),
  ],
  ["open quotes in parameters", (count) => everything(`Content-Type: a/b${'; c="'.repeat(count)}\r\n\r\n`)],
  ["open comments in parameters", (count) => everything(`Content-Type: a/b${"; c=(".repeat(count)}\r\n\r\n`)],
  ["words where parameters should be", (count) => everything(`Content-Type: a/b${" c".repeat(count)}\r\n\r\n`)],
  ["message ids", (count) => messageIds("<a@b>".repeat(count))],
  ["open message ids", (count) => messageIds("<".repeat(count))],
  ["list tags", (count) => baseSubject("[a] ".repeat(count))],
  ["dates", (count) => parseDateTime("1 (".repeat(count))],
  [
    "delimiters",
    (count) => everything(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\nx\r\n".repeat(count)}`),
  ],
  [
    "lines like delimiters",
    (count) => everything(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--a\r\n".repeat(count)}`),
  ],
  ["embedded messages", (count) => everything("Content-Type: message/rfc822\r\n\r\n".repeat(count))],
  [
    "nested multiparts",
    (count) =>
      everything(
        Array.from({ length: count }, (_, at) => `Content-Type: multipart/x; boundary=b${at}\r\n\r\n--b${at}\r\n`).join(
          "",
        ),
      ),
  ],
  ["open tags", (count) => htmlToText("<a ".repeat(count), 1e9)],
  ["open quotes in tags", (count) => htmlToText('<a b="'.repeat(count), 1e9)],
  ["open comments in HTML", (count) => htmlToText("<!--".repeat(count), 1e9)],
  ["open scripts", (count) => htmlToText("<script>".repeat(count), 1e9)],
  ["closed scripts", (count) => htmlToText("<script></script>".repeat(count), 1e9)],
  ["ampersands", (count) => htmlToText("&".repeat(count), 1e9)],
  ["less-than signs", (count) => htmlToText("<".repeat(count), 1e9)],
  ["spaces in an HTML body", (count) => everything(`Content-Type: text/html\r\n\r\n${"<p> ".repeat(count)}`)],
  ["quoted lines", (count) => everything(`\r\n${"> a\r\n".repeat(count)}`)],
  [
    "quoted-printable",
    (count) =>
      everything(
        `Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${"= \t".repeat(count)}`,
      ),
  ],
  ["combining marks", (count) => foldText("e\u0301".repeat(count))],
  [
    "spaces in a file name",
    (count) =>
      attachmentName(
        parseStructure(latin1(`Content-Type: a/b; name="${" ".repeat(count)}x${".".repeat(count)}y"\r\n\r\n`)),
      ),
  ],
];

suite("hostile input takes time in proportion to its length", () => {
  for (const [name, run] of shapes) test(name, () => assertLinear(run));
});
