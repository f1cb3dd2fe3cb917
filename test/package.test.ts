// The published package: packed from a copy of this checkout, unpacked into an empty folder as npm would, and started.
// Tests have no network, so the packages it depends on are links to the ones installed here: only those that
// package.json names under `dependencies`, so that one forgotten there is missed here as it would be anywhere.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { readText, rootDir } from "./support/source-tree.ts";

const run = promisify(execFile);
const manifest: { version: string; bin: Record<string, string>; dependencies: Record<string, string> } = JSON.parse(
  readText("package.json"),
);

suite("the packed package", () => {
  let folder: string;
  let command: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "dakghar-package-"));
    const checkout = join(folder, "checkout");
    const parts = ["package.json", "tsconfig.json", "tsconfig.build.json", "README.md", "LICENSE", "CHANGELOG.md"];
    for (const part of [...parts, "src", "tools", "docs"])
      await cp(join(rootDir, part), join(checkout, part), { recursive: true });
    await symlink(join(rootDir, "node_modules"), join(checkout, "node_modules"));
    await run("npm", ["pack", "--offline", "--silent", "--pack-destination", folder], { cwd: checkout });

    const installed = join(folder, "empty/node_modules");
    await mkdir(join(installed, ".bin"), { recursive: true });
    await run("tar", ["-xzf", join(folder, `dakghar-${manifest.version}.tgz`), "-C", installed]);
    await run("mv", ["package", "dakghar"], { cwd: installed });
    for (const name of Object.keys(manifest.dependencies)) {
      await mkdir(dirname(join(installed, name)), { recursive: true });
      await symlink(join(rootDir, "node_modules", name), join(installed, name));
    }
    command = join(installed, ".bin/dakghar");
    await symlink(join("../dakghar", manifest.bin["dakghar"] ?? ""), command);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  test("dakghar version tells the version", async () => {
    const { stdout, stderr } = await run(command, ["version"]);
    assert.match(stdout, new RegExp(`\\b${RegExp.escape(manifest.version)}\\b`));
    assert.equal(stderr, "");
  });

  test("dakghar serve opens the post office, and ends when it is asked to", async () => {
    const dataDir = join(folder, "data");
    const server = spawn(command, ["serve", "--ports", "auto"], { env: { ...process.env, DAKGHAR_DATA: dataDir } });
    let output = "";
    for (const stream of [server.stdout, server.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const ended = once(server, "close");
    try {
      while (!output.includes("Ctrl-C ends it") && server.exitCode === null) await sleep(10);
      const { stdout } = await run(command, ["check", "--json"], { env: { ...process.env, DAKGHAR_DATA: dataDir } });
      assert.deepEqual(JSON.parse(stdout), { accounts: 1, problems: [] });
      const index = ["index", "check", "--rebuild"];
      const checked = await run(command, index, { env: { ...process.env, DAKGHAR_DATA: dataDir } });
      assert.match(checked.stdout, /the index was made anew, .* index and mail agree\.\n$/);
    } finally {
      server.kill("SIGTERM");
    }
    assert.equal((await ended)[0], 0, output);
  });

  test("dakghar on an old Node says which one it needs", async () => {
    const old = join(folder, "old-node.cjs");
    await writeFile(old, 'Object.defineProperty(process.versions, "node", { value: "20.20.2" });');
    const failed = await run(process.execPath, ["--require", old, command, "version"]).then(
      () => assert.fail("started"),
      (error: unknown) => error,
    );
    assert.ok(failed instanceof Error && "stderr" in failed && "code" in failed);
    assert.match(String(failed.stderr), /needs Node 26 or newer, and this is Node 20\.20\.2/);
    assert.equal(failed.code, 78);
  });

  test("the package holds no TypeScript and no tests", async () => {
    const { stdout } = await run("tar", ["-tzf", join(folder, `dakghar-${manifest.version}.tgz`)]);
    const paths = stdout.trimEnd().split("\n");
    assert.deepEqual(
      paths.filter((path) => /\.ts$|\.test\./.test(path)),
      [],
    );
    assert.ok(paths.includes("package/LICENSE") && paths.includes("package/README.md"));
  });
});
