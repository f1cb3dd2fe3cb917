// Flag changes that are in the journal when the process is killed: the copy of a folder in use is what a kill leaves.

import assert from "node:assert/strict";
import { cpSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { embedded, stage, TestClock, testAccount } from "../../../test/support/embedded.ts";
import { tempDir } from "../../../test/support/temp-dir.ts";
import { flagSet, noFlags } from "../../model/flags.ts";
import { asUid } from "../../model/ids.ts";
import { mailboxName } from "../../model/mailbox-name.ts";
import { auditAccount } from "../audit.ts";
import { all, sql, type Work } from "../sql.ts";
import { accountFolder } from "./data-folder.ts";
import { SqliteStores } from "./sqlite-stores.ts";

const messages = 6;
const journalOf = (folder: string): string => join(accountFolder(folder, testAccount), "flags.log");

function* flags(): Work<number[]> {
  return (yield* all<{ flags: number }>(sql`select flags from message order by uid`)).map((row) => row.flags);
}

/** Flags as a server finds them that starts over a copy of `folder`; `damage` is done to the copy first. */
async function flagsAfterKill(folder: string, damage: (journal: string) => void = () => undefined): Promise<number[]> {
  await using copy = await tempDir();
  cpSync(folder, copy.path, { recursive: true });
  damage(journalOf(copy.path));
  const options = { dataFolder: copy.path, holder: "a test", clock: new TestClock(), hooks: {} };
  const stores = await SqliteStores.open(options);
  const store = await stores.account(testAccount);
  assert.equal(statSync(journalOf(copy.path)).size, 0, "what is in the database is no longer in the journal");
  assert.deepEqual(await auditAccount(store, () => undefined), []);
  const found = await store.read(flags);
  await stores.close();
  return found;
}

/** An account with messages, the first `marked` of which have just been marked \Seen one after another. */
async function withMarks(marked: number, body: (world: Awaited<ReturnType<typeof embedded>>) => Promise<void>) {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using account = await world.mail.open(testAccount);
  const { id } = await account.find(mailboxName("INBOX"));
  for (let number = 0; number < messages; number++)
    await account.append(id, [{ message: await stage(account, "Subject: a\r\n\r\n"), flags: noFlags }]);
  using open = await account.open(id, "read-write");
  for (let uid = 1; uid <= marked; uid++) await open.storeFlags([asUid(uid)], "add", flagSet(1, []));
  await body(world);
}

test("flag changes in the journal outlive a kill, and are there once", () =>
  withMarks(4, async ({ folder, stores }) => {
    assert.deepEqual(await flagsAfterKill(folder), [1, 1, 1, 1, 0, 0]);
    // Now the database has them, and the journal's lines are still in its file.
    const store = await stores.account(testAccount);
    assert.deepEqual(await store.read(flags), [1, 1, 1, 1, 0, 0]);
    assert.ok(statSync(journalOf(folder)).size > 0);
    assert.deepEqual(await flagsAfterKill(folder), [1, 1, 1, 1, 0, 0]);
  }));

test("of a journal that is cut anywhere, the whole lines count", () =>
  withMarks(3, async ({ folder }) => {
    // Later on the database would have them.
    await using killed = await tempDir();
    cpSync(folder, killed.path, { recursive: true });
    const text = readFileSync(journalOf(killed.path), "latin1");
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
    assert.equal(ends.length, 3);
    for (let length = 1; length <= text.length; length += 13) {
      // A line whose end alone is missing is whole.
      const whole = ends.filter((end) => end <= length + 1).length;
      const wanted = Array.from({ length: messages }, (_, at) => (at < whole ? 1 : 0));
      const found = await flagsAfterKill(killed.path, (path) => truncateSync(path, length));
      assert.deepEqual(found, wanted, `${length} bytes`);
    }
  }));

test("lines that do not follow upon what the database has are not taken", () =>
  withMarks(3, async ({ folder }) => {
    await using killed = await tempDir();
    cpSync(folder, killed.path, { recursive: true });
    const lines = readFileSync(journalOf(killed.path), "latin1").split(/(?<=\n)/);
    const only =
      (...kept: number[]) =>
      (path: string) =>
        writeFileSync(path, kept.map((at) => lines[at] ?? "").join(""), "latin1");
    assert.deepEqual(await flagsAfterKill(killed.path, only(1, 2)), [0, 0, 0, 0, 0, 0]);
    assert.deepEqual(await flagsAfterKill(killed.path, only(0, 2)), [1, 0, 0, 0, 0, 0]);
    assert.deepEqual(await flagsAfterKill(killed.path, only(0, 1, 0, 2)), [1, 1, 1, 0, 0, 0]);
  }));

test("a short journal over a longer, older one is read to its end", () =>
  withMarks(5, async ({ folder, stores, mail }) => {
    await (await stores.account(testAccount)).read(flags);
    using account = await mail.open(testAccount);
    const { id } = await account.find(mailboxName("INBOX"));
    using open = await account.open(id, "read-write");
    await open.storeFlags([asUid(1)], "add", flagSet(2, []));
    await open.storeFlags([asUid(2)], "remove", flagSet(1, []));
    assert.deepEqual(await flagsAfterKill(folder), [3, 0, 1, 1, 1, 0]);
  }));

test("flag changes reach the disk by themselves", () =>
  withMarks(2, async ({ stores, folder }) => {
    await new Promise((resolve) => setTimeout(resolve, 700));
    const flagsNow = await flagsAfterKill(folder, (path) => truncateSync(path, 0));
    assert.deepEqual(flagsNow, [1, 1, 0, 0, 0, 0]);
    await stores.closeAccount(testAccount);
    assert.equal(statSync(journalOf(folder)).size, 0);
  }));
