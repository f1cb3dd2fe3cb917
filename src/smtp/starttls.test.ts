// STARTTLS against those who talk over it (RFC 3207 4.2): nothing said in the clear counts inside TLS.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, suite, test } from "node:test";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { hear } from "../../test/support/loopback-listener.ts";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";

async function overTls({ socket }: SmtpDialogue): Promise<SmtpDialogue> {
  const secure: TLSSocket = connectTls({ socket, rejectUnauthorized: false });
  await once(secure, "secureConnect");
  return new SmtpDialogue(secure);
}

suite("STARTTLS", () => {
  const opening = SmtpWorld.open();
  after(async () => await (await opening)[Symbol.asyncDispose]());

  for (const injected of ["EHLO attacker\r\n", "NOOP\r\nNOOP\r\nNOOP\r\n", "MAIL FROM:<a@x.example>\r\n", "NO"]) {
    test(`${JSON.stringify(injected)} in one packet with the command is never answered`, async () => {
      const world = await opening;
      for (let round = 0; round < 10; round++) {
        using client = await SmtpDialogue.greeted(await world.listen("smtp"));
        client.write(`STARTTLS\r\n${injected}`);
        assert.equal(await client.reply(), "220 2.0.0 Go ahead");
        const secure = await overTls(client);
        // The first answer inside is to the first command inside.
        assert.equal(
          await secure.say("HELP"),
          "214 2.0.0 EHLO, MAIL FROM, RCPT TO, DATA, BDAT, RSET, NOOP, QUIT; see RFC 5321",
        );
        assert.equal(await secure.say("MAIL FROM:<a@example.net>"), "503 5.5.1 Say EHLO first");
        assert.equal(await secure.say("QUIT"), "221 2.0.0 Good-bye");
      }
    });

    test(`${JSON.stringify(injected)} in a packet behind the reply ends the connection, or is never answered`, async () => {
      const world = await opening;
      using client = await SmtpDialogue.greeted(await world.listen("smtp"));
      client.write("STARTTLS\r\n");
      assert.equal(await client.reply(), "220 2.0.0 Go ahead");
      client.write(injected);
      client.socket.end();
      assert.doesNotMatch(await hear(client.socket), /^[2345]\d\d[ -]/m);
    });
  }

  test("ten clients that inject at once get no word of it", async () => {
    const world = await opening;
    const listener = await world.listen("submission");
    const replies = await Promise.all(
      Array.from({ length: 10 }, async () => {
        using client = await SmtpDialogue.greeted(listener);
        client.write("STARTTLS\r\nAUTH PLAIN AGEAYg==\r\nNOOP\r\n");
        assert.equal(await client.reply(), "220 2.0.0 Go ahead");
        return await (await overTls(client)).say("QUIT");
      }),
    );
    assert.deepEqual(new Set(replies), new Set(["221 2.0.0 Good-bye"]));
  });

  test("a login and a transaction before TLS are gone inside it", async () => {
    const world = await opening;
    await world.account("alice");
    using client = await SmtpDialogue.loggedIn(await world.listen("submission"), "alice");
    assert.match(await client.say("MAIL FROM:<alice@example.org>"), /^250 /);
    assert.match(await client.say("STARTTLS"), /^220 /);
    const secure = await overTls(client);
    assert.match(await secure.say("EHLO client.example.net"), /AUTH SCRAM-SHA-256/);
    assert.match(await secure.say("RCPT TO:<alice@example.org>"), /^503 /);
    assert.match(await secure.say("MAIL FROM:<alice@example.org>"), /^530 /);
  });

  test("a client that sends no handshake is hung up on", async () => {
    const world = await opening;
    using client = await SmtpDialogue.greeted(await world.listen("smtp"));
    await client.say("STARTTLS");
    client.socket.end();
    assert.equal(await hear(client.socket), "");
  });

  test("TLS from the first byte says nothing of STARTTLS, and Received names the cipher", async () => {
    const world = await opening;
    const alice = await world.account("alice");
    const listener = await world.listen("submission", { plaintext: "refused", tls: "implicit" });
    const client = new SmtpDialogue(await listener.connectTls());
    await client.reply();
    const offered = await client.say("EHLO client.example.net");
    assert.doesNotMatch(offered, /STARTTLS/);
    assert.match(offered, /^250-AUTH SCRAM-SHA-256 PLAIN LOGIN\r$/m);
    const response = Buffer.from("\0alice@example.org\0secret").toString("base64");
    assert.match(await client.say(`AUTH PLAIN ${response}`), /^235 /);
    assert.match(await client.send("Subject: x\r\n\r\n", "alice@example.org", "alice@example.org"), /^250 /);
    assert.match(
      (await world.messages(alice))[0] ?? "",
      /with ESMTPSA id \w+\r\n\tfor <alice@example\.org>\r\n\ttls TLS_AES/,
    );
  });
});
