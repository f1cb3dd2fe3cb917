// COMPRESS=DEFLATE in a session (RFC 4978): what a transcript cannot say.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { ImapClient } from "../../test/support/imap-client.ts";
import { PostOffice } from "../../test/support/post-office.ts";

const user = "alice@example.org";
const flushed = { finishFlush: constants.Z_SYNC_FLUSH };

async function visit(body: (client: ImapClient, office: PostOffice) => Promise<void>): Promise<void> {
  await using office = await PostOffice.open();
  await office.newAccount(user);
  const port = await office.portOf("imap");
  using client = await ImapClient.logIn({ port }, user, "secret");
  await client.ok("COMPRESS DEFLATE");
  await body(client, office);
  assert.deepEqual(office.faults, []);
}

/** The server's last words, and why it says that the session ended. */
async function lastWords(client: ImapClient, office: PostOffice): Promise<readonly [string, string | undefined]> {
  const words = inflateRawSync(Buffer.from(await client.wire.rest(), "latin1"), flushed).toString();
  client.wire[Symbol.dispose]();
  for (;;) {
    const ended = office.imapEvents.find((event) => event.kind === "ended");
    if (ended?.kind === "ended") return [words, ended.why];
    await new Promise((resolve) => setImmediate(resolve));
  }
}

suite("COMPRESS", () => {
  test("a message as dense as DEFLATE can be is taken, and comes back", () =>
    visit(async (client) => {
      client.wire.startDeflate();
      const message = Buffer.concat([Buffer.from("Subject: scan\r\n\r\n"), Buffer.alloc(4_000_000, "A")]);
      await client.ok("APPEND INBOX ", message);
      await client.ok("SELECT INBOX");
      const { untagged } = await client.ok("FETCH 1 BODY.PEEK[]");
      assert.ok(untagged[0]?.literals[0]?.equals(message));
    }));

  test("hundreds of commands that are sent at once are answered in turn", () =>
    visit(async (client) => {
      client.wire.startDeflate();
      const tags = Array.from({ length: 500 }, () => client.send("NOOP"));
      for (const tag of tags) assert.equal((await client.completion(tag)).status, "OK");
    }));

  test("commands that never end are cut off with a word", () =>
    visit(async (client, office) => {
      const dense = deflateRawSync(Buffer.alloc(4 * 1024 * 1024, "a NOOP\r\n"), flushed);
      void client.wire.send(dense);
      client.wire.end();
      const [words, why] = await lastWords(client, office);
      assert.match(words, /\* BYE What was sent is not compressed, or too dense\r\n$/);
      assert.equal(why, "unreadable");
    }));

  test("a gigabyte in one line is cut off too", () =>
    visit(async (client, office) => {
      const dense = deflateRawSync(Buffer.alloc(64 * 1024 * 1024, "0"), flushed);
      for (let at = 0; at < 16; at++) void client.wire.send(dense);
      const [words, why] = await lastWords(client, office);
      const [first, last] = ["* BAD [TOOBIG] Command too long", "* BYE What was sent is not compressed, or too dense"];
      assert.equal(words, `${first}\r\n${last}\r\n`);
      assert.equal(why, "unreadable");
    }));

  test("a client that says plain text behind COMPRESS is told so, and let go", () =>
    visit(async (client, office) => {
      void client.wire.send("a1 NOOP\r\n");
      const [words, why] = await lastWords(client, office);
      assert.equal(words, "* BYE What was sent is not compressed, or too dense\r\n");
      assert.equal(why, "unreadable");
    }));
});

test("commands in the clear that came with COMPRESS are not run", async () => {
  await using office = await PostOffice.open();
  await office.newAccount(user);
  using client = await ImapClient.logIn({ port: await office.portOf("imap") }, user, "secret");
  void client.wire.send("a COMPRESS DEFLATE\r\nb CREATE Injected\r\n");
  assert.equal(await client.wire.line(), "a OK Compression begins");
  const [words] = await lastWords(client, office);
  assert.equal(words, "* BYE What was sent is not compressed, or too dense\r\n");
});

test("a session that is turned out hears why", async () => {
  await using office = await PostOffice.open();
  const account = await office.newAccount(user);
  using client = await ImapClient.logIn({ port: await office.portOf("imap") }, user, "secret");
  await client.ok("COMPRESS DEFLATE");
  client.wire.startDeflate();
  await client.ok("NOOP");
  for (const sessions of office.imapSessions) sessions.end(account, "the password has been changed");
  assert.equal(await client.wire.rest(), "* BYE the password has been changed\r\n");
});
