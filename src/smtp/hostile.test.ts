// Clients that are broken, greedy or ill-willed: each hears a word and is gone, and nothing of theirs stays.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hear } from "../../test/support/loopback-listener.ts";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";

const small = 1_000_000;

suite("hostile clients", () => {
  const opening = SmtpWorld.open({ messageBytesMax: small });
  after(async () => await (await opening)[Symbol.asyncDispose]());

  test("a client that talks before the greeting is answered after it, in order", async () => {
    const world = await opening;
    const listener = await world.listen("smtp");
    const socket = await listener.connect();
    socket.write("EHLO early\r\nNOOP\r\nQUIT\r\n");
    assert.match(
      await hear(socket),
      /^220 [^]*\r\n250 LIMITS RCPTMAX=1000\r\n250 2\.0\.0 Ok\r\n221 2\.0\.0 Good-bye\r\n$/,
    );
  });

  for (const verb of ["RSET", "NOOP", "VRFY x", "HELP", "EHLO again"]) {
    test(`ten thousand of ${verb} end in 421`, async () => {
      const world = await opening;
      using client = await SmtpDialogue.greeted(await world.listen("smtp"));
      client.write(`${verb}\r\n`.repeat(10_000));
      const heard = await hear(client.socket);
      assert.ok(heard.split("\r\n").length < 1_100);
      assert.match(heard, /\r\n421 4\.7\.0 Too many errors, or too much talk; good-bye\r\n$/);
    });
  }

  test("mail after mail over one connection is no junk", async () => {
    const world = await opening;
    const alice = await world.account("alice");
    using client = await SmtpDialogue.greeted(await world.listen("smtp"));
    for (let at = 0; at < 60; at++) {
      assert.match(await client.say("RSET"), /^250/);
      assert.match(await client.say("NOOP"), /^250/);
      assert.match(await client.send(`Subject: ${at}\r\n\r\n`, "a@example.net", "alice@example.org"), /^250/);
    }
    assert.equal((await world.messages(alice)).length, 60);
  });

  test("a hundred unknown recipients are slowed down and then dropped; the known ones of an MTA are not", async () => {
    const world = await opening;
    using client = await SmtpDialogue.greeted(await world.listen("smtp"));
    await client.say("MAIL FROM:<a@example.net>");
    client.write(Array.from({ length: 100 }, (_, at) => `RCPT TO:<guess${at}@example.org>\r\n`).join(""));
    const heard = await hear(client.socket);
    assert.equal(heard.match(/^550 5\.1\.1/gm)?.length, 20);
    assert.match(heard, /421 4\.7\.0 [^\r]*\r\n$/);
  });

  test("an account that mistypes many recipients stays", async () => {
    const world = await opening;
    await world.account("alice");
    using client = await SmtpDialogue.loggedIn(await world.listen("submission"), "alice");
    await client.say("MAIL FROM:<alice@example.org>");
    for (let at = 0; at < 30; at++) assert.match(await client.say("RCPT TO:<nobody@example.org>"), /^550/);
    assert.match(await client.say("RCPT TO:<alice@example.org>"), /^250/);
  });

  test("more than a thousand recipients are refused one by one", async () => {
    const world = await opening;
    await world.account("alice");
    using client = await SmtpDialogue.greeted(await world.listen("lmtp"), "LHLO client.example.net");
    await client.say("MAIL FROM:<a@example.net>");
    client.write("RCPT TO:<alice@example.org>\r\n".repeat(1_001));
    for (let at = 0; at < 1_000; at++) assert.match(await client.reply(), /^250 2\.1\.5/);
    assert.equal(await client.reply(), "452 4.5.3 Too many recipients");
    client.write("DATA\r\n");
    assert.match(await client.reply(), /^354/);
    client.write("Subject: many\r\n\r\n.\r\n");
    for (let at = 0; at < 1_000; at++) assert.match(await client.reply(), /^250 2\.0\.0/);
    assert.equal(await client.say("NOOP"), "250 2.0.0 Ok");
  });

  test("others have their turn while one client's commands are worked off", async () => {
    const world = await opening;
    const listener = await world.listen("lmtp");
    using busy = await SmtpDialogue.greeted(listener, "LHLO client.example.net");
    using other = await SmtpDialogue.greeted(listener, "LHLO client.example.net");
    await busy.say("MAIL FROM:<a@example.net>");
    busy.write("RCPT TO:<nobody@example.org>\r\n".repeat(20_000));
    const answered = () => world.events.filter(({ kind }) => kind === "recipient-refused").length;
    const before = answered();
    while (answered() === before) await sleep(0);
    assert.match(await other.say("NOOP"), /^250/);
    assert.ok(answered() - before < 20_000);
    world.events.length = 0;
  });

  test("a command line without an end is thrown away as it comes, and then the client", async () => {
    const world = await opening;
    using client = await SmtpDialogue.greeted(await world.listen("smtp"));
    const before = process.memoryUsage().rss;
    client.write("A".repeat(10_000_000));
    assert.match(await hear(client.socket), /^(?:421 4\.7\.0 That line never ends; good-bye\r\n)?$/);
    assert.ok(process.memoryUsage().rss - before < 80_000_000);
  });

  test("a message of one line that is larger than it may be is refused at its end, and the session goes on", async () => {
    const world = await opening;
    const alice = await world.account("alice");
    using client = await SmtpDialogue.greeted(await world.listen("smtp"));
    const text = `Subject: ${"x".repeat(3 * small)}\r\n`;
    assert.equal(await client.send(text, "a@example.net", "alice@example.org"), "552 5.3.4 The message is too large");
    assert.equal(await client.say("NOOP"), "250 2.0.0 Ok");
    assert.deepEqual(await world.messages(alice), []);
  });

  test("a message of one long line that is not too large is kept byte for byte", async () => {
    const world = await opening;
    const alice = await world.account("alice");
    using client = await SmtpDialogue.greeted(await world.listen("smtp"));
    const text = `Subject: long\r\n\r\n${"ñ..".repeat(200_000)}\r\n`;
    assert.match(await client.send(text, "a@example.net", "alice@example.org"), /^250/);
    assert.ok((await world.messages(alice))[0]?.endsWith(text));
  });

  test("SIZE that lies is found out", async () => {
    const world = await opening;
    await world.account("alice");
    using client = await SmtpDialogue.greeted(await world.listen("smtp"));
    assert.match(await client.say("MAIL FROM:<a@example.net> SIZE=10"), /^250/);
    await client.say("RCPT TO:<alice@example.org>");
    await client.say("DATA");
    client.write("x".repeat(small + 10));
    assert.equal(await client.say("\r\n."), "552 5.3.4 The message is too large");
  });

  for (const address of [
    `${"l".repeat(300)}@example.org`,
    `${"l".repeat(1_900)}@example.org`,
    "a\u0001b@example.org",
    "alice;id@example.org",
    "$(id)@example.org",
    "`id`@example.org",
    "|id@example.org",
    "../../etc/passwd@example.org",
    '"../../../x"@example.org',
    '"a\\"b"@example.org',
    "alice@xn--zzzzzzzz.example",
    "alice@[IPv6:::1]",
    "alice@example..org",
    "alice\u202e@example.org",
  ]) {
    test(`the recipient ${JSON.stringify(address).slice(0, 40)} is refused and harms nobody`, async () => {
      const world = await opening;
      using client = await SmtpDialogue.greeted(await world.listen("smtp"));
      await client.say("MAIL FROM:<a@example.net> SMTPUTF8");
      client.socket.write(`RCPT TO:<${address}>\r\n`);
      assert.match(await client.reply(), /^5\d\d 5\./);
      assert.equal(await client.say("NOOP"), "250 2.0.0 Ok");
    });
  }

  for (const ending of ["end", "destroy", "resetAndDestroy"] as const) {
    test(`half a message and then ${ending} leaves nothing behind`, async () => {
      const world = await opening;
      const alice = await world.account("alice");
      const listener = await world.listen("smtp");
      const client = await SmtpDialogue.greeted(listener);
      await client.open("a@example.net", "alice@example.org");
      client.write(`Subject: half\r\n\r\n${"x".repeat(500_000)}`);
      await sleep(5);
      client.socket[ending]();
      while (listener.listener.connections.size > 0) await sleep(5);
      assert.deepEqual(await world.messages(alice), []);
    });
  }

  test("a client that never reads its replies is not read from without end", async () => {
    const world = await opening;
    await world.account("alice");
    const listener = await world.listen("lmtp");
    using client = await SmtpDialogue.greeted(listener, "LHLO client.example.net");
    await client.say("MAIL FROM:<a@example.net>");
    // A short command with a long reply.
    const line = "RCPT TO:<x@y.example>\r\n";
    // Until the kernel's buffers of both directions are full: the client has more to say, and the server stands still.
    for (let written = 0, answered = -1; written < 60_000_000; ) {
      if (client.socket.writableLength < 2_000_000) {
        client.write(line.repeat(5_000));
        written += line.length * 5_000;
        await sleep(1);
      } else if (answered === world.events.length) break;
      else {
        answered = world.events.length;
        await sleep(100);
      }
    }
    assert.ok(client.socket.writableLength >= 1_000_000, "the server has stopped reading");
    assert.equal(listener.listener.connections.size, 1);
    // Once it reads, it is answered on.
    assert.match(await client.reply(), /^550 5\.7\.1/);
    world.events.length = 0;
  });

  test("a client that says nothing for five minutes is told so, between commands and within data", async () => {
    const world = await opening;
    await world.account("alice");
    const listener = await world.listen("smtp");
    using silent = await SmtpDialogue.greeted(listener);
    using stuck = await SmtpDialogue.greeted(listener);
    await stuck.open("a@example.net", "alice@example.org");
    await sleep(5);
    // A tick of this wheel is 10 ms.
    for (let tick = 0; tick < 29_000; tick++) listener.wheel.turn();
    await sleep(5);
    assert.equal(listener.listener.connections.size, 2);
    for (let tick = 0; tick < 1_100; tick++) listener.wheel.turn();
    assert.equal(await silent.reply(), "421 4.4.2 Nothing came for too long; good-bye");
    assert.equal(await stuck.reply(), "421 4.4.2 Nothing came for too long; good-bye");
  });

  test("a stopping server says 421 to who waits, and gives up half a message without storing it", async () => {
    const world = await opening;
    const alice = await world.account("alice");
    const listener = await world.listen("smtp");
    using idle = await SmtpDialogue.greeted(listener);
    using sending = await SmtpDialogue.greeted(listener);
    await sending.open("a@example.net", "alice@example.org");
    sending.write("Subject: half\r\n");
    await sleep(5);
    const stopped = listener.listener.stop(200);
    assert.equal(await idle.reply(), "421 4.3.2 The server is stopping; good-bye");
    assert.equal(await sending.reply(), "421 4.3.2 The server is stopping; good-bye");
    await stopped;
    assert.deepEqual(await world.messages(alice), []);
  });
});

test("an account has a bounded number of sessions at once", async () => {
  await using world = await SmtpWorld.open();
  await world.account("alice");
  const listener = await world.listen("submission");
  const clients = [];
  for (let at = 0; at < 20; at++) clients.push(await SmtpDialogue.loggedIn(listener, "alice"));
  await assert.rejects(SmtpDialogue.loggedIn(listener, "alice"), /452 4\.5\.3/);
  for (const client of clients) client[Symbol.dispose]();
});
