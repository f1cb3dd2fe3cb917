// Expunged mail: brought back in time, purged afterwards; and the log when it has been folded.

import assert from "node:assert/strict";
import { test } from "node:test";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { flagSet, noFlags } from "../model/flags.ts";
import { mailboxName } from "../model/mailbox-name.ts";

const day = 24 * 60 * 60 * 1000;

test("expunged mail comes back into its mailbox, which is made again if it was deleted", async () => {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using account = await world.mail.open(testAccount);
  const work = await account.create(mailboxName("কাজ"));
  const { uids } = await account.append(work.id, [
    { message: await stage(account, "Subject: a\r\n\r\nb"), flags: flagSet(8, ["$Work"]) },
  ]);
  {
    using open = await account.open(work.id, "read-write");
    assert.deepEqual((await open.expunge()).uids, uids);
  }
  await account.append(work.id, [{ message: await stage(account, "Subject: c\r\n\r\nd"), flags: noFlags }]);
  await account.remove(mailboxName("কাজ"));
  assert.equal((await account.recoverable({ sinceMs: 0, mailbox: null })).length, 2);
  assert.equal(await account.recover({ sinceMs: 0, mailbox: "INBOX" }, () => undefined), 0);
  assert.equal(await account.recover({ sinceMs: 0, mailbox: null }, () => undefined), 2);
  const again = await account.find(mailboxName("কাজ"));
  assert.equal(again.messages, 2);
  assert.equal(again.deleted, 0);
  using open = await account.open(again.id, "read-only");
  assert.deepEqual(open.facts(1)?.flags, { bits: 0, keywords: ["$Work"] });
});

test("what was expunged long ago is purged with its body, and a shared body stays", async () => {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using account = await world.mail.open(testAccount);
  const inbox = await account.find(mailboxName("INBOX"));
  const archive = await account.find(mailboxName("Archive"));
  const large = `Subject: large\r\n\r\n${"x".repeat(200_000)}`;
  const { uids } = await account.append(inbox.id, [
    { message: await stage(account, large), flags: noFlags },
    { message: await stage(account, large), flags: noFlags },
    { message: await stage(account, "Subject: small\r\n\r\nx"), flags: noFlags },
  ]);
  using open = await account.open(inbox.id, "read-write");
  await open.copy(uids.slice(2), archive.id);
  await open.remove(uids.slice(1));
  world.clock.advance(31 * day);
  assert.equal(await account.purge(world.clock.nowMs() - 30 * day), 2);
  assert.deepEqual(await account.recoverable({ sinceMs: 0, mailbox: null }), []);
  // The first of the two large ones still has the file, the copy still has the small body.
  assert.deepEqual(await account.check(() => undefined), []);
});

test("a folded log still tells an old cursor what is gone, and the audit agrees", async () => {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using account = await world.mail.open(testAccount);
  const inbox = await account.find(mailboxName("INBOX"));
  const items = [];
  for (let at = 0; at < 12; at++)
    items.push({ message: await stage(account, `Subject: ${at}\r\n\r\n`), flags: noFlags });
  const { uids } = await account.append(inbox.id, items);
  using open = await account.open(inbox.id, "read-write");
  for (const uid of uids.slice(0, 6)) await open.remove([uid]);
  for (const uid of uids.slice(6)) await open.storeFlags([uid], "add", flagSet(1, []));
  await account.foldLog(4);
  const { ranges } = await open.vanishedSince(inbox.highestModSeq, undefined);
  assert.deepEqual(ranges, [[1, 6]]);
  await open.storeFlags(uids.slice(6), "add", flagSet(4, []));
  assert.equal(open.changedSince(inbox.highestModSeq).length, 6);
  assert.deepEqual(await account.check(() => undefined), []);
});
