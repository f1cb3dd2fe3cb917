// What is completed of a submitted message, and that everything else stays as it came.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { concatBytes, latin1 } from "../base/bytes.ts";
import { type Letter, readLetterHeader } from "./letter.ts";
import { checkAuthors, completed } from "./submission.ts";

function letterOf(text: string): Letter {
  const bytes = latin1(text);
  return {
    size: bytes.length,
    header: readLetterHeader(bytes),
    *pieces(from) {
      if (from < bytes.length) yield bytes.subarray(from);
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function textOf(letter: Letter): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of letter.pieces(0)) pieces.push(piece);
  const bytes = concatBytes(pieces);
  assert.equal(bytes.length, letter.size);
  return Buffer.from(bytes).toString("latin1");
}

const completion = { trace: "Received: x\r\n", author: "alice@example.org", date: "D", messageId: "m@x" } as const;
const added = "Received: x\r\nDate: D\r\nFrom: alice@example.org\r\nMessage-ID: <m@x>\r\n";

suite("completed", () => {
  for (const [what, text, result] of [
    [
      "a message without a header at all gets one, and a blank line",
      "just text\r\nand more\r\n",
      `${added}\r\njust text\r\nand more\r\n`,
    ],
    ["a message that begins with the blank line keeps it", "\r\ntext\r\n", `${added}\r\ntext\r\n`],
    ["an empty message becomes a header", "", added],
    ["a header without a body stays one", "Subject: x\r\n", `${added}Subject: x\r\n`],
    ["a last field that lost its line end gets it back", "Subject: x", `${added}Subject: x\r\n\r\n`],
    [
      "a line that is no field ends the header",
      "Subject: x\r\nno field\r\nTo: y\r\n",
      `${added}Subject: x\r\n\r\nno field\r\nTo: y\r\n`,
    ],
    [
      "an mbox line at the top is text",
      "From alice Mon\r\nSubject: x\r\n\r\n",
      `${added}\r\nFrom alice Mon\r\nSubject: x\r\n\r\n`,
    ],
    [
      "what is there stays, in its order and spelling",
      "date: mine\r\nFROM: a@b\r\nMessage-Id : <n@y>\r\nX-Odd:\tfolded\r\n more\r\n\r\nbody",
      "Received: x\r\ndate: mine\r\nFROM: a@b\r\nMessage-Id : <n@y>\r\nX-Odd:\tfolded\r\n more\r\n\r\nbody",
    ],
    [
      "Bcc goes with its folded lines, and Return-Path too",
      "Subject: x\r\nbcc: a@b,\r\n c@d\r\nTo: e@f\r\nReturn-Path: <z@z>\r\nResent-Bcc: g@h\r\n\r\nBcc: text\r\n",
      `${added}Subject: x\r\nTo: e@f\r\n\r\nBcc: text\r\n`,
    ],
  ] as const) {
    test(what, async () => {
      assert.equal(await textOf(completed(letterOf(text), { ...completion, bcc: "remove" })), result);
    });
  }

  test("the sender's own copy keeps Bcc", async () => {
    const copy = completed(letterOf("Bcc: a@b\r\n\r\n"), { ...completion, trace: "", bcc: "keep" });
    assert.match(await textOf(copy), /\r\nBcc: a@b\r\n\r\n$/);
  });
});

suite("checkAuthors", () => {
  const owns = async (address: string): Promise<boolean> => address === "alice@example.org";
  for (const text of [
    "Subject: none\r\n\r\n",
    "From: Alice <alice@example.org>\r\nSender: alice@example.org\r\nResent-From: alice@example.org\r\n\r\n",
    "From: alice@example.org\r\n\r\nFrom: bob@example.org\r\n",
    "From:\r\n alice@example.org\r\n\r\n",
  ]) {
    test(`takes ${JSON.stringify(text)}`, () => checkAuthors(letterOf(text).header, owns));
  }

  for (const [text, kind] of [
    ["From: bob@example.org\r\n\r\n", "sender-not-owned"],
    ["From: alice@example.org, bob@example.org\r\n\r\n", "sender-not-owned"],
    ["From: alice@example.org\r\nSender: bob@example.org\r\n\r\n", "sender-not-owned"],
    ["From: alice@example.org\r\nResent-From: bob@example.org\r\n\r\n", "sender-not-owned"],
    ["From: alice@example.org\r\nresent-sender: bob@example.org\r\n\r\n", "sender-not-owned"],
    ["From : bob@example.org\r\n\r\n", "sender-not-owned"],
    ["From: alice@example.org\r\nfrom: alice@example.org\r\n\r\n", "author-unclear"],
    ["From: alice@example.org\r\nFrom : bob@example.org\r\n\r\n", "author-unclear"],
    ["From: alice@example.org <bob@example.org>\r\n\r\n", "author-unclear"],
    ["From: Friends: alice@example.org;\r\n\r\n", "author-unclear"],
    ["From:\r\n\r\n", "author-unclear"],
    [`From: alice@example.org,${" ".repeat(262_144 - 42)}alice@example.org, bob@example.org\r\n\r\n`, "author-unclear"],
    [`${"X: y\r\n".repeat(400_000)}From: bob@example.org\r\n\r\n`, "message-too-large"],
    [`X: ${"y\r\n ".repeat(600_000)}\r\nFrom: bob@example.org\r\n\r\n`, "message-too-large"],
  ] as const) {
    test(`refuses ${JSON.stringify(text.slice(0, 60))} as ${kind}`, async () => {
      await assert.rejects(checkAuthors(letterOf(text).header, owns), {
        problem: { kind, ...(kind === "message-too-large" ? { limitBytes: 2 * 1024 * 1024 } : {}) },
      });
    });
  }
});
