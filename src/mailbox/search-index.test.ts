// The index over text: whatever happens to messages, to the index and to its file, a search finds what a scan finds.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import fc from "fast-check";
import { embedded, stage, TestClock, testAccount } from "../../test/support/embedded.ts";
import { rootDir } from "../../test/support/source-tree.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import {
  criteriaOf,
  foundAlike,
  messageOf,
  needleOf,
  type WrittenText,
  writtenText,
} from "../../test/support/text-index.ts";
import { until } from "../../test/support/until.ts";
import { indexBatchMessages } from "../base/limits.ts";
import { flagSet } from "../model/flags.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { uidSet } from "../model/uid-set.ts";
import { SqliteStores } from "../store/sqlite/sqlite-stores.ts";
import type { Stores } from "../store/store.ts";
import type { Mail } from "./mail.ts";
import { MailService } from "./mail-service.ts";

const day = 86_400_000;
const unflagged = flagSet(0, []);
const all = () => undefined;

interface World {
  readonly mail: Mail;
  readonly stores: Stores;
}

/** An account and its INBOX, with what a test does to it. */
async function visit(world: World) {
  const account = await world.mail.open(testAccount);
  const { id } = await account.find(mailboxName("INBOX"));
  const mailbox = await account.open(id, "read-write");
  const { textIndex } = await world.stores.account(testAccount);
  return {
    account,
    mailbox,
    index: textIndex,
    append: async (texts: readonly WrittenText[], number: number) => {
      for (let at = 0; at < texts.length; at += 16) {
        const items = [];
        for (const [offset, text] of texts.slice(at, at + 16).entries())
          items.push({ message: await stage(account, messageOf(text, number + at + offset)), flags: unflagged });
        await account.append(id, items);
      }
      mailbox.takeNews("tell");
    },
    [Symbol.dispose]() {
      mailbox[Symbol.dispose]();
      account[Symbol.dispose]();
    },
  };
}

type Visit = Awaited<ReturnType<typeof visit>>;

async function compare({ mailbox }: Visit, texts: readonly WrittenText[], seed: number): Promise<number> {
  let hits = 0;
  for (const needle of fc.sample(needleOf(texts), { numRuns: 4, seed }))
    for (const criterion of criteriaOf(needle)) hits += (await foundAlike(mailbox, criterion)).length;
  return hits;
}

suite("a search over indexed text", () => {
  test("finds what a scan finds in every script, with the index behind, whole, and after expunging and recovering", async () => {
    await using world = await embedded();
    await world.mail.create(testAccount);
    using its = await visit(world);
    const texts = fc.sample(writtenText, { numRuns: 150, seed: 7 });
    await its.append(texts.slice(0, 90), 0);
    assert.ok((await compare(its, texts, 1)) > 0);
    await its.index.catchUp(all);
    assert.equal(await its.index.behind(), 0);
    assert.ok((await compare(its, texts, 2)) > 0);
    await its.append(texts.slice(90), 90);
    assert.equal(await its.index.behind(), 60);
    assert.ok((await compare(its, texts, 3)) > 0);
    await its.mailbox.remove(
      Array.from({ length: 40 }, (_, at) => its.mailbox.uidAt(at * 3 + 1)).filter((uid) => uid !== undefined),
    );
    await compare(its, texts, 4);
    its.mailbox.takeNews("tell");
    await its.index.catchUp(all);
    await compare(its, texts, 5);
    assert.equal(await its.account.recover({ sinceMs: 0, mailbox: null }, all), 40);
    its.mailbox.takeNews("tell");
    assert.equal(its.mailbox.exists, 150);
    assert.ok((await compare(its, texts, 6)) > 0);
    await its.mailbox.copy(its.mailbox.uidsWithin(uidSet([[1, 4_000]])), its.mailbox.id);
    its.mailbox.takeNews("tell");
    assert.ok((await compare(its, texts, 7)) > 0);
  });

  test("does not find what was purged, whose texts leave the index", async () => {
    await using world = await embedded();
    await world.mail.create(testAccount);
    using its = await visit(world);
    const texts = fc.sample(writtenText, { numRuns: 60, seed: 11 });
    await its.append(texts, 0);
    await its.index.catchUp(all);
    await its.mailbox.remove(its.mailbox.uidsWithin(uidSet([[1, 30]])));
    world.clock.advance(40 * day);
    assert.equal(await its.account.purge(world.clock.nowMs() - 30 * day), 30);
    await compare(its, texts, 1);
    // The audit removes what is left of them, and looks whether all tables agree.
    assert.deepEqual(await its.index.audit(), []);
    await compare(its, texts, 2);
  });

  test("finds what a scan finds while messages are indexed and while the index is made again", async () => {
    await using world = await embedded();
    await world.mail.create(testAccount);
    using its = await visit(world);
    const texts = fc.sample(writtenText, { numRuns: 300, seed: 17 });
    await its.append(texts, 0);
    let compared = 0;
    for (const work of [() => its.index.catchUp(all), () => its.index.rebuild(all)]) {
      let isDone = false;
      const working = work().finally(() => {
        isDone = true;
      });
      for (let seed = 1; !isDone; seed++) {
        const [needle = ""] = fc.sample(needleOf(texts), { numRuns: 1, seed: seed * 31 });
        for (const criterion of criteriaOf(needle).slice(0, 1)) await foundAlike(its.mailbox, criterion);
        compared++;
      }
      await working;
    }
    assert.ok(compared >= 3);
    assert.equal(await its.index.behind(), 0);
    assert.deepEqual(await its.index.audit(), []);
  });

  test("finds strings across the passages of a long text, long strings, and every kind of short one", async () => {
    await using world = await embedded();
    await world.mail.create(testAccount);
    using its = await visit(world);
    const texts = fc.sample(writtenText, { numRuns: 40, seed: 3 });
    const book = fc
      .sample(writtenText, { numRuns: 200, seed: 5 })
      .map(({ body }) => body)
      .join(" ")
      .replaceAll("\r\n", " ");
    const emoji = "😀".repeat(2_001);
    const long = [book, book.slice(777), emoji, `a${emoji}b`].map((body) => ({ subject: "long", name: "x", body }));
    await its.append([...texts, ...long], 1);
    await its.index.catchUp(all);
    for (const length of [1, 2, 3, 9, 63, 64, 65, 200]) {
      for (let at = 1_900; at < book.length - length; at += 2_973)
        await foundAlike(its.mailbox, { kind: "text", within: "message", text: book.slice(at, at + length) });
      for (const text of ["😀".repeat(length), `${"😀".repeat(length)}b`, "\ude00\ud83d".repeat(length)])
        await foundAlike(its.mailbox, { kind: "text", within: "body", text });
    }
    let found = 0;
    for (let at = 1_930; at < 2_070; at += 2)
      found += (await foundAlike(its.mailbox, { kind: "text", within: "body", text: book.slice(at, at + 24) })).length;
    // But for pieces that begin with a mark of the letter before.
    assert.ok(found > 35, `${found} of 70 found`);
  });

  test("takes signs of the index's own language, and characters that it keeps for itself, as they are", async () => {
    await using world = await embedded();
    await world.mail.create(testAccount);
    using its = await visit(world);
    const odd = [
      'say "hello" AND (x OR y) NOT {z} : ^w*',
      "a\u001fbcd",
      "tail\ufffd\ufffdhead",
      "x\ufffe\uffffy",
      "'; drop table word; --",
    ];
    const texts = Array.from({ length: 60 }, (_, at) => ({
      subject: `s${at}`,
      name: "n",
      body: odd[at % odd.length] ?? "",
    }));
    await its.append(texts, 1);
    await its.index.catchUp(all);
    for (const text of [
      ...odd,
      'hello" and',
      "and (x",
      "*",
      "^w*",
      "{z} :",
      '"""',
      "\u001fbc",
      "\ufffd\ufffdh",
      "\ufffe\uffffy",
      "abcd",
    ])
      for (const criterion of criteriaOf(text)) await foundAlike(its.mailbox, criterion);
  });
});

suite("an index that nobody asks for", () => {
  test("takes up what an earlier process left, after a while, and many new messages at once", async () => {
    await using world = await embedded();
    await world.mail.create(testAccount);
    const texts = fc.sample(writtenText, { numRuns: 12, seed: 31 });
    {
      using its = await visit(world);
      await its.append(texts, 0);
    }
    await world.stores.closeAccount(testAccount);
    const mail = new MailService(world.stores, world.clock);
    {
      using its = await visit({ ...world, mail });
      assert.equal(await its.index.behind(), texts.length);
      await until(async () => (await its.index.behind()) === 0);
      for (let at = 0; at < indexBatchMessages; at++) await its.append(texts.slice(0, 1), 100 + at);
      await until(async () => (await its.index.behind()) < indexBatchMessages / 2);
      await compare(its, texts, 1);
    }
    await mail.stop();
  });
});

suite("the file of an index", () => {
  const indexFile = (folder: string): string => join(folder, "accounts", testAccount, "index", "text.db");
  const texts = fc.sample(writtenText, { numRuns: 80, seed: 21 });

  /** Messages, indexed; then the account is closed, `harm` is done to the file, and everything is asked again. */
  async function afterHarm(harm: (file: string) => void): Promise<string[]> {
    const failures: string[] = [];
    await using world = await embedded({ indexFailed: (error) => failures.push(String(error)) });
    await world.mail.create(testAccount);
    {
      using its = await visit(world);
      await its.append(texts, 0);
      await its.index.catchUp(all);
      assert.ok((await compare(its, texts, 1)) > 0);
    }
    await world.stores.closeAccount(testAccount);
    harm(indexFile(world.folder));
    const mail = new MailService(world.stores, world.clock);
    {
      using its = await visit({ ...world, mail });
      assert.ok((await compare(its, texts, 2)) > 0);
      await its.index.catchUp(all);
      assert.equal(await its.index.behind(), 0);
      assert.ok((await compare(its, texts, 3)) > 0);
      assert.deepEqual(await its.index.audit(), []);
    }
    await mail.stop();
    return failures;
  }

  test("is made again when it is gone, without a word", async () => {
    assert.deepEqual(await afterHarm((file) => rmSync(file)), []);
  });

  test("is set aside and made again when it is no database any more", async () => {
    const failures = await afterHarm((file) => {
      const { length } = readFileSync(file);
      writeFileSync(file, new Uint8Array(length).fill(0x55));
    });
    assert.match(failures.join(), /search index is damaged/);
  });

  test("is made again when it has been cut off", async () => {
    await afterHarm((file) => truncateSync(file, 40_960));
  });

  test("is made again when pages of it are lost", async () => {
    await afterHarm((file) => {
      const bytes = readFileSync(file);
      for (let page = 3; page * 4096 < bytes.length; page += 2) bytes.fill(0, page * 4096, page * 4096 + 4096);
      writeFileSync(file, bytes);
    });
  });

  test("answers as a scan does whenever its process is killed", async () => {
    await using folder = await tempDir();
    const open = () =>
      SqliteStores.open({ dataFolder: folder.path, holder: "a test", clock: new TestClock(), hooks: {} });
    const made = await open();
    await new MailService(made, new TestClock()).create(testAccount);
    await made.close();
    const said = fc.sample(writtenText, { numRuns: 64, seed: 5 });
    for (const appends of [3, 18]) {
      await killedAfter(folder.path, appends);
      const stores = await open();
      const mail = new MailService(stores, new TestClock());
      {
        using its = await visit({ mail, stores });
        assert.ok(its.mailbox.exists >= 4 * appends);
        await compare(its, said, appends);
        await its.index.catchUp(all);
        await compare(its, said, appends + 1);
        assert.deepEqual(await its.index.audit(), []);
      }
      await mail.stop();
      await stores.close();
    }
  });

  /** Lets another process append and index, and kills it at some moment after so many appends. */
  async function killedAfter(folder: string, appends: number): Promise<void> {
    const writer = spawn(process.execPath, [join(rootDir, "test/support/index-writer.ts"), folder, "5"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = 0;
    writer.stdout.on("data", (chunk: Uint8Array) => {
      told += chunk.length / 2;
      if (told >= appends) writer.kill("SIGKILL");
    });
    await once(writer, "close");
    assert.equal(writer.signalCode, "SIGKILL");
  }

  test("is not believed when it belongs to other mail", async () => {
    await using world = await embedded();
    await world.mail.create(testAccount);
    using its = await visit(world);
    await its.append(texts.slice(0, 40), 0);
    await its.index.catchUp(all);
    await using other = await embedded();
    await other.mail.create(testAccount);
    {
      using copy = await visit(other);
      await copy.append(texts.slice(40), 40);
      await copy.index.catchUp(all);
    }
    const stolen = readFileSync(indexFile(world.folder));
    await other.mail.stop();
    await other.stores.closeAccount(testAccount);
    writeFileSync(indexFile(other.folder), stolen);
    const mail = new MailService(other.stores, other.clock);
    {
      using copy = await visit({ ...other, mail });
      assert.ok((await compare(copy, texts, 1)) > 0);
      await copy.index.catchUp(all);
      assert.ok((await compare(copy, texts, 2)) > 0);
    }
    await mail.stop();
    assert.ok(existsSync(indexFile(other.folder)));
  });
});
