// What the sessions of an account are told of changes, and what the list of its mailboxes costs after one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { flagSet, noFlags } from "../model/flags.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import type { AccountMail, AccountNews } from "./mail.ts";

interface World {
  readonly mine: AccountMail;
  readonly other: AccountMail;
  readonly heard: AccountNews[];
}

async function withTwo(body: (world: World) => Promise<void>): Promise<void> {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using mine = await world.mail.open(testAccount);
  using other = await world.mail.open(testAccount);
  const heard: AccountNews[] = [];
  using _ = mine.watch((news) => heard.push(news));
  await body({ mine, other, heard });
}

async function deliver(account: AccountMail, mailbox: string): Promise<void> {
  const { id } = await account.find(mailboxName(mailbox));
  await account.append(id, [{ message: await stage(account, "Subject: x\r\n\r\nx\r\n"), flags: noFlags }]);
}

const names = (heard: readonly AccountNews[]): unknown[] => heard.flatMap((news) => news.names ?? []);

test("who watches an account is told the name of what was created, renamed, deleted and subscribed", () =>
  withTwo(async ({ other, heard }) => {
    await other.create(mailboxName("a/b"));
    await other.rename(mailboxName("a"), mailboxName("c"));
    await other.subscribe(mailboxName("c/b"));
    await other.remove(mailboxName("c/b"));
    assert.deepEqual(names(heard), [
      { kind: "created", name: "a" },
      { kind: "created", name: "a/b" },
      { kind: "renamed", name: "c", oldName: "a" },
      { kind: "subscription", name: "c/b" },
      { kind: "deleted", name: "c/b" },
    ]);
  }));

test("of two who delete a mailbox at once one hears that there is none, and one deletion is told", () =>
  withTwo(async ({ mine, other, heard }) => {
    const name = mailboxName("a");
    await other.create(name);
    const outcomes = await Promise.allSettled([mine.remove(name), other.remove(name)]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    assert.deepEqual(names(heard), [
      { kind: "created", name },
      { kind: "deleted", name },
    ]);
  }));

test("a subscription to a name without a mailbox is told too", () =>
  withTwo(async ({ other, heard }) => {
    await other.subscribe(mailboxName("nowhere"));
    await other.unsubscribe(mailboxName("nowhere"));
    assert.deepEqual(names(heard), [
      { kind: "subscription", name: "nowhere" },
      { kind: "subscription", name: "nowhere" },
    ]);
  }));

test("a change of flags is told apart from mail that comes and goes", () =>
  withTwo(async ({ other, heard }) => {
    await deliver(other, "INBOX");
    const { id } = await other.find(mailboxName("INBOX"));
    using inbox = await other.open(id, "read-write");
    await inbox.storeFlags(inbox.uidsWithin({ ranges: [[1, 9]] }), "add", flagSet(8, []));
    await inbox.expunge();
    assert.deepEqual(
      heard.map(({ messagesIn, messages }) => [messagesIn, messages]),
      [
        [[id], undefined],
        [[id], "flags-only"],
        [[id], undefined],
      ],
    );
  }));

test("each change names the session that made it", () =>
  withTwo(async ({ mine, other, heard }) => {
    await deliver(mine, "INBOX");
    await deliver(other, "INBOX");
    const { id } = await mine.find(mailboxName("INBOX"));
    using inbox = await mine.open(id, "read-write");
    const sent = await mine.find(mailboxName("Sent"));
    await inbox.copy(inbox.uidsWithin({ ranges: [[1, 9]] }), sent.id);
    await other.create(mailboxName("x"));
    assert.deepEqual(
      heard.map(({ by }) => (by === mine ? "mine" : by === other ? "other" : "nobody")),
      ["mine", "other", "mine", "other"],
    );
  }));

test("the list has the counters of now after each change, and who kept an older one still has that", () =>
  withTwo(async ({ mine, other }) => {
    const before = await mine.list();
    for (const name of ["Sent", "INBOX", "Sent"]) await deliver(other, name);
    const after = await mine.list();
    const counts = (list: typeof after): unknown[] => list.map(({ name, messages }) => `${name} ${messages}`);
    const rest = ["Archive 0", "Drafts 0", "Junk 0", "Notes 0"];
    assert.deepEqual(counts(after), ["INBOX 1", ...rest, "Sent 2", "Trash 0"]);
    assert.deepEqual(counts(before), ["INBOX 0", ...rest, "Sent 0", "Trash 0"]);
    await other.remove(mailboxName("Junk"));
    await deliver(other, "Trash");
    assert.deepEqual(counts(await mine.list()), ["INBOX 1", "Archive 0", "Drafts 0", "Notes 0", "Sent 2", "Trash 1"]);
  }));
