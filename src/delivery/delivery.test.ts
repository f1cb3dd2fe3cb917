// What a client is told when mailboxes fail: over SMTP one word for all, so that what only some could not take is tried
// again here; over LMTP a word for each. Nothing acknowledged is lost, nothing refused is kept.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";
import { until } from "../../test/support/until.ts";
import type { AccountId } from "../model/ids.ts";
import { type Problem, refuse } from "../model/problem.ts";
import type { FilingPort } from "./file-letter.ts";

/** Accounts that refuse, and why. */
type Broken = Map<AccountId, Problem>;

const refusing =
  (broken: Broken) =>
  (mail: FilingPort): FilingPort => ({
    async open(account) {
      const problem = broken.get(account);
      if (problem !== undefined) throw refuse(problem);
      return await mail.open(account);
    },
  });

const text = "Subject: news\r\n\r\nHello\r\n";

test("over SMTP one 250 covers all: the mailbox that failed gets the message later", async () => {
  const broken: Broken = new Map();
  await using world = await SmtpWorld.open({ mail: refusing(broken) });
  const [alice, bob] = [await world.account("alice"), await world.account("bob")];
  broken.set(bob, { kind: "store-unavailable" });
  using client = await SmtpDialogue.greeted(await world.listen("smtp"));
  assert.match(await client.send(text, "a@example.net", "alice@example.org", "bob@example.org"), /^250 /);
  assert.equal((await world.messages(alice)).length, 1);
  assert.equal((await world.messages(bob)).length, 0);
  const [waiting] = await world.office.queue.list(10);
  assert.equal(waiting?.address, "bob@example.org");
  assert.match(waiting?.lastReply ?? "", /^4\.3\.0 /);
  broken.clear();
  await world.dueNow();
  await until(async () => (await world.messages(bob)).length === 1);
  assert.match(
    (await world.messages(bob))[0] ?? "",
    /^Return-Path: <a@example\.net>\r\nDelivered-To: bob@example\.org\r\nReceived: /,
  );
  await until(async () => (await world.office.queue.waiting()) === 0);
  assert.equal((await world.messages(alice)).length, 1);
});

test("over SMTP a message that no mailbox takes is refused for the client to send again", async () => {
  const broken: Broken = new Map();
  await using world = await SmtpWorld.open({ mail: refusing(broken) });
  const [alice, bob] = [await world.account("alice"), await world.account("bob")];
  using client = await SmtpDialogue.greeted(await world.listen("smtp"));
  broken.set(alice, { kind: "store-unavailable" }).set(bob, { kind: "disk-full" });
  assert.match(await client.send(text, "a@example.net", "alice@example.org", "bob@example.org"), /^451 4\.3\.0 /);
  broken.set(alice, { kind: "disk-full" });
  assert.match(await client.send(text, "a@example.net", "alice@example.org"), /^452 4\.3\.1 /);
  broken.set(alice, { kind: "over-quota", resource: "STORAGE" });
  assert.match(await client.send(text, "a@example.net", "alice@example.org"), /^452 4\.2\.2 /);
  assert.equal(await world.office.queue.waiting(), 0);
  broken.clear();
  assert.match(await client.send(text, "a@example.net", "alice@example.org", "bob@example.org"), /^250 /);
  assert.equal((await world.messages(alice)).length, 1);
});

test("a bug in filing is 451 with an id, and the message is refused, not lost", async () => {
  await using world = await SmtpWorld.open({
    mail: () => ({ open: () => Promise.reject(new Error("a secret of the server")) }),
  });
  await world.account("alice");
  using client = await SmtpDialogue.greeted(await world.listen("smtp"));
  const reply = await client.send(text, "a@example.net", "alice@example.org");
  assert.match(reply, /^451 4\.3\.0 The server failed; its log has this as [0-9a-f]{12}$/);
  const bugs = world.events.splice(0).filter((event) => event.kind === "bug");
  assert.ok(reply.endsWith(bugs[0]?.errorId ?? "none"));
});

test("over LMTP each recipient hears of its own mailbox, in order", async () => {
  const broken: Broken = new Map();
  await using world = await SmtpWorld.open({ mail: refusing(broken) });
  const names = ["alice", "bob", "carol"] as const;
  const [, bob, carol] = [await world.account(names[0]), await world.account(names[1]), await world.account(names[2])];
  broken.set(bob, { kind: "over-quota", resource: "STORAGE" }).set(carol, { kind: "store-unavailable" });
  using client = await SmtpDialogue.greeted(await world.listen("lmtp"), "LHLO client.example.net");
  const addresses = names.map((name) => `${name}@example.org`);
  const replies = [await client.send(text, "a@example.net", ...addresses), await client.reply(), await client.reply()];
  assert.deepEqual(
    replies.map((reply) => reply.slice(0, 9)),
    ["250 2.0.0", "452 4.2.2", "451 4.3.0"],
  );
  // What was refused is the client's to keep.
  assert.equal(await world.office.queue.waiting(), 0);
  for (const account of [bob, carol]) broken.set(account, { kind: "disk-full" });
  assert.match(await client.send(text, "a@example.net", "bob@example.org", "carol@example.org"), /^452 4\.3\.1/);
  assert.match(await client.reply(), /^452 4\.3\.1/);
  assert.equal(await client.say("NOOP"), "250 2.0.0 Ok");
});

test("a large message goes through files and leaves none", async () => {
  await using world = await SmtpWorld.open();
  const [alice, bob] = [await world.account("alice"), await world.account("bob")];
  using client = await SmtpDialogue.greeted(await world.listen("smtp"));
  const large = `Subject: large\r\n\r\n${`${"x".repeat(70)}\r\n..${"y".repeat(70)}\r\n`.repeat(15_000)}`;
  assert.match(await client.send(large, "a@example.net", "alice@example.org", "bob@example.org"), /^250 /);
  const stored = large.replaceAll("\r\n..", "\r\n.");
  for (const account of [alice, bob]) assert.ok((await world.messages(account))[0]?.endsWith(stored));
  assert.deepEqual(await readdir(join(world.spoolFolder, "incoming")), []);
  const bare = `${large}a\nb\r\n`;
  assert.match(await client.send(bare, "a@example.net", "alice@example.org"), /^550 5\.6\.0 /);
  assert.deepEqual(await readdir(join(world.spoolFolder, "incoming")), []);
  await client.open("a@example.net", "alice@example.org");
  client.write(large);
  client.socket.destroy();
  await until(async () => (await readdir(join(world.spoolFolder, "incoming"))).length === 0);
});

test("a client that did not hear its 250 and sends again has its message stored, never none (RFC 1047)", async () => {
  await using world = await SmtpWorld.open();
  const alice = await world.account("alice");
  const listener = await world.listen("smtp");
  for (let round = 0; round < 5; round++) {
    using client = await SmtpDialogue.greeted(listener);
    await client.open("a@example.net", "alice@example.org");
    client.write(`${text}.\r\n`);
    client.socket.end();
    await until(() => listener.listener.connections.size === 0);
  }
  assert.equal((await world.messages(alice)).length, 5);
});

test("more than a hundred hops are a loop; a hundred are not", async () => {
  await using world = await SmtpWorld.open();
  await world.account("alice");
  using client = await SmtpDialogue.greeted(await world.listen("smtp"));
  const hop = "Received: from a.example by b.example; Tue, 24 Nov 2026 10:00:00 +0000\r\n";
  assert.match(await client.send(`${hop.repeat(100)}\r\n`, "a@example.net", "alice@example.org"), /^250 /);
  assert.match(await client.send(`${hop.repeat(101)}\r\n`, "a@example.net", "alice@example.org"), /^554 5\.4\.6 /);
});

test("a copy goes to Sent when the account wants one, read and with Bcc", async () => {
  await using world = await SmtpWorld.open();
  const [alice, bob] = [await world.account("alice", { copySent: true }), await world.account("bob")];
  using client = await SmtpDialogue.loggedIn(await world.listen("submission"), "alice");
  const letter = "From: alice@example.org\r\nBcc: bob@example.org\r\nSubject: hi\r\n\r\nHello\r\n";
  assert.match(await client.send(letter, "alice@example.org", "bob@example.org"), /^250 /);
  assert.doesNotMatch((await world.messages(bob))[0] ?? "", /Bcc/);
  const [sent] = await world.messages(alice, "Sent");
  assert.match(
    sent ?? "",
    /^Date: [^\r]+\r\nMessage-ID: <[^\r]+>\r\nFrom: alice@example\.org\r\nBcc: bob@example\.org\r\n/,
  );
  assert.deepEqual(await world.messages(alice), []);
  using other = await SmtpDialogue.loggedIn(await world.listen("submission"), "bob");
  assert.match(await other.send("Subject: hi\r\n\r\n", "bob@example.org", "alice@example.org"), /^250 /);
  assert.deepEqual(await world.messages(bob, "Sent"), []);
});

test("a copy that Sent has no room for is left out, and the message is sent all the same", async () => {
  await using world = await SmtpWorld.open();
  const [alice, bob] = [await world.account("alice", { copySent: true }), await world.account("bob")];
  await world.limit(alice, { messages: 1 });
  using client = await SmtpDialogue.loggedIn(await world.listen("submission"), "alice");
  for (const subject of ["one", "two"])
    assert.match(
      await client.send(
        `From: alice@example.org\r\nSubject: ${subject}\r\n\r\n`,
        "alice@example.org",
        "bob@example.org",
      ),
      /^250 /,
    );
  assert.equal((await world.messages(bob)).length, 2);
  assert.equal((await world.messages(alice, "Sent")).length, 1);
  // Nothing that an operator must hear of.
  assert.deepEqual(world.failures, []);
});

test("over SMTP who has no room while another has gets the message from the queue later", async () => {
  await using world = await SmtpWorld.open();
  const [alice, bob] = [await world.account("alice"), await world.account("bob")];
  await world.limit(alice, { bytes: 10 });
  using client = await SmtpDialogue.greeted(await world.listen("smtp"));
  assert.match(await client.send(text, "a@example.net", "alice@example.org", "bob@example.org"), /^250 /);
  assert.equal((await world.messages(bob)).length, 1);
  assert.deepEqual(await world.messages(alice), []);
  assert.equal(await world.office.queue.waiting(), 1);
});

test("who asked to hear of success over submission gets a report in INBOX", async () => {
  await using world = await SmtpWorld.open();
  const [alice, bob] = [await world.account("alice"), await world.account("bob")];
  using client = await SmtpDialogue.loggedIn(await world.listen("submission"), "alice");
  await client.say("MAIL FROM:<alice@example.org> ENVID=letter+2B1 RET=HDRS");
  await client.say("RCPT TO:<bob@example.org> NOTIFY=SUCCESS ORCPT=rfc822;bobby@example.org");
  await client.say("DATA");
  client.write("From: alice@example.org\r\nSubject: hi\r\n\r\nsecret body\r\n");
  assert.match(await client.say("."), /^250 /);
  assert.equal((await world.messages(bob)).length, 1);
  await until(async () => (await world.messages(alice)).length === 1);
  const [report = ""] = await world.messages(alice);
  assert.match(report, /^Return-Path: <>\r\nDelivered-To: alice@example\.org\r\n/);
  assert.match(report, /^Auto-Submitted: auto-replied\r$/m);
  assert.match(report, /^Content-Type: multipart\/report;\r\n report-type="delivery-status";\r\n/m);
  assert.match(report, /^Original-Envelope-Id: letter\+1\r\nReporting-MTA: dns; mail\.example\.org\r$/m);
  assert.match(
    report,
    /^Original-Recipient: rfc822;bobby@example\.org\r\nFinal-Recipient: rfc822; bob@example\.org\r\nAction: delivered\r\nStatus: 2\.0\.0\r$/m,
  );
  assert.match(report, /^Content-Type: text\/rfc822-headers\r\nContent-Transfer-Encoding: 7bit\r\n\r\nReceived: /m);
  assert.match(report, /^From: alice@example\.org\r\nSubject: hi\r$/m);
  assert.doesNotMatch(report, /secret body/);
});
