// BDAT beyond a dialogue: sizes, pipelining, what is left behind, and clients that mean no good.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { hear } from "../../test/support/loopback-listener.ts";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";

const small = 1_000_000;

suite("messages in chunks", () => {
  const opening = SmtpWorld.open({ messageBytesMax: small });
  after(async () => await (await opening)[Symbol.asyncDispose]());

  const begun = async (world: SmtpWorld): Promise<SmtpDialogue> => {
    const client = await SmtpDialogue.greeted(await world.listen("smtp"));
    await client.say("MAIL FROM:<a@example.net>");
    await client.say("RCPT TO:<alice@example.org>");
    return client;
  };
  const incoming = async (world: SmtpWorld): Promise<string[]> => await readdir(join(world.spoolFolder, "incoming"));

  test("a whole transaction in one packet is answered one by one, and the message is what was sent", async () => {
    const world = await opening;
    const alice = await world.account("alice");
    using client = await SmtpDialogue.greeted(await world.listen("smtp"));
    const text = `Subject: x\r\n\r\n${"0123456789\r\n".repeat(20_000)}.\r\nMAIL FROM:<b@example.net>`;
    const chunks = text.match(/[^]{1,40000}/g) ?? [];
    const bdat = chunks.map(
      (chunk, at) => `BDAT ${chunk.length}${at === chunks.length - 1 ? " LAST" : ""}\r\n${chunk}`,
    );
    client.write(`MAIL FROM:<a@example.net>\r\nRCPT TO:<alice@example.org>\r\n${bdat.join("")}NOOP\r\n`);
    for (let at = 0; at < chunks.length + 2; at++) assert.match(await client.reply(), /^250 2/);
    assert.equal(await client.reply(), "250 2.0.0 Ok");
    const [message = ""] = await world.messages(alice);
    assert.ok(message.endsWith(`\r\n${text}`));
    assert.match(message, /\r\nReceived: from client\.example\.net/);
  });

  test("a message over the limit is refused at the chunk that goes over it, and each further chunk hears so", async () => {
    const world = await opening;
    const alice = await world.account("alice");
    using client = await begun(world);
    const chunk = `BDAT 400000\r\n${"x".repeat(400_000)}`;
    client.write(chunk.repeat(40) + chunk.replace("\r\n", " LAST\r\n"));
    for (let at = 0; at < 2; at++) assert.equal(await client.reply(), "250 2.0.0 Took 400000 bytes");
    for (let at = 0; at < 39; at++) assert.equal(await client.reply(), "552 5.3.4 The message is too large");
    assert.equal(await client.say("NOOP"), "250 2.0.0 Ok");
    assert.match(await client.say("MAIL FROM:<a@example.net>"), /^250/);
    assert.deepEqual(await world.messages(alice), []);
    assert.deepEqual(await incoming(world), []);
    assert.equal(world.events.filter(({ kind }) => kind === "message-refused").length, 1);
  });

  test("a chunk that nobody would wait for ends the connection before it comes", async () => {
    const world = await opening;
    using client = await begun(world);
    assert.equal(await client.say("BDAT 99999999999999999999 LAST"), "552 5.3.4 The message is too large");
    assert.equal(await client.reply(), "");
  });

  for (const argument of [
    "",
    "x",
    "-1",
    "+1",
    "0x10",
    "1e3",
    "1 LAST LAST",
    "1LAST",
    "١",
    "1.5",
    `${"9".repeat(21)}`,
  ]) {
    test(`BDAT ${argument} ends the connection: nobody knows where the next command begins`, async () => {
      const world = await opening;
      using client = await begun(world);
      client.socket.write(`BDAT ${argument}\r\nRSET\r\nNOOP\r\n`);
      assert.match(await hear(client.socket), /^501 5\.5\.4 Write BDAT and a number of bytes[^\r]*\r\n$/);
    });
  }

  test("what has come of a message is gone with RSET, EHLO, QUIT and a cut line", async () => {
    const world = await opening;
    await world.account("alice");
    const half = `BDAT 200000\r\n${"x".repeat(200_000)}`;
    for (const [end, answers] of [
      ["RSET", "250"],
      ["EHLO again", "250"],
      ["QUIT", "221"],
    ] as const) {
      using client = await begun(world);
      client.write(half);
      assert.match(await client.reply(), /^250/);
      assert.equal((await incoming(world)).length, 1);
      assert.equal((await client.say(end)).slice(0, 3), answers);
      if (end === "QUIT") assert.equal(await client.reply(), "");
      assert.deepEqual(await incoming(world), [], end);
    }
    const client = await begun(world);
    client.write(half);
    await client.reply();
    const ended = world.events.length;
    client.write("BDAT 10\r\nx");
    client[Symbol.dispose]();
    while (world.events.length === ended) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(await incoming(world), []);
  });

  test("chunks without bytes are no way to keep a connection for ever", async () => {
    const world = await opening;
    using client = await begun(world);
    client.write("BDAT 0\r\n".repeat(1_000));
    const heard = await hear(client.socket);
    // The hundredth of what moves no mail was EHLO.
    assert.equal(heard.match(/^250 2\.0\.0 Took 0 bytes$/gm)?.length, 99);
    assert.match(heard, /\r\n421 4\.7\.0 [^\r]*\r\n$/);
  });

  test("chunks without a transaction are read, refused, and counted", async () => {
    const world = await opening;
    using client = await SmtpDialogue.greeted(await world.listen("smtp"));
    client.write("BDAT 6 LAST\r\nQUIT\r\n".repeat(30));
    const heard = await hear(client.socket);
    assert.equal(heard.match(/^503 5\.5\.1 Say MAIL first$/gm)?.length, 20);
    assert.match(heard, /\r\n421 4\.7\.0 [^\r]*\r\n$/);
  });

  test("in LMTP a message that failed in the middle is refused once for that chunk and for each recipient at the last", async () => {
    const world = await opening;
    await world.account("alice");
    using client = await SmtpDialogue.greeted(await world.listen("lmtp"), "LHLO client.example.net");
    await client.say("MAIL FROM:<a@example.net>");
    await client.say("RCPT TO:<alice@example.org>");
    await client.say("RCPT TO:<alice+two@example.org>");
    client.write(`BDAT 1000001\r\n${"x".repeat(1_000_001)}BDAT 1 LAST\r\nx`);
    for (let at = 0; at < 3; at++) assert.equal(await client.reply(), "552 5.3.4 The message is too large");
    assert.equal(await client.say("NOOP"), "250 2.0.0 Ok");
  });
});
