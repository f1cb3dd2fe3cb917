// End of data, exactly (RFC 5321 4.1.1.4): nothing but CRLF "." CRLF ends a message, and nothing inside one is a command.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";

/** What other servers have been talked into taking for the end of data. */
const falseEnds = [
  "\n.\n",
  "\n.\r\n",
  "\r\n.\n",
  "\r.\r",
  "\r.\n",
  "\r.\r\n",
  "\n.\r",
  "\r\n.\r",
  "\r\n\0.\r\n",
  "\r\n.\0\r\n",
] as const;

const second =
  "MAIL FROM:<admin@example.org>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\nsmuggled\r\n";

suite("a false end of data", () => {
  const opening = SmtpWorld.open();
  after(async () => await (await opening)[Symbol.asyncDispose]());

  for (const [service, hello] of [
    ["smtp", "EHLO client.example.net"],
    ["lmtp", "LHLO client.example.net"],
  ] as const) {
    for (const end of falseEnds) {
      test(`${JSON.stringify(end)} with another transaction behind it is one message or none over ${service}`, async () => {
        const world = await opening;
        const [alice, bob] = [await world.account("alice"), await world.account("bob")];
        using client = await SmtpDialogue.greeted(await world.listen(service), hello);
        const text = `Subject: first\r\n\r\none${end}${second}`;
        const reply = await client.send(text, "sender@example.net", "alice@example.org");
        const kept = service === "lmtp" || !/[\r\n]/.test(end.replaceAll("\r\n", ""));
        assert.equal(reply.slice(0, 3), kept ? "250" : "550");
        assert.equal(await client.say("NOOP"), "250 2.0.0 Ok");
        assert.deepEqual(await world.messages(bob), []);
        const messages = await world.messages(alice);
        assert.equal(messages.length, kept ? 1 : 0);
        if (!kept) return;
        assert.match(messages[0] ?? "", /^Return-Path: <sender@example\.net>\r\n/);
        // Byte for byte, but for the dots that stood at the beginning of a line (RFC 5321 4.5.2).
        const stored = text.replaceAll(/\r\n\.(?!\r\n)/g, "\r\n");
        assert.ok(messages[0]?.endsWith(stored));
      });
    }
  }

  test("what stands behind the true end of data is the next transaction, as RFC 2920 has it", async () => {
    const world = await opening;
    const [alice, bob] = [await world.account("alice"), await world.account("bob")];
    using client = await SmtpDialogue.greeted(await world.listen("smtp"));
    await client.open("sender@example.net", "alice@example.org");
    client.write("one\r\n.\r\nMAIL FROM:<sender@example.net>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n");
    for (const code of ["250", "250", "250", "354"]) assert.equal((await client.reply()).slice(0, 3), code);
    client.write("two\r\n.\r\n");
    assert.equal((await client.reply()).slice(0, 3), "250");
    assert.equal((await world.messages(alice)).length, 1);
    assert.equal((await world.messages(bob)).length, 1);
  });

  test("without ESMTP nothing may stand behind the end of data, and nothing is stored", async () => {
    const world = await opening;
    const alice = await world.account("alice");
    using client = await SmtpDialogue.greeted(await world.listen("smtp"), "HELO client.example.net");
    await client.open("sender@example.net", "alice@example.org");
    client.write(`one\r\n.\r\n${second}`);
    assert.equal(await client.reply(), "554 5.5.0 Commands have to wait for their replies");
    assert.equal(await client.reply(), "");
    assert.deepEqual(await world.messages(alice), []);
  });

  test("data that comes together with DATA is refused, and the connection ends", async () => {
    const world = await opening;
    const alice = await world.account("alice");
    using client = await SmtpDialogue.greeted(await world.listen("smtp"));
    await client.say("MAIL FROM:<sender@example.net>");
    await client.say("RCPT TO:<alice@example.org>");
    client.write("DATA\r\nSubject: too soon\r\n\r\n.\r\n");
    assert.equal(await client.reply(), "503 5.5.0 Data has to wait for the reply to DATA");
    assert.equal(await client.reply(), "");
    assert.deepEqual(await world.messages(alice), []);
  });

  test("submission refuses lines that end in anything but CRLF", async () => {
    const world = await opening;
    const alice = await world.account("alice");
    using client = await SmtpDialogue.loggedIn(await world.listen("submission"), "alice");
    const reply = await client.send("Subject: x\n\nbody\r\n", "alice@example.org", "alice@example.org");
    assert.equal(reply, "550 5.6.0 A CR or LF stands alone: lines end in CRLF");
    assert.deepEqual(await world.messages(alice), []);
  });
});
