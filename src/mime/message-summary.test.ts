// What is kept of a message at delivery, and its base subject (RFC 5256 2.1).

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { utf8 } from "../base/bytes.ts";
import { baseSubjectCharactersMax, threadReferencesMax } from "../base/limits.ts";
import { baseSubject } from "./base-subject.ts";
import { type MessageSummary, summarize } from "./message-summary.ts";
import { StructureParser } from "./structure-parser.ts";

function summary(...lines: string[]): MessageSummary {
  const parser = new StructureParser();
  const bytes = utf8(`${lines.join("\r\n")}\r\n\r\nbody\r\n`);
  parser.push(bytes);
  const root = parser.finish();
  const fromBytes = summarize(bytes.subarray(0, root.bodyStart), root);
  assert.deepEqual(summarize(parser.header, root), fromBytes, "the parser keeps the header that the bytes have");
  return fromBytes;
}

suite("the summary of a message", () => {
  test("says what lists, sorting and threads need", () => {
    const {
      subject,
      baseSubject: base,
      isReply,
      sentAtMs,
      sentOffsetMinutes,
      messageId,
      references,
      from,
    } = summary(
      "Date: Mon, 16 Mar 2026 10:00:00 +0600",
      "From: =?utf-8?B?4Kaw4Ka+4Ka54KeH4Kay4Ka+?= <rahela@example.org>",
      "Subject: Re: [list] =?utf-8?B?4Ka44Kat4Ka+?=",
      "Message-ID: <m@x>",
      "References: <a@x> <b@x>",
      "In-Reply-To: <c@x>",
    );
    assert.deepEqual(
      { subject, base, isReply, sentAtMs, sentOffsetMinutes, messageId, references, from },
      {
        subject: "Re: [list] সভা",
        base: "সভা",
        isReply: true,
        sentAtMs: Date.UTC(2026, 2, 16, 4),
        sentOffsetMinutes: 360,
        messageId: "m@x",
        references: ["a@x", "b@x"],
        from: [{ name: "রাহেলা", mailbox: "rahela", host: "example.org" }],
      },
    );
  });

  test("of an empty message has nothing in it", () => {
    const empty = summary("");
    assert.equal(empty.subject, "");
    assert.equal(empty.messageId, null);
    assert.equal(empty.sentAtMs, null);
    assert.deepEqual(empty.references, []);
    assert.deepEqual(empty.from, []);
  });

  test("takes the first In-Reply-To when References has no identifier", () => {
    assert.deepEqual(summary("References: none", "In-Reply-To: Your message of Monday <a@x> and <b@x>").references, [
      "a@x",
    ]);
  });

  test("names its ancestors as often as it does: the last one counts when threads are made", () => {
    const { references } = summary("Message-ID: <m@x>", "References: <a@x> <m@x> <b@x> <a@x>");
    assert.deepEqual(references, ["a@x", "m@x", "b@x", "a@x"]);
  });

  test("keeps the root and the nearest of 5,000 references", () => {
    const ids = Array.from({ length: 5_000 }, (_, at) => `<${at}@x>`);
    const { references } = summary(`References: ${ids.join("\r\n ")}`);
    assert.equal(references.length, threadReferencesMax);
    assert.equal(references[0], "0@x");
    assert.equal(references.at(-1), "4999@x");
  });

  test("tells attachments from what is shown", () => {
    const multipart = (...part: string[]): boolean =>
      summary("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "text", "--b", ...part, "--b--")
        .hasAttachments;
    assert.ok(multipart("Content-Type: application/pdf", "", "x"));
    assert.ok(multipart('Content-Type: text/plain; name="a.txt"', "", "x"));
    assert.ok(multipart("Content-Type: text/plain", "Content-Disposition: attachment", "", "x"));
    assert.ok(multipart("Content-Type: message/rfc822", "", "Subject: x", "", "x"));
    assert.ok(!multipart("Content-Type: text/html", "", "x"));
    assert.ok(!multipart("Content-Type: image/png", "Content-ID: <a@b>", "", "x"));
    assert.ok(!summary("Subject: x").hasAttachments);
  });

  test("shows no control characters, whatever the header hides", () => {
    const { subject, from } = summary("Subject: =?utf-8?Q?a=0D=0Ab=00c?=", "From: =?utf-8?B?AAo=?= <a@b>");
    assert.equal(subject, "a b\ufffdc");
    assert.equal(from[0]?.name, "\ufffd ");
  });
});

suite("base subjects", () => {
  for (const [subject, base, isReply] of [
    ["Hello", "Hello", false],
    ["Re: Hello", "Hello", true],
    ["RE[2]: Hello", "Hello", true],
    ["re: FWD:  fw : Hello", "Hello", true],
    ["[list] Re: [list] Hello", "Hello", true],
    ["Hello (fwd) (FWD)", "Hello", true],
    ["[fwd: Re: Hello]", "Hello", true],
    ["[list]", "[list]", false],
    ["[a][b] Hello", "Hello", false],
    ["Re:", "", true],
    ["  Hello \t  world ", "Hello world", false],
    ["Regarding: Hello", "Regarding: Hello", false],
    ["", "", false],
  ] as const) {
    test(`of "${subject}" is "${base}"`, () => assert.deepEqual(baseSubject(subject), { text: base, isReply }));
  }

  test("of 100,000 list tags is found within the limit", () => {
    assert.ok(baseSubject("[a]".repeat(100_000)).text.length <= baseSubjectCharactersMax);
    assert.equal(baseSubject("re:".repeat(300)).text, "");
  });
});
