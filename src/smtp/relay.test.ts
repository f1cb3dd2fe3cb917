// No relay for strangers (RFC 5321 7.9): every shape in which a recipient elsewhere has been dressed up as one of ours.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";

const shapes = [
  "relaytest@other.example",
  "relaytest%other.example@example.org",
  '"relaytest@other.example"',
  '"relaytest%other.example"',
  '"relaytest@other.example"@example.org',
  "relaytest@other.example@example.org",
  '"relaytest%other.example"@example.org',
  "@example.org:relaytest@other.example",
  "@[127.0.0.1]:relaytest@other.example",
  "other.example!relaytest",
  "other.example!relaytest@example.org",
  "other.example!relaytest@[127.0.0.1]",
  "relaytest@[192.0.2.1]",
  "relaytest%other.example@[127.0.0.1]",
  "relaytest@other.example@[127.0.0.1]",
  '"relaytest@other.example"@[127.0.0.1]',
  "relaytest%other.example@mail.example.org",
  "relaytest@other.example@mail.example.org",
] as const;

const senders = ["", "stranger@other.example", "alice@example.org", "root@mail.example.org", "x@[127.0.0.1]"] as const;

suite("relay", () => {
  const opening = openWorld();
  after(async () => await (await opening)[Symbol.asyncDispose]());

  for (const shape of shapes) {
    for (const [who, service, hello] of [
      ["a stranger", "smtp", "EHLO client.example.net"],
      ["a stranger with a wrong login", "smtp", "EHLO client.example.net"],
      ["an LMTP client", "lmtp", "LHLO client.example.net"],
    ] as const) {
      test(`${who} sends nothing to <${shape}>`, async () => {
        const world = await opening;
        const listener = await world.listen(service);
        for (const sender of senders) {
          using client = await SmtpDialogue.greeted(listener, hello);
          if (who.includes("login")) {
            const wrong = Buffer.from("\0alice@example.org\0wrong").toString("base64");
            assert.match(await client.say(`AUTH PLAIN ${wrong}`), /^5/);
          }
          assert.match(await client.say(`MAIL FROM:<${sender}>`), /^250 /);
          assert.match(await client.say(`RCPT TO:<${shape}>`), /^55[04] 5\.[17]\.\d /);
          assert.match(await client.say("DATA"), /^503 /);
        }
        assert.equal(await world.office.queue.waiting(), 0);
      });
    }
  }

  test("a submission client that has not logged in, or not rightly, gets as far as MAIL", async () => {
    const world = await opening;
    using client = await SmtpDialogue.greeted(await world.listen("submission"));
    const wrong = Buffer.from("\0alice@example.org\0wrong").toString("base64");
    assert.match(await client.say(`AUTH PLAIN ${wrong}`), /^535 /);
    for (const sender of senders) {
      assert.match(await client.say(`MAIL FROM:<${sender}>`), /^530 5\.7\.0 /);
      assert.match(await client.say("RCPT TO:<relaytest@other.example>"), /^503 /);
    }
  });
});

async function openWorld(): Promise<SmtpWorld> {
  const world = await SmtpWorld.open({
    // Nothing listens there: mail that got in would wait in the queue.
    smarthost: { host: "127.0.0.1", port: 9, tls: "none", credentials: undefined, trusted: undefined, helloName: "me" },
  });
  await world.account("alice");
  return world;
}
