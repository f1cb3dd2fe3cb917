// dakghar index check: agrees with an index that is right, tells of one that is not and makes it anew.

import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import fc from "fast-check";
import { adminFixture } from "../../../test/support/admin.ts";
import { stage } from "../../../test/support/embedded.ts";
import { messageOf, writtenText } from "../../../test/support/text-index.ts";
import { flagSet } from "../../model/flags.ts";
import { mailboxName } from "../../model/mailbox-name.ts";

const address = "asha@example.org";

/** An account with forty messages in many scripts. */
async function furnished() {
  const world = await adminFixture();
  await world.say("domain add", { domain: "example.org" });
  await world.say("account add", { address, password: "correct horse battery" });
  const { id } = await world.directory.accountAt(address);
  using account = await world.mail.open(id);
  const inbox = await account.find(mailboxName("INBOX"));
  const items = [];
  for (const [at, text] of fc.sample(writtenText, { numRuns: 40, seed: 9 }).entries())
    items.push({ message: await stage(account, messageOf(text, at)), flags: flagSet(0, []) });
  await account.append(inbox.id, items);
  const { textIndex } = await world.stores.account(id);
  return { world, textIndex, file: join(world.folder, "accounts", id, "index", "text.db") };
}

test("index check finds that index and mail agree, whether messages wait or not", async () => {
  const { world, textIndex } = await furnished();
  await using _ = world;
  const before = await world.say("index check", { address });
  assert.equal(before.verdict, "good");
  // On a busy machine they have been indexed by now.
  assert.match(
    before.text,
    /index and mail agree(?:; 40 messages wait to be indexed, and are read by searches until then)?\.\n$/,
  );
  await textIndex.catchUp(() => undefined);
  const after = await world.say("index check");
  assert.equal(after.verdict, "good");
  assert.match(after.text, /^asha@example\.org: \d+ strings in \d+ messages compared, index and mail agree\.\n$/);
});

test("index check tells of an index that misses messages, and makes it anew", async () => {
  const { world, textIndex, file } = await furnished();
  await using _ = world;
  await textIndex.catchUp(() => undefined);
  const index = new DatabaseSync(file);
  // Its tables agree with each other, and not with the mail.
  index.exec("delete from word; delete from body_trigram; delete from head_trigram; delete from passage");
  index.exec("insert into word (rowid, head) select content, 'nothing' from field");
  index.close();
  const wrong = await world.say("index check", { address });
  assert.equal(wrong.verdict, "problem");
  assert.match(wrong.text, /INBOX: the index misses \d+ messages/);
  assert.match(wrong.text, /The index was made anew/);
  assert.equal((await world.say("index check", { address })).verdict, "good");
});

test("index check tells of contents that an index claims to have", async () => {
  const { world, textIndex, file } = await furnished();
  await using _ = world;
  await textIndex.catchUp(() => undefined);
  const index = new DatabaseSync(file);
  index.exec("delete from field where content = 7");
  index.close();
  const wrong = await world.say("index check", { address });
  assert.equal(wrong.verdict, "problem");
  assert.match(wrong.text, /1 contents are not in its table field, the first is 7/);
});

test("index check --rebuild makes an index anew that nothing is wrong with", async () => {
  const { world, textIndex } = await furnished();
  await using _ = world;
  const said = await world.say("index check", { address, rebuild: true });
  assert.equal(said.verdict, "good");
  assert.match(said.text, /the index was made anew, \d+ strings in \d+ messages compared, index and mail agree\.\n$/);
  assert.equal(await textIndex.behind(), 0);
});
