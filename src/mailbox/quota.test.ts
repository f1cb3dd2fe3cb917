// Quota: exact whatever happens at once, on every way by which mail comes in (RFC 9208).

import assert from "node:assert/strict";
import { test } from "node:test";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { noFlags } from "../model/flags.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { ProblemRefusal } from "../model/problem.ts";
import { noQuota, unlimited } from "../model/quota.ts";
import type { AccountMail } from "./mail.ts";

const inboxName = mailboxName("INBOX");
const text = "Subject: a\r\n\r\nbody\r\n";
const overQuota = (resource: string) => (error: unknown) =>
  error instanceof ProblemRefusal && error.problem.kind === "over-quota" && error.problem.resource === resource;

async function append(account: AccountMail, count = 1) {
  const { id } = await account.find(inboxName);
  const items = [];
  for (let at = 0; at < count; at++) items.push({ message: await stage(account, text), flags: noFlags });
  return await account.append(id, items);
}

async function furnished() {
  const world = await embedded();
  await world.mail.create(testAccount);
  return world;
}

for (const [what, change] of [
  ["messages", { messages: 7 }],
  ["octets", { bytes: 7 * text.length }],
] as const)
  test(`of twenty appends at once, seven fit where there is room for seven in ${what}`, async () => {
    await using world = await furnished();
    using account = await world.mail.open(testAccount);
    await account.changeQuota(change);
    const { id } = await account.find(inboxName);
    const staged = [];
    for (let at = 0; at < 20; at++) staged.push(await stage(account, text));
    const outcomes = await Promise.allSettled(
      staged.map((message) => account.append(id, [{ message, flags: noFlags }])),
    );
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 7);
    const resource = what === "messages" ? "MESSAGE" : "STORAGE";
    for (const outcome of outcomes)
      if (outcome.status === "rejected") assert.ok(overQuota(resource)(outcome.reason), String(outcome.reason));
    const { usage } = await account.quota();
    assert.deepEqual([usage.messages, usage.bytes], [7, 7 * text.length]);
    const uids = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? outcome.value.uids : []));
    assert.deepEqual(
      uids.toSorted((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7],
    );
    assert.deepEqual(await account.check(() => undefined), []);
  });

test("appends, copies and deliveries at once share the last room", async () => {
  await using world = await furnished();
  using account = await world.mail.open(testAccount);
  const { uids } = await append(account, 4);
  await account.changeQuota({ messages: 9 });
  const { id } = await account.find(inboxName);
  const archive = await account.find(mailboxName("Archive"));
  using open = await account.open(id, "read-write");
  const message = await stage(account, text);
  const outcomes = await Promise.allSettled([
    open.copy(uids.slice(0, 2), archive.id),
    account.append(id, [{ message, flags: noFlags }]),
    open.copy(uids.slice(0, 3), archive.id),
    open.copy(uids.slice(0, 2), archive.id),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "fulfilled", "rejected", "fulfilled"],
  );
  assert.equal((await account.quota()).usage.messages, 9);
});

test("a move, a flag and an expunge are never refused, and what is expunged counts no more", async () => {
  await using world = await furnished();
  using account = await world.mail.open(testAccount);
  const { uids } = await append(account, 3);
  await account.changeQuota({ messages: 1, bytes: 1 });
  const { id } = await account.find(inboxName);
  const trash = await account.find(mailboxName("Trash"));
  using open = await account.open(id, "read-write");
  await open.move(uids.slice(0, 1), trash.id);
  assert.equal((await account.quota()).usage.messages, 3);
  await open.remove(uids.slice(1, 2));
  assert.equal((await account.quota()).usage.messages, 2);
  await account.remove(mailboxName("Trash"));
  assert.deepEqual((await account.quota()).usage, { messages: 1, bytes: text.length, mailboxes: 6 });
  await assert.rejects(append(account), overQuota("STORAGE"));
});

test("mail comes back from the deleted as long as there is room", async () => {
  await using world = await furnished();
  using account = await world.mail.open(testAccount);
  const { uids } = await append(account, 3);
  const { id } = await account.find(inboxName);
  using open = await account.open(id, "read-write");
  await open.remove(uids);
  await account.changeQuota({ messages: 2 });
  await assert.rejects(
    account.recover({ sinceMs: 0, mailbox: null }, () => undefined),
    overQuota("MESSAGE"),
  );
  assert.equal((await account.quota()).usage.messages, 2);
  assert.equal((await account.recoverable({ sinceMs: 0, mailbox: null })).length, 1);
  await account.changeQuota({ messages: null });
  assert.equal(await account.recover({ sinceMs: 0, mailbox: null }, () => undefined), 1);
});

test("a mailbox and its missing parents are made together or not at all", async () => {
  await using world = await furnished();
  using account = await world.mail.open(testAccount);
  await account.changeQuota({ mailboxes: 9 });
  await assert.rejects(account.create(mailboxName("a/b/c")), overQuota("MAILBOX"));
  await account.create(mailboxName("a/b"));
  assert.equal((await account.quota()).usage.mailboxes, 9);
  await assert.rejects(account.create(mailboxName("d")), overQuota("MAILBOX"));
  // A name kept for its children is no mailbox.
  await account.remove(mailboxName("a"));
  await account.create(mailboxName("d"));
});

test("an account's own limits stand before the installation's, and none is a limit of its own too", async () => {
  await using world = await furnished();
  using account = await world.mail.open(testAccount);
  assert.deepEqual((await account.quota()).limits, noQuota);
  await account.changeQuota({ messages: 1 });
  assert.deepEqual((await account.changeQuota({ bytes: 10 })).limits, { ...noQuota, messages: 1, bytes: 10 });
  assert.deepEqual((await account.changeQuota({ bytes: null, messages: unlimited })).limits, noQuota);
});

test("the soft limit is told once, by what crosses it", async () => {
  await using world = await furnished();
  using account = await world.mail.open(testAccount);
  await account.changeQuota({ messages: 10 });
  const rooms = [];
  for (const count of [8, 1, 1]) rooms.push((await append(account, count)).room);
  assert.deepEqual(rooms, ["roomy", "nearly-full", "roomy"]);
});
