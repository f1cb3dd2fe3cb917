// What was stored of a message is read back as it was, whatever the message was.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { latin1 } from "../base/bytes.ts";
import { formatBodyStructure } from "./body-structure.ts";
import { envelopeBytes, readEnvelopeFields } from "./envelope.ts";
import { headerFields } from "./header-fields.ts";
import { textCharset } from "./message-summary.ts";
import { readStoredEnvelope, storedTextCharset } from "./stored-envelope.ts";
import { parseStructure } from "./structure-parser.ts";

const octets = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...Array.from('ab<>@.,:;()"\\ []={}')) },
    { weight: 1, arbitrary: fc.constantFrom("\xe9", "\t", "\u0001", "{3}", "NIL", "\r\n ") },
  ),
  maxLength: 60,
});
const names = ["From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "In-Reply-To"];

/** As shown: white space is one space, and what stands for an absent sender is the author. */
function shown(header: string): unknown {
  const fields = readEnvelopeFields(header, headerFields(header));
  const squeezed = (text: string | null): string | null =>
    text?.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "") ?? null;
  const list = (addresses: typeof fields.from): unknown[] =>
    addresses.map((address) => (address.kind === "mailbox" ? { ...address, name: squeezed(address.name) } : address));
  const from = list(fields.from);
  return {
    ...fields,
    subject: squeezed(fields.subject),
    from,
    sender: fields.sender.length === 0 ? from : list(fields.sender),
    replyTo: fields.replyTo.length === 0 ? from : list(fields.replyTo),
    to: list(fields.to),
    cc: list(fields.cc),
    bcc: list(fields.bcc),
  };
}

suite("a stored envelope", () => {
  test("is read back", () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), octets), { maxLength: 12 }), (lines) => {
        const header = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
        const stored = envelopeBytes(readEnvelopeFields(header, headerFields(header)));
        assert.deepEqual(readStoredEnvelope(stored), shown(header));
      }),
    ));

  test("has groups and long subjects", () => {
    const header = `To: friends: a@b, "c \\" d" <e@f>;, g@h\r\nSubject: ${"long ".repeat(2_000)}\r\n`;
    const stored = envelopeBytes(readEnvelopeFields(header, headerFields(header)));
    assert.deepEqual(readStoredEnvelope(stored), shown(header));
    assert.equal(readStoredEnvelope(stored).to.length, 5);
  });
});

suite("the charset of the first text", () => {
  const plain = "Content-Type: text/plain; format=flowed; charset=koi8-r";
  const nested = [
    "Content-Type: multipart/mixed; boundary=o; charset=utf-16",
    "",
    "--o",
    "Content-Type: multipart/alternative; boundary=i",
    "",
    "--i",
    plain,
    "",
    "x",
    "--i--",
    "--o--",
  ].join("\r\n");
  for (const [what, message] of [
    ["of plain text", `${plain}\r\n\r\nx`],
    ["of a multipart in a multipart", nested],
    ["of an embedded message", `Content-Type: message/rfc822\r\n\r\n${plain}\r\n\r\nx`],
    ["of an image", "Content-Type: image/png; name=x\r\n\r\nx"],
    ["of an image without parameters", "Content-Type: image/png\r\n\r\nx"],
  ] as const)
    test(`${what} is read back`, () => {
      const root = parseStructure(latin1(message));
      assert.equal(storedTextCharset(formatBodyStructure(root, "BODYSTRUCTURE")), textCharset(root));
    });

  test("is that of ASCII when a text names none", () => {
    const root = parseStructure(latin1("Content-Type: text/plain\r\n\r\nx"));
    assert.equal(storedTextCharset(formatBodyStructure(root, "BODYSTRUCTURE")), "us-ascii");
  });
});
