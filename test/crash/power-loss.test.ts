// The power goes: a file system in a file is shut down in such a way that everything not flushed is gone, while the store
// is writing. Then it is mounted again. Needs root, loop devices and python3; says so where they are missing.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tempDir } from "../support/temp-dir.ts";
import { StoreProcess } from "./store-process.ts";

// FS_IOC_SHUTDOWN with FS_SHUTDOWN_FLAGS_NOLOGFLUSH: what the page cache and the journal's memory hold never gets out.
const pullPlug = `import fcntl,os,struct,sys
fd=os.open(sys.argv[1],os.O_RDONLY)
fcntl.ioctl(fd,0x8004587d,struct.pack("I",2))`;

const imageBytes = 96 * 1024 * 1024;

function whyNot(): string | false {
  if (process.getuid?.() !== 0) return "needs root to mount a file system";
  for (const command of ["mkfs.ext4", "losetup", "python3"])
    if (spawnSync("which", [command]).status !== 0) return `needs ${command}`;
  return spawnSync("losetup", ["-f"]).status === 0 ? false : "needs a loop device";
}

const skip = whyNot();

for (const appends of [1, 25, 120, 300]) {
  test(`after a power failure behind ${appends} acknowledged messages, each is there byte for byte`, {
    skip,
  }, async () => {
    await using folder = await tempDir();
    const image = join(folder.path, "image");
    const disk = join(folder.path, "disk");
    mkdirSync(disk);
    writeFileSync(image, "");
    truncateSync(image, imageBytes);
    execFileSync("mkfs.ext4", ["-q", "-F", image]);
    execFileSync("mount", ["-o", "loop", image, disk]);
    const acknowledged = new Map<number, number>();
    try {
      {
        await using store = await StoreProcess.start(join(disk, "data"));
        for (let n = 1; n <= appends; n++) {
          const { uid, problem } = await store.ask("append", { n, size: n % 7 === 0 ? 200_000 : 60_000 });
          assert.ok(uid !== undefined, `refused: ${problem}`);
          acknowledged.set(uid, n);
        }
        execFileSync("python3", ["-c", pullPlug, disk]);
        store.kill();
        await store.ended;
      }
      execFileSync("umount", [disk]);
      execFileSync("mount", ["-o", "loop", image, disk]);
      await using store = await StoreProcess.start(join(disk, "data"));
      for (const [uid, n] of acknowledged)
        assert.match(
          (await store.ask("read", { n: uid })).text ?? "",
          new RegExp(`^Subject: ${n}\\r`),
          `message ${uid} is gone`,
        );
      assert.deepEqual((await store.ask("check")).findings, []);
      assert.ok(((await store.ask("append")).uid ?? 0) > appends);
    } finally {
      spawnSync("umount", ["-l", disk]);
    }
  });
}
