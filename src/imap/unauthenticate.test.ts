// UNAUTHENTICATE (RFC 8437): what a transcript cannot say.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { constants, createDeflateRaw, inflateRawSync } from "node:zlib";
import { ImapClient } from "../../test/support/imap-client.ts";
import { PostOffice, usualPolicy } from "../../test/support/post-office.ts";
import { imapLoginTimeoutMs } from "../base/limits.ts";

const user = "alice@example.org";
const policy = { ...usualPolicy, unauthenticate: "offered", sessionsPerAccountMax: 1 } as const;
const flush = constants.Z_SYNC_FLUSH;

async function visit(body: (port: number, office: PostOffice) => Promise<void>): Promise<void> {
  await using office = await PostOffice.open();
  await office.newAccount(user);
  await body(await office.portOf("imap", policy), office);
  assert.deepEqual(office.faults, []);
}

/** A client's half of a layer that ends behind what it says. */
async function compressed(text: string): Promise<Buffer> {
  const deflate = createDeflateRaw({ flush });
  deflate.write(text);
  const [piece] = await deflate.take(1).toArray();
  return Buffer.from(piece);
}

suite("with COMPRESS", () => {
  for (const pieceBytes of [1, 3, 1_000] as const) {
    test(`both layers end, and what follows in pieces of ${pieceBytes} is in the clear`, () =>
      visit(async (port) => {
        using client = await ImapClient.logIn({ port }, user, "secret");
        await client.ok("COMPRESS DEFLATE");
        const said = Buffer.concat([
          await compressed("u1 NOOP\r\nu2 UNAUTHENTICATE\r\n"),
          Buffer.from(`u3 LOGIN ${user} secret\r\nu4 NOOP\r\nu5 LOGOUT\r\n`),
        ]);
        for (let at = 0; at < said.length; at += pieceBytes) {
          await client.wire.send(said.subarray(at, at + pieceBytes));
          await new Promise((resolve) => setImmediate(resolve));
        }
        const heard = Buffer.from(await client.wire.rest(), "latin1");
        const end = heard.lastIndexOf(Buffer.from([0, 0, 0xff, 0xff])) + 4;
        const words = inflateRawSync(heard.subarray(0, end), { finishFlush: flush }).toString();
        assert.equal(words, "u1 OK NOOP completed\r\nu2 OK Logged out\r\n");
        assert.match(heard.subarray(end).toString(), /^u3 OK .*\r\nu4 OK NOOP completed\r\n\* BYE .*\r\nu5 OK .*\r\n$/);
      }));
  }

  test("a client that compresses on is let go", () =>
    visit(async (port, office) => {
      using client = await ImapClient.logIn({ port }, user, "secret");
      await client.ok("COMPRESS DEFLATE");
      await client.wire.send(await compressed("u1 UNAUTHENTICATE\r\nu2 NOOP\r\n"));
      await client.wire.rest();
      client.wire[Symbol.dispose]();
      while (!office.imapEvents.some((event) => event.kind === "ended" && event.why === "unreadable"))
        await new Promise((resolve) => setImmediate(resolve));
    }));

  test("the next login may compress anew", () =>
    visit(async (port) => {
      using client = await ImapClient.logIn({ port }, user, "secret");
      await client.ok("UNAUTHENTICATE");
      await client.ok(`LOGIN ${user} secret`);
      await client.ok("COMPRESS DEFLATE");
      client.wire.startDeflate();
      await client.ok("NOOP");
    }));
});

test("who has logged out takes no place among the account's sessions", () =>
  visit(async (port) => {
    using first = await ImapClient.logIn({ port }, user, "secret");
    using second = await ImapClient.connect({ port });
    assert.equal((await second.run(`LOGIN ${user} secret`)).code, "LIMIT");
    await first.ok("UNAUTHENTICATE");
    await second.ok(`LOGIN ${user} secret`);
    assert.equal((await first.run(`LOGIN ${user} secret`)).code, "LIMIT");
  }));

test("who has logged out is a stranger again: little is read of him, and not for long", () =>
  visit(async (port, office) => {
    using client = await ImapClient.logIn({ port }, user, "secret");
    await client.ok("UNAUTHENTICATE");
    assert.equal((await client.run(`NOOP ${"x".repeat(10_000)}`)).code, "TOOBIG");
    office.silence(imapLoginTimeoutMs);
    assert.match(await client.wire.rest(), /^\* BYE Nothing was heard for too long\r\n$/);
  }));

test("what becomes of an account no longer concerns who has logged out of it", () =>
  visit(async (port, office) => {
    using client = await ImapClient.logIn({ port }, user, "secret");
    await client.ok("UNAUTHENTICATE");
    for (const event of office.imapEvents)
      if (event.kind === "logged-in")
        for (const sessions of office.imapSessions) sessions.end(event.account, "the password has been changed");
    await client.ok("NOOP");
  }));
