// The mail service over the embedded store: what one session does, as it and the others are told of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { flagSet, noFlags } from "../model/flags.ts";
import { asModSeq, asUid, type Uid } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { ProblemRefusal } from "../model/problem.ts";
import { uidSet } from "../model/uid-set.ts";
import type { AccountMail } from "./mail.ts";

const message = (subject: string): string =>
  `From: a@example.org\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@x>\r\n\r\nHello\r\n`;

async function deliver(account: AccountMail, mailbox: string, ...subjects: string[]): Promise<readonly Uid[]> {
  const target = await account.find(mailboxName(mailbox));
  const items = [];
  for (const subject of subjects) items.push({ message: await stage(account, message(subject)), flags: noFlags });
  return (await account.append(target.id, items)).uids;
}

async function withAccount(
  body: (account: AccountMail, world: Awaited<ReturnType<typeof embedded>>) => Promise<void>,
): Promise<void> {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using account = await world.mail.open(testAccount);
  await body(account, world);
}

const refusedAs = (kind: string) => (error: unknown) => error instanceof ProblemRefusal && error.problem.kind === kind;

test("a new account has its standard mailboxes, subscribed", () =>
  withAccount(async (account) => {
    const list = await account.list();
    assert.deepEqual(
      list.map((mailbox) => mailbox.name),
      ["INBOX", "Archive", "Drafts", "Junk", "Notes", "Sent", "Trash"],
    );
    assert.ok(list.every((mailbox) => mailbox.subscribed && mailbox.selectable && mailbox.highestModSeq >= 1));
    assert.equal(new Set(list.map((mailbox) => mailbox.uidValidity)).size, 7);
  }));

test("what one session appends, another session on the mailbox is told once, as new and not as changed", () =>
  withAccount(async (account) => {
    const inbox = await account.find(mailboxName("INBOX"));
    using watching = await account.open(inbox.id, "read-write");
    let heard = 0;
    using _ = watching.onNews(() => heard++);
    assert.equal(watching.exists, 0);
    const uids = await deliver(account, "INBOX", "one", "two");
    await Promise.resolve();
    assert.equal(heard, 1);
    assert.deepEqual(watching.takeNews("keep"), { expunged: [], exists: 2, flagged: [] });
    assert.equal(watching.hasNews, false);
    assert.deepEqual([watching.uidAt(1), watching.uidAt(2)], uids);
    const facts = watching.facts(uids[0] ?? 0);
    assert.ok(facts);
    const body = await watching.body(facts.content);
    assert.equal(new TextDecoder().decode(await body.slice(0, body.size)), message("one"));
  }));

test("sequence numbers stay while another session expunges, until the session asks for news", () =>
  withAccount(async (account) => {
    const uids = await deliver(account, "INBOX", "a", "b", "c", "d", "e");
    const inbox = await account.find(mailboxName("INBOX"));
    using mine = await account.open(inbox.id, "read-write");
    using other = await account.open(inbox.id, "read-write");
    await other.storeFlags(
      [uids[1], uids[3]].filter((uid) => uid !== undefined),
      "add",
      flagSet(8, []),
    );
    assert.deepEqual((await other.expunge()).uids, [uids[1], uids[3]]);
    assert.equal(mine.exists, 5);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((seq) => mine.uidAt(seq)),
      uids,
    );
    assert.equal(mine.facts(uids[1] ?? 0), undefined);
    assert.equal(mine.seqOf(uids[4] ?? 0), 5);
    assert.deepEqual(mine.takeNews("keep").expunged, []);
    await deliver(account, "INBOX", "f");
    const news = mine.takeNews("tell");
    assert.deepEqual(news.expunged, [
      { uid: uids[1], seq: 2 },
      { uid: uids[3], seq: 4 },
    ]);
    assert.equal(news.exists, 4);
    assert.equal(mine.seqOf(uids[4] ?? 0), 3);
  }));

test("a flag change is told to the others, and not to who says that it tells itself", () =>
  withAccount(async (account) => {
    const [first, second] = await deliver(account, "INBOX", "a", "b");
    assert.ok(first !== undefined && second !== undefined);
    const inbox = await account.find(mailboxName("INBOX"));
    using mine = await account.open(inbox.id, "read-write");
    using other = await account.open(inbox.id, "read-write");
    const result = await mine.storeFlags([second], "add", flagSet(1, ["$Junk"]));
    assert.deepEqual(result.changed, [second]);
    assert.ok(result.modSeq !== null);
    mine.markTold(result.changed, result.modSeq);
    assert.deepEqual(mine.takeNews("tell").flagged, []);
    assert.deepEqual(other.takeNews("tell").flagged, [{ uid: second, seq: 2 }]);
    assert.deepEqual(other.facts(second)?.flags, { bits: 1, keywords: ["$Junk"] });
    assert.deepEqual(other.keywords(), ["$Junk"]);
    assert.deepEqual(other.changedSince(asModSeq(result.modSeq - 1)), [second]);
    assert.equal((await account.find(mailboxName("INBOX"))).unseen, 1);
    // The same again changes nothing and takes no modSeq.
    assert.equal((await mine.storeFlags([second], "add", flagSet(1, []))).modSeq, null);
  }));

test("STORE with UNCHANGEDSINCE leaves alone what changed since", () =>
  withAccount(async (account) => {
    const uids = await deliver(account, "INBOX", "a", "b");
    const inbox = await account.find(mailboxName("INBOX"));
    using mine = await account.open(inbox.id, "read-write");
    const before = mine.highestModSeq;
    await mine.storeFlags(uids.slice(0, 1), "add", flagSet(4, []));
    const result = await mine.storeFlags(uids, "add", flagSet(1, []), before);
    assert.deepEqual(result.modified, uids.slice(0, 1));
    assert.deepEqual(result.changed, uids.slice(1));
  }));

test("copies share the content, moves leave no tombstone, and both keep the counters", () =>
  withAccount(async (account) => {
    const uids = await deliver(account, "INBOX", "a", "b", "c");
    const inbox = await account.find(mailboxName("INBOX"));
    const archive = await account.find(mailboxName("Archive"));
    using mine = await account.open(inbox.id, "read-write");
    using theirs = await account.open(archive.id, "read-write");
    const copied = await mine.copy(uids, archive.id);
    assert.deepEqual(copied.from, uids);
    assert.deepEqual(copied.to, [1, 2, 3]);
    assert.equal(mine.facts(uids[0] ?? 0)?.content, theirs.facts(1)?.content);
    const moved = await mine.move(uids.slice(1), archive.id);
    assert.deepEqual(moved.to, [4, 5]);
    assert.deepEqual(
      mine.takeNews("tell").expunged.map(({ uid }) => uid),
      uids.slice(1),
    );
    assert.equal(theirs.takeNews("tell").exists, 5);
    assert.deepEqual((await mine.vanishedSince(asModSeq(0), undefined)).ranges, [[2, 3]]);
    assert.deepEqual((await mine.vanishedSince(asModSeq(0), uidSet([[3, 9]]))).ranges, [[3, 3]]);
    const [after] = await account.list();
    assert.equal(after?.messages, 1);
    await assert.rejects(
      mine.copy(uids, archive.id).then(() => mine.copy([], 999 as never)),
      refusedAs("destination-missing"),
    );
  }));

test("a mailbox in Bengali is found in either normal form, renamed with its children, and deleted", () =>
  withAccount(async (account) => {
    const name = mailboxName("কাজের চিঠি/২০২৬");
    await account.create(name);
    assert.equal((await account.find(mailboxName("কাজের চিঠি"))).selectable, true);
    assert.equal((await account.find(mailboxName("কাজের চিঠি/২০২৬".normalize("NFD")))).name, name);
    await assert.rejects(account.create(name), refusedAs("mailbox-exists"));
    await account.rename(mailboxName("কাজের চিঠি"), mailboxName("পুরনো/চিঠি"));
    assert.ok(await account.find(mailboxName("পুরনো/চিঠি/২০২৬")));
    await assert.rejects(account.rename(mailboxName("পুরনো"), mailboxName("পুরনো/ভিতরে")), refusedAs("mailbox-fixed"));
    const parent = await account.find(mailboxName("পুরনো/চিঠি"));
    using open = await account.open(parent.id, "read-only");
    await account.remove(mailboxName("পুরনো/চিঠি"));
    assert.equal(open.gone, true);
    assert.equal((await account.find(mailboxName("পুরনো/চিঠি"))).selectable, false);
    await assert.rejects(account.remove(mailboxName("পুরনো/চিঠি")), refusedAs("mailbox-not-selectable"));
    const again = await account.create(mailboxName("পুরনো/চিঠি"));
    assert.ok(again.uidValidity > parent.uidValidity);
    await assert.rejects(account.remove(mailboxName("INBOX")), refusedAs("mailbox-fixed"));
    await assert.rejects(account.find(mailboxName("নেই")), refusedAs("mailbox-missing"));
  }));

test("of two who rename a mailbox at once the first has it, and the second is told that it is gone", () =>
  withAccount(async (account) => {
    await account.create(mailboxName("a/b"));
    const renames = [["long name"], ["b"]].map(([to]) => account.rename(mailboxName("a"), mailboxName(to ?? "")));
    const [first, second] = await Promise.allSettled(renames);
    assert.equal(first?.status, "fulfilled");
    assert.ok(second?.status === "rejected" && refusedAs("mailbox-missing")(second.reason));
    const names = (await account.list()).map(({ name }) => name);
    assert.ok(names.includes(mailboxName("long name/b")) && !names.includes(mailboxName("b")));
  }));

test("a name whose place is free, but not all places below it, is not taken", () =>
  withAccount(async (account) => {
    await account.create(mailboxName("a/x"));
    await account.create(mailboxName("b"));
    // The second still sees the parent that the first is taking away.
    await Promise.all([account.remove(mailboxName("b")), account.create(mailboxName("b/x"))]);
    await assert.rejects(account.find(mailboxName("b")), refusedAs("mailbox-missing"));
    await assert.rejects(account.rename(mailboxName("a"), mailboxName("b")), refusedAs("mailbox-exists"));
    assert.ok(await account.find(mailboxName("a/x")));
    await account.rename(mailboxName("b/x"), mailboxName("b"));
  }));

test("renaming INBOX moves its messages and leaves it empty", () =>
  withAccount(async (account) => {
    await deliver(account, "INBOX", "a", "b");
    await account.rename(mailboxName("INBOX"), mailboxName("Old"));
    assert.equal((await account.find(mailboxName("Old"))).messages, 2);
    assert.equal((await account.find(mailboxName("INBOX"))).messages, 0);
  }));

test("a subscription outlives its mailbox and comes back with it", () =>
  withAccount(async (account) => {
    await account.subscribe(mailboxName("Later"));
    assert.deepEqual(await account.orphanSubscriptions(), ["Later"]);
    assert.equal((await account.create(mailboxName("Later"))).subscribed, true);
    assert.deepEqual(await account.orphanSubscriptions(), []);
  }));

test("a message is recent for the first session that is told of it", () =>
  withAccount(async (account) => {
    const [uid] = await deliver(account, "INBOX", "a");
    const inbox = await account.find(mailboxName("INBOX"));
    {
      using looking = await account.open(inbox.id, "read-only");
      assert.equal(looking.recent, 1);
      using first = await account.open(inbox.id, "read-write");
      assert.ok(first.isRecent(uid ?? 0));
      using second = await account.open(inbox.id, "read-write");
      assert.equal(second.recent, 0);
    }
  }));

test("an unusable append refuses and leaves nothing behind", () =>
  withAccount(async (account) => {
    const staged = await stage(account, message("x"));
    await assert.rejects(
      account.append(12345 as never, [{ message: staged, flags: noFlags }]),
      refusedAs("destination-missing"),
    );
  }));

test("a large body goes to a file and comes back byte for byte", () =>
  withAccount(async (account) => {
    const bytes = new Uint8Array(700_000).fill(65);
    bytes.set(new TextEncoder().encode("Subject: big\r\n\r\n"));
    const inbox = await account.find(mailboxName("INBOX"));
    const sink = account.newMessage();
    for (let at = 0; at < bytes.length; at += 10_000) await sink.write(bytes.subarray(at, at + 10_000));
    const { uids } = await account.append(inbox.id, [{ message: await sink.finish(), flags: noFlags }]);
    using open = await account.open(inbox.id, "read-only");
    const body = await open.body(open.facts(uids[0] ?? 0)?.content ?? (0 as never));
    const pieces: Uint8Array[] = [];
    for await (const piece of body.chunks(0, body.size)) pieces.push(piece);
    assert.equal(pieces.length > 1, true);
    assert.deepEqual(Buffer.concat(pieces), Buffer.from(bytes));
    assert.deepEqual(await body.slice(5, 12), bytes.slice(5, 12));
  }));

test("a message is replaced, or nothing is changed: neither the one is gone nor the other there", () =>
  withAccount(async (account) => {
    const [old = asUid(0)] = await deliver(account, "Drafts", "draft");
    const drafts = await account.find(mailboxName("Drafts"));
    const sent = await account.find(mailboxName("Sent"));
    using mine = await account.open(drafts.id, "read-write");
    using there = await account.open(sent.id, "read-write");
    const item = { message: await stage(account, message("better")), flags: noFlags };
    await assert.rejects(mine.replace(asUid(99), sent.id, item), refusedAs("message-missing"));
    const gone = await account.create(mailboxName("Gone"));
    await account.remove(gone.name);
    await assert.rejects(mine.replace(old, gone.id, item), refusedAs("destination-missing"));
    assert.deepEqual([mine.hasNews, there.hasNews], [false, false]);
    const { uids } = await mine.replace(old, sent.id, item);
    assert.deepEqual(mine.takeNews("tell"), { expunged: [{ uid: old, seq: 1 }], exists: null, flagged: [] });
    assert.deepEqual(there.takeNews("tell"), { expunged: [], exists: 1, flagged: [] });
    assert.equal(there.uidAt(1), uids[0]);
    // What was replaced is deleted mail, and can be brought back like it.
    assert.equal((await account.recoverable({ sinceMs: 0, mailbox: null })).length, 1);
  }));
