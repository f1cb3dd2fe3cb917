// What every engine must do, in a list of engines that grows by one line when the next engine comes.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { stage, TestClock } from "../../test/support/embedded.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import { MailService } from "../mailbox/mail-service.ts";
import { flagSet } from "../model/flags.ts";
import { asAccountId, asBodyId } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { ProblemRefusal, refuse } from "../model/problem.ts";
import { nextModSeq } from "./change-log.ts";
import { all, maybe, one, run, sql, type Work } from "./sql.ts";
import { SqliteStores } from "./sqlite/sqlite-stores.ts";
import type { AccountStore, Stores } from "./store.ts";
import { contentOfPlace } from "./text-index.ts";

interface Engine {
  readonly name: string;
  open(folder: string): Promise<Stores>;
}

const engines: readonly Engine[] = [
  {
    name: "embedded",
    open: (dataFolder) => SqliteStores.open({ dataFolder, holder: "a test", clock: new TestClock(), hooks: {} }),
  },
];

const id = asAccountId("0123456789abcdef");
const refusedAs = (kind: string) => (error: unknown) => error instanceof ProblemRefusal && error.problem.kind === kind;

function* setNote(value: string): Work<void> {
  yield* run(sql`insert into subscription (name) values (${value})`);
}

function* notes(): Work<string[]> {
  return (yield* all<{ name: string }>(sql`select name from subscription order by name`)).map((row) => row.name);
}

/** Puts messages into INBOX, in an account that is made for the first ones. */
async function file(stores: Stores, messages: readonly string[]): Promise<void> {
  const mail = new MailService(stores, new TestClock());
  if ((await stores.accountIds()).length === 0) await mail.create(id);
  {
    using account = await mail.open(id);
    const inbox = await account.find(mailboxName("INBOX"));
    for (const message of messages)
      await account.append(inbox.id, [{ message: await stage(account, message), flags: flagSet(0, []) }]);
  }
  await mail.stop();
}

for (const engine of engines) {
  suite(`the ${engine.name} engine`, () => {
    const withStore = async (body: (store: AccountStore, stores: Stores) => Promise<void>): Promise<void> => {
      await using folder = await tempDir();
      const stores = await engine.open(folder.path);
      try {
        await body(await stores.createAccount(id), stores);
      } finally {
        await stores.close();
      }
    };

    test("a unit of work that throws leaves nothing behind, and those beside it stand", () =>
      withStore(async (store) => {
        const failed = store.write(function* () {
          yield* setNote("lost");
          throw refuse({ kind: "over-quota", resource: "STORAGE" });
        }, "flushed");
        const stands = store.write(() => setNote("kept"), "flushed");
        await assert.rejects(failed, refusedAs("over-quota"));
        await stands;
        assert.deepEqual(await store.read(notes), ["kept"]);
      }));

    test("a refusal before anything was written harms nobody in the same transaction", () =>
      withStore(async (store) => {
        const outcomes = await Promise.allSettled([
          store.write(() => setNote("one"), "flushed"),
          store.write(function* (): Work<void> {
            yield* maybe(sql`select 1 as n`);
            throw refuse({ kind: "read-only" });
          }, "flushed"),
          store.write(() => setNote("two"), "flushed"),
        ]);
        assert.deepEqual(
          outcomes.map((outcome) => outcome.status),
          ["fulfilled", "rejected", "fulfilled"],
        );
        assert.deepEqual(await store.read(notes), ["one", "two"]);
      }));

    test("a bug in a unit of work reaches its caller as it is", () =>
      withStore(async (store) => {
        await assert.rejects(
          store.write(() => one(sql`select 1 as n where false`), "soon"),
          /no row where one must be/,
        );
        await store.write(() => setNote("after"), "soon");
      }));

    test("modSeq goes up by one for each unit of work, in the order of commits", () =>
      withStore(async (store) => {
        const first = await store.write(nextModSeq, "soon");
        const given = await Promise.all(Array.from({ length: 20 }, () => store.write(nextModSeq, "soon")));
        assert.deepEqual(
          given,
          Array.from({ length: 20 }, (_, at) => first + at + 1),
        );
      }));

    test("what was acknowledged is there when the store is opened again", async () => {
      await using folder = await tempDir();
      const before = await engine.open(folder.path);
      await (await before.createAccount(id)).write(() => setNote("flushed"), "flushed");
      await (await before.account(id)).write(() => setNote("soon"), "soon");
      await before.close();
      const after = await engine.open(folder.path);
      assert.deepEqual(await (await after.account(id)).read(notes), ["flushed", "soon"]);
      assert.deepEqual(await after.accountIds(), [id]);
      await after.removeAccount(id);
      await assert.rejects(after.account(id), refusedAs("account-missing"));
      assert.deepEqual(await after.accountIds(), []);
      await after.close();
    });

    test("values come back as they went in", () =>
      withStore(async (store) => {
        const row = await store.read(() =>
          one(
            sql`select ${"ডাকঘর"} as text, ${2 ** 53 - 1} as large, ${null} as absent, ${new Uint8Array([0, 255])} as bytes`,
          ),
        );
        assert.deepEqual(
          { ...row },
          { text: "ডাকঘর", large: 2 ** 53 - 1, absent: null, bytes: new Uint8Array([0, 255]) },
        );
      }));

    test("a body is known by the SHA-256 of its bytes, small or large, however it was cut", () =>
      withStore(async (store) => {
        for (const size of [0, 10, 131_072, 131_073, 500_000]) {
          const bytes = new Uint8Array(size).map((_, at) => at * 7);
          const sink = store.newBody();
          for (let at = 0; at < size; at += 33_333) await sink.write(bytes.subarray(at, at + 33_333));
          const staged = await sink.finish();
          const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
          assert.equal(staged.id, asBodyId(digest.toHex()));
          assert.equal(staged.size, size);
          if (staged.inline !== null) assert.deepEqual(staged.inline, bytes);
          else assert.deepEqual(await store.fileBody(staged.id, size).slice(0, size), bytes);
        }
      }));

    test("an index over text says where a string is and how far it has come, also when the store is opened again", async () => {
      await using folder = await tempDir();
      const before = await engine.open(folder.path);
      await file(before, ["Subject: one\r\n\r\nThe first letter\r\n", "Subject: two\r\n\r\nThe second\r\n"]);
      await (await before.account(id)).textIndex.catchUp(() => undefined);
      await file(before, ["Subject: three\r\n\r\nThe last letter\r\n"]);
      await before.close();
      const after = await engine.open(folder.path);
      const { textIndex } = await after.account(id);
      assert.equal(await textIndex.behind(), 1);
      const asked = textIndex.ask({ needle: "letter", within: "body" }, 0, 100);
      assert.deepEqual([asked?.indexedTo, asked?.certain], [2, [1]]);
      await textIndex.catchUp(() => undefined);
      assert.deepEqual(textIndex.ask({ needle: "ette", within: "body" }, 0, 100)?.places.map(contentOfPlace), [1, 3]);
      assert.deepEqual(textIndex.ask({ needle: "two", within: "subject" }, 0, 100)?.certain, [2]);
      assert.deepEqual(await textIndex.audit(), []);
      await after.close();
    });

    test("a dropped body leaves no file", () =>
      withStore(async (store) => {
        const sink = store.newBody();
        await sink.write(new Uint8Array(300_000));
        await sink.discard();
        const ids: string[] = [];
        for await (const file of store.fileBodies()) ids.push(file);
        assert.deepEqual(ids, []);
      }));
  });
}
