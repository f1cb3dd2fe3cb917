// The disk fails: full, or its flushes report errors. Nothing acknowledged is lost, reading goes on, and writing comes
// back by itself. Needs root (mount) and strace; says so where they are missing.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { tempDir } from "../support/temp-dir.ts";
import { StoreProcess } from "./store-process.ts";

const has = (command: string): boolean => spawnSync("which", [command]).status === 0;
const noMount = process.getuid?.() === 0 ? false : "needs root to mount a small disk";
const noTrace = has("strace") ? false : "needs strace";

const smallDiskBytes = 12 * 1024 * 1024;

test("a full disk refuses new mail with its reason, keeps serving what is there, and takes mail again when there is room", {
  skip: noMount,
}, async () => {
  await using folder = await tempDir();
  const disk = join(folder.path, "disk");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${smallDiskBytes}`, "tmpfs", disk]);
  try {
    const filler = join(disk, "filler");
    await using store = await StoreProcess.start(join(disk, "data"));
    const kept: number[] = [];
    writeFileSync(filler, new Uint8Array(smallDiskBytes / 2));
    let refused = "";
    for (let at = 0; at < 200 && refused === ""; at++) {
      const answer = await store.ask("append", { size: 60_000 });
      if (answer.uid !== undefined) kept.push(answer.uid);
      refused = answer.problem ?? "";
    }
    assert.equal(refused, "disk-full");
    assert.ok(kept.length > 3);
    // A large body does not fit either, and is refused the same way.
    assert.equal((await store.ask("append", { size: 8_000_000 })).problem, "disk-full");
    for (const uid of kept) assert.match((await store.ask("read", { n: uid })).text ?? "", /^Subject: \d+/);
    rmSync(filler);
    const again = await store.ask("append", { size: 60_000 });
    assert.ok(again.uid !== undefined, `refused: ${again.problem}`);
    assert.equal((await store.ask("exists")).exists, kept.length + 1);
    assert.deepEqual((await store.ask("check")).findings, []);
  } finally {
    execFileSync("umount", ["-l", disk]);
  }
});

test("a failing flush is never answered with OK; reading goes on, and writing comes back once the disk does", {
  skip: noTrace,
}, async () => {
  await using folder = await tempDir();
  const before = [
    "strace",
    "-f",
    "-qq",
    "-o",
    "/dev/null",
    "-e",
    "trace=fdatasync",
    "-e",
    "inject=fdatasync:error=EIO:when=8..9",
  ];
  await using store = await StoreProcess.start(folder.path, { before });
  const acknowledged: number[] = [];
  let refusals = 0;
  for (let at = 0; at < 40; at++) {
    const answer = await store.ask("append");
    if (answer.uid === undefined) {
      assert.equal(answer.problem, "store-unavailable");
      refusals++;
      const first = acknowledged[0];
      if (first !== undefined) assert.match((await store.ask("read", { n: first })).text ?? "", /^Subject: /);
      await setTimeout(200);
    } else acknowledged.push(answer.uid);
  }
  assert.ok(refusals > 0, "the injected error was never met");
  assert.ok(acknowledged.length > 10, "writing did not come back");
  for (const uid of acknowledged) assert.match((await store.ask("read", { n: uid })).text ?? "", /^Subject: /);
  assert.deepEqual((await store.ask("check")).findings, []);
});

for (const failpoint of [
  "before-commit@9",
  "after-commit@9",
  "after-flush@9",
  "before-checkpoint@1",
  "after-checkpoint@1",
  "before-commit@2",
  "after-commit@2",
]) {
  test(`killed ${failpoint.replace("@", ", time ")}, every acknowledged message is there and the audit is clean`, async () => {
    await using folder = await tempDir();
    const acknowledged = new Map<number, number>();
    {
      await using store = await StoreProcess.start(folder.path, { failpoint });
      for (let n = 1; n < 400; n++) {
        const answer = await store.ask("append", { n, size: 100_000 });
        if (answer.uid === undefined) break;
        acknowledged.set(answer.uid, n);
      }
      await store.ended;
    }
    await using store = await StoreProcess.start(folder.path);
    for (const [uid, n] of acknowledged)
      assert.match((await store.ask("read", { n: uid })).text ?? "", new RegExp(`^Subject: ${n}\\r`));
    const last = await store.ask("append");
    assert.ok((last.uid ?? 0) > Math.max(0, ...acknowledged.keys()), "a UID was used again");
    assert.deepEqual((await store.ask("check")).findings, []);
  });
}
