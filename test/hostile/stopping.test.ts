// SIGTERM while clients are at work: each hears in its protocol's words that the server stops, what was acknowledged is
// there, and the process ends in time (RFC 9051 7.1.5, RFC 5321 3.8).

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ImapClient } from "../support/imap-client.ts";
import { ServerSite, sitePassword } from "../support/server-site.ts";
import { WireClient } from "../support/wire-client.ts";

const asha = "asha@example.org";
/** Clients that do not close their side are waited for some seconds after the good-bye. */
const soonMs = 10_000;

async function busySite() {
  await using scope = new AsyncDisposableStack();
  const site = scope.use(await ServerSite.prepare({ accounts: [asha] }));
  const server = scope.use(await site.start());
  const held = scope.move();
  return { site, server, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

test("at SIGTERM everyone is told, half a message is not stored, a whole one is, and the end comes soon", async () => {
  await using busy = await busySite();
  const { site, server } = busy;
  using idle = await ImapClient.logIn(site.at("imaps"), asha, sitePassword);
  await idle.ok("SELECT INBOX");
  idle.send("IDLE");
  await idle.wire.until(/^\+ .*\r\n/m);
  using stranger = await WireClient.connect(site.at("imap"));
  await stranger.line();
  using half = await ImapClient.logIn(site.at("imaps"), asha, sitePassword);
  void half.wire.send("A APPEND INBOX {1000+}\r\nSubject: half\r\n");
  using smtp = await WireClient.connect(site.at("smtp"));
  await smtp.line();
  using data = await WireClient.connect(site.at("smtp"));
  await data.send("EHLO x\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<asha@example.org>\r\n");
  await data.until(/^250 2\.1\.5 .*\r\n/m);
  await data.send("DATA\r\n");
  await data.until(/^354 .*\r\n/m);
  await data.send("Subject: half\r\n\r\nhalf");
  using pop3 = await WireClient.connect(site.at("pop3s"));
  await pop3.send(`USER ${asha}\r\nPASS ${sitePassword}\r\n`);
  await pop3.until(/^\+OK \d.*\r\n/m);

  const from = performance.now();
  const ended = server.stop();
  assert.match(await idle.wire.rest(), /^\* BYE .*\r\n$/);
  assert.match(await stranger.rest(), /^\* BYE .*\r\n$/);
  assert.match(await half.wire.rest(), /^\* BYE .*\r\n$/);
  assert.match(await smtp.rest(), /^421 .*\r\n$/);
  assert.match(await data.rest(), /^421 .*\r\n$/);
  assert.equal(await pop3.rest(), "");
  assert.equal(await ended, 0);
  assert.ok(performance.now() - from < soonMs, "it took long");

  await using again = await site.start();
  using client = await ImapClient.logIn(site.at("imaps"), asha, sitePassword);
  const { untagged } = await client.ok("STATUS INBOX (MESSAGES)");
  assert.match(untagged[0]?.text ?? "", /MESSAGES 0/);
  assert.equal((await site.tryDakghar("check")).code, 0);
  assert.equal(await again.stop(), 0);
});

test("a second SIGTERM ends the server at once, and what was acknowledged is there all the same", async () => {
  await using busy = await busySite();
  const { site, server } = busy;
  using client = await ImapClient.logIn(site.at("imaps"), asha, sitePassword);
  await client.ok("APPEND INBOX ", Buffer.from("Subject: kept\r\n\r\n"));
  await client.ok("SELECT INBOX");
  await client.ok("STORE 1 +FLAGS (\\Flagged)");
  // Somebody who takes nothing keeps it from ending by itself.
  await client.ok("APPEND INBOX ", Buffer.from(`Subject: large\r\n\r\n${"0123456789abcdef\r\n".repeat(550_000)}`));
  using deaf = await ImapClient.logIn(site.at("imaps"), asha, sitePassword);
  await deaf.ok("EXAMINE INBOX");
  deaf.wire.stopReading();
  deaf.send("FETCH 2 BODY.PEEK[]");
  await sleep(300);
  const from = performance.now();
  server.signal("SIGTERM");
  // One wish of the terminal and of npm is one; a second one is another.
  await sleep(600);
  assert.ok(!server.over, "somebody is being waited for");
  server.signal("SIGTERM");
  await server.ended;
  assert.ok(performance.now() - from < soonMs);
  await using _again = await site.start();
  using reader = await ImapClient.logIn(site.at("imaps"), asha, sitePassword);
  await reader.ok("SELECT INBOX");
  const { untagged } = await reader.ok("FETCH 1 (FLAGS)");
  assert.match(untagged[0]?.text ?? "", /\\Flagged/);
});
