// URLs of messages (RFC 5092), relative to the account or to the selected mailbox.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { mailboxName } from "../../model/mailbox-name.ts";
import { parseMessageUrl } from "./message-url.ts";

const selected = mailboxName("Job/Now");
const whole = { part: [], text: null, fields: [] };

suite("a message", () => {
  for (const [text, mailbox] of [
    ["/INBOX/;UID=20", "INBOX"],
    ["/inbox/;uid=20", "INBOX"],
    ["/Job/Old/;UID=20", "Job/Old"],
    ["/Job%2FOld/;UID=20", "Job/Old"],
    ["/%E0%A6%95/;UID=20", "ক"],
    ["/ক/;UID=20", "ক"],
    ["Old/;UID=20", "Job/Old"],
    [";UID=20", "Job/Now"],
  ] as const)
    test(`${text} is in ${mailbox}`, () =>
      assert.deepEqual(parseMessageUrl(text, selected), {
        mailbox,
        uidValidity: null,
        uid: 20,
        section: whole,
        partial: null,
      }));
});

test("UIDVALIDITY, a section and some of its octets", () => {
  const url = "/Drafts;UIDVALIDITY=385759045/;UID=20/;section=1.2.HEADER/;PARTIAL=5.1024";
  assert.deepEqual(parseMessageUrl(url, null), {
    mailbox: "Drafts",
    uidValidity: 385_759_045,
    uid: 20,
    section: { part: [1, 2], text: "HEADER", fields: [] },
    partial: { offset: 5, length: 1_024 },
  });
});

test("header fields, percent-encoded", () => {
  const url = parseMessageUrl("/x/;UID=1/;SECTION=HEADER.FIELDS%20(%22From%22%20To)", null);
  assert.deepEqual(url?.section, { part: [], text: "HEADER.FIELDS", fields: ["From", "To"] });
});

suite("no URL of a message of the account", () => {
  for (const text of [
    "",
    "/",
    "/INBOX",
    "/;UID=1",
    "/INBOX;UID=1",
    "/INBOX/;UID=0",
    "/INBOX/;UID=12345678901",
    "/INBOX/;UID=1/",
    "/INBOX/;UID=1/;SECTION=",
    "/INBOX/;UID=1/;SECTION=1]x",
    "/INBOX/;UID=1/;SECTION=%ff",
    "/INBOX/;UID=1/;PARTIAL=1.0",
    "/INBOX/;UID=1/;SECTION=1/;URLAUTH=anonymous:INTERNAL:00",
    "/%ff/;UID=1",
    "/a%00b/;UID=1",
    "//example.org/INBOX/;UID=1",
    "imap://example.org/INBOX/;UID=1",
    "file:/etc/passwd/;UID=1",
  ])
    test(JSON.stringify(text), () => assert.equal(parseMessageUrl(text, null), null));

  test("relative to a mailbox, where none is selected", () => assert.equal(parseMessageUrl(";UID=1", null), null));

  test("64 KiB of what looks like one, at once", () => {
    const since = performance.now();
    for (const piece of ["/;UID=1", "/;SECTION=1", ";UIDVALIDITY=1", "%E0", "/"])
      assert.equal(parseMessageUrl(`${piece.repeat(65_536 / piece.length)}!`, null), null);
    assert.ok(performance.now() - since < 1_000);
  });
});
