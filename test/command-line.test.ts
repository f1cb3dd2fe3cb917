// The command line as people and scripts use it: the real program in a process of its own, with and without a server.

import assert from "node:assert/strict";
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { type Ended, runDakghar } from "./support/run-dakghar.ts";
import { rootDir } from "./support/source-tree.ts";
import { spawnServer } from "./support/spawn-server.ts";
import { tempDir } from "./support/temp-dir.ts";

function runner(dataDir: string) {
  return (words: string | readonly string[], input = ""): Promise<Ended> => runDakghar(words, { dataDir, input });
}

suite("the command line", { concurrency: 2 }, () => {
  test("without a server it works on the data folder itself, for its owner alone", async () => {
    await using folder = await tempDir();
    const data = join(folder.path, "a folder that is not there yet");
    const dakghar = runner(data);
    assert.equal((await dakghar("domain add example.org")).code, 0);
    const added = await dakghar("account add asha@example.org --password-stdin --json", "correct horse\nmore\n");
    assert.equal(added.code, 0, added.err);
    assert.equal(JSON.parse(added.out).address, "asha@example.org");
    assert.ok(!added.out.includes("correct horse"));
    assert.equal((await stat(data)).mode & 0o777, 0o700);
    assert.equal((await stat(join(data, "directory.db"))).mode & 0o777, 0o600);
    const listed = await dakghar("account list");
    assert.match(listed.out, /^Address +Name +State +Aliases\nasha@example\.org /);
  });

  test("exit codes tell done, refused and senseless apart, and faults go to standard error", async () => {
    await using folder = await tempDir();
    const dakghar = runner(folder.path);
    const refused = await dakghar("account add asha@example.org");
    assert.deepEqual([refused.code, refused.out], [1, ""]);
    assert.match(refused.err, /^dakghar: This domain is not served here/);
    const senseless = await dakghar("account add");
    assert.equal(senseless.code, 2);
    assert.match(senseless.err, /ADDRESS is missing\.\nMore: dakghar help account add\n/);
    assert.equal((await dakghar("account recover x@example.org --since never")).code, 2);
    const forScripts = await dakghar("domain remove example.org --json");
    assert.equal(forScripts.code, 1);
    assert.equal(JSON.parse(forScripts.out).error.kind, "domain-missing");
  });

  test("a data folder that cannot be made or read is a sentence, not a stack", async (t) => {
    if (process.getuid?.() === 0) return t.skip("root may write everywhere");
    await using folder = await tempDir();
    const closed = join(folder.path, "closed");
    await mkdir(closed);
    await chmod(closed, 0o500);
    const said = await runner(join(closed, "data"))("domain list");
    assert.notEqual(said.code, 0);
    assert.doesNotMatch(said.err, /\n {4}at /);
  });

  test("a damaged holder note or a file in the folder's place is a sentence, not a stack", async () => {
    await using folder = await tempDir();
    const file = join(folder.path, "file");
    await writeFile(file, "no folder");
    const said = await runner(file)("domain list");
    assert.equal(said.code, 75);
    assert.match(said.err, /^dakghar: .*file/);
    assert.doesNotMatch(said.err, /\n {4}at /);
  });

  test("what root does in another user's folder is that user's", async (t) => {
    if (process.getuid?.() !== 0) return t.skip("only root may become another user");
    await using folder = await tempDir();
    await chown(folder.path, 65_534, 65_534);
    const dakghar = runner(folder.path);
    assert.equal((await dakghar("domain add example.org")).code, 0);
    assert.equal((await dakghar("account add asha@example.org --generate-password")).code, 0);
    const names = await readdir(folder.path, { recursive: true });
    assert.ok(names.some((name) => name.endsWith("mail.db")));
    for (const name of names) assert.equal((await stat(join(folder.path, name))).uid, 65_534, name);
  });

  test("help and version say so on standard output", async () => {
    await using folder = await tempDir();
    const dakghar = runner(folder.path);
    const version: { version: string } = JSON.parse(await readFile(join(rootDir, "package.json"), "utf8"));
    assert.equal(JSON.parse((await dakghar("version --json")).out).version, version.version);
    const help = await dakghar("help");
    assert.deepEqual([help.code, help.err], [0, ""]);
    assert.match(help.out, /account recover/);
  });

  test("with a server running it asks the server, and never works behind its back", async () => {
    await using server = await spawnServer();
    const dakghar = runner(server.dataDir);
    assert.equal((await dakghar("domain add উদাহরণ.বাংলা")).code, 0);
    const added = await dakghar(["account", "add", "ডাক@উদাহরণ.বাংলা", "--name", "ডাক ঘর", "--json"]);
    assert.equal(added.code, 0, added.err);
    assert.match(JSON.parse(added.out).password, /^\S{19}$/);
    const settings: { endpoints: { service: string; port: number }[] } = JSON.parse(
      (await dakghar(["settings", "ডাক@উদাহরণ.বাংলা", "--json"])).out,
    );
    assert.ok(settings.endpoints.some(({ service, port }) => service === "imap" && port === server.trial.ports.imaps));
    const checked = await dakghar("check");
    assert.deepEqual([checked.code, checked.out], [0, "2 accounts checked: all is well.\n"]);
    // The same folder cannot be opened by a second process; the commands above would have failed.
    const second = await dakghar("serve --ports auto");
    assert.equal(second.code, 75);
    assert.match(second.err, new RegExp(`in use by another Dakghar \\(process ${server.pid}: dakghar serve\\)`));
  });

  test("a data folder deep in the tree has its control socket all the same", async () => {
    await using folder = await tempDir();
    const data = join(folder.path, "x".repeat(120), "y".repeat(120));
    await using server = await spawnServer({ dataDir: data });
    assert.match((await runner(server.dataDir)("account list")).out, /you@dakghar\.localhost/);
  });
});
