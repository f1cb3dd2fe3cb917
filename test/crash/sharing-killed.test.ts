// Between two accounts there is no transaction: wherever a move between them is killed, each message is in the one, in the other,
// or in both, and whoever has been given rights finds what they are for.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ShareBook } from "../../src/directory/share-book.ts";
import { MailService } from "../../src/mailbox/mail-service.ts";
import { asAccountId } from "../../src/model/ids.ts";
import { mailboxName } from "../../src/model/mailbox-name.ts";
import { uidSet } from "../../src/model/uid-set.ts";
import { auditAccount } from "../../src/store/audit.ts";
import { SqliteStores } from "../../src/store/sqlite/sqlite-stores.ts";
import { readAcls } from "../../src/store/work/acl.ts";
import { TestClock } from "../support/embedded.ts";
import { rootDir } from "../support/source-tree.ts";
import { tempDir } from "../support/temp-dir.ts";

const accounts = ["00000000000000a1", "00000000000000a2"].map(asAccountId);
const letters = 120;

/** Whether it was killed. */
async function run(folder: string, ...args: readonly string[]): Promise<"killed" | "done"> {
  const child = spawn(process.execPath, [join(rootDir, "test/crash/sharing-child.ts"), folder, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code, signal]: unknown[] = await once(child, "exit");
  if (signal === "SIGKILL") return "killed";
  assert.equal(code, 0);
  return "done";
}

/** The subjects of what each account has in its INBOX. */
async function inboxes(folder: string): Promise<readonly (readonly string[])[]> {
  const stores = await SqliteStores.open({ dataFolder: folder, holder: "a test", clock: new TestClock(), hooks: {} });
  const mail = new MailService(stores, new TestClock());
  try {
    const found: string[][] = [];
    for (const id of accounts) {
      assert.deepEqual(await auditAccount(await stores.account(id), () => undefined), []);
      using account = await mail.open(id);
      using inbox = await account.open((await account.find(mailboxName("INBOX"))).id, "read-only");
      const subjects: string[] = [];
      for (const uid of inbox.uidsWithin(uidSet([[1, 0xffff_ffff]]))) {
        const facts = inbox.facts(uid);
        if (facts === undefined) continue;
        const text = new TextDecoder().decode(await (await inbox.body(facts.content)).slice(0, 40));
        subjects.push(/^Subject: (.*)\r\n/.exec(text)?.[1] ?? text);
      }
      found.push(subjects);
    }
    return found;
  } finally {
    await mail.stop();
    await stores.close();
  }
}

test("a move between accounts that is killed anywhere loses no message", async (t) => {
  await using folder = await tempDir();
  const prepared = join(folder.path, "prepared");
  assert.equal(await run(prepared, "prepare"), "done");
  const ends: string[] = [];
  for (let times = 1; ; times++) {
    const copy = join(folder.path, String(times));
    await cp(prepared, copy, { recursive: true });
    const end = await run(copy, "move", `after-commit@${times}`);
    const [left = [], moved = []] = await inboxes(copy);
    const missing = Array.from({ length: letters }, (_, n) => `letter ${n}`).filter(
      (subject) => !left.includes(subject) && !moved.includes(subject),
    );
    assert.deepEqual(missing, [], `after commit ${times}`);
    ends.push(`${left.length} left, ${moved.length} moved`);
    if (end === "killed") continue;
    assert.deepEqual([left.length, moved.length], [0, letters]);
    break;
  }
  t.diagnostic(ends.join("; "));
  assert.ok(ends.includes(`${letters} left, 100 moved`), "killed between copy and expunge");
});

test("rights that were given when the server was killed are found", async () => {
  await using folder = await tempDir();
  const prepared = join(folder.path, "prepared");
  assert.equal(await run(prepared, "prepare"), "done");
  for (let times = 1; ; times++) {
    const copy = join(folder.path, String(times));
    await cp(prepared, copy, { recursive: true });
    const end = await run(copy, "share", `after-commit@${times}`);
    const stores = await SqliteStores.open({ dataFolder: copy, holder: "a test", clock: new TestClock(), hooks: {} });
    const [asha, sahir] = accounts;
    assert.ok(asha !== undefined && sahir !== undefined);
    const shared = (await (await stores.account(sahir)).read(readAcls)).size > 0;
    const book = new ShareBook(stores.directory);
    await book.load();
    const known = book.ownersFor(asha).has(sahir);
    await stores.close();
    assert.ok(known || !shared, `after commit ${times}`);
    if (end === "done") {
      assert.ok(shared);
      break;
    }
  }
});
