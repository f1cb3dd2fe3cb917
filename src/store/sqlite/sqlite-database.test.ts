// What only the embedded engine promises: a bounded log, shared flushes, one process a folder.

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { TestClock } from "../../../test/support/embedded.ts";
import { tempDir } from "../../../test/support/temp-dir.ts";
import { walBytesMax, walWaitBytesMax } from "../../base/limits.ts";
import { asAccountId } from "../../model/ids.ts";
import { one, run, sql, type Work } from "../sql.ts";
import { FolderInUse } from "./data-folder.ts";
import { SqliteStores } from "./sqlite-stores.ts";

const id = asAccountId("0123456789abcdef");

function* keep(number: number, bytes: Uint8Array): Work<void> {
  yield* run(sql`insert into body (content, bytes) values (${number}, ${bytes})`);
}

test("the write-ahead log stays bounded while writers go on, and nothing is lost on the way", async () => {
  await using folder = await tempDir();
  const points: string[] = [];
  const hooks = { reached: (point: string) => points.push(point) };
  const stores = await SqliteStores.open({ dataFolder: folder.path, holder: "a test", clock: new TestClock(), hooks });
  const store = await stores.createAccount(id);
  const bytes = new Uint8Array(100_000);
  const log = join(folder.path, "accounts", id, "mail.db-wal");
  let largest = 0;
  for (let at = 0; at < 400; at++) {
    await store.write(() => keep(at, bytes), "flushed");
    largest = Math.max(largest, statSync(log).size);
  }
  assert.ok(points.includes("after-checkpoint"));
  assert.ok(largest < walWaitBytesMax + walBytesMax, `the log grew to ${largest} bytes`);
  assert.equal((await store.read(() => one<{ n: number }>(sql`select count(*) as n from body`))).n, 400);
  await stores.close();
});

test("a flush that many writers wait for is shared", async () => {
  await using folder = await tempDir();
  let flushes = 0;
  const hooks = { flushed: () => flushes++ };
  const stores = await SqliteStores.open({ dataFolder: folder.path, holder: "a test", clock: new TestClock(), hooks });
  const store = await stores.createAccount(id);
  await Promise.all(Array.from({ length: 50 }, (_, at) => store.write(() => keep(at, new Uint8Array(10)), "flushed")));
  assert.ok(flushes >= 1 && flushes <= 3, `${flushes} flushes for 50 writers`);
  await stores.close();
});

test("a second process on the data folder is refused and told who holds it", async () => {
  await using folder = await tempDir();
  const options = { dataFolder: folder.path, holder: "process 4711 since noon", clock: new TestClock(), hooks: {} };
  const first = await SqliteStores.open(options);
  await assert.rejects(
    SqliteStores.open(options),
    (error) => error instanceof FolderInUse && /process 4711 since noon/.test(error.message),
  );
  await first.close();
  await (await SqliteStores.open(options)).close();
});
