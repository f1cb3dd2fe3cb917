// Counters of a shared mailbox, asked for while a commit is under way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ScheduledStores } from "../../../test/simulator/scheduled-store.ts";
import { stage, TestClock, testAccount } from "../../../test/support/embedded.ts";
import { MemoryDirectory } from "../../../test/support/memory-directory.ts";
import { ShareBook } from "../../directory/share-book.ts";
import { flagSet, noFlags, systemFlags } from "../../model/flags.ts";
import { asAccountId } from "../../model/ids.ts";
import { mailboxName } from "../../model/mailbox-name.ts";
import { rightsOf } from "../../model/rights.ts";
import { eventLoopTurn } from "../event-loop-turn.ts";
import { MailService } from "../mail-service.ts";
import { SharingService } from "./sharing-service.ts";

const bobsId = asAccountId("00000000000000bb");

test("what somebody has seen of a shared mailbox is counted together with what there is", async () => {
  const [stores, directory] = [new ScheduledStores(), new MemoryDirectory()];
  const service = new MailService(stores, new TestClock());
  const sharing = new SharingService({ mail: service, shares: new ShareBook(stores.directory), directory });
  for (const [id, address] of [
    [testAccount, "alice@example.org"],
    [bobsId, "bob@example.org"],
  ] as const) {
    await stores.createAccount(id);
    stores.databaseOf(id).pace = "at-once";
    await service.create(id);
    directory.set(id, address);
  }
  using alice = await sharing.open(testAccount, "alice@example.org");
  const inbox = await alice.find(mailboxName("INBOX"));
  const rights = rightsOf(["l", "r", "s", "i"]);
  await alice.changeAcl(inbox.name, { identifier: "bob@example.org", rights, how: "replace" });
  await alice.append(inbox.id, [{ message: await stage(alice, "Subject: x\r\n\r\n"), flags: noFlags }]);
  using bob = await sharing.open(bobsId, "bob@example.org");
  const shared = await bob.find(mailboxName("Other Users/alice@example.org/INBOX"));
  // From now on he has a number in her account.
  await bob.append(shared.id, [{ message: await stage(bob, "Subject: y\r\n\r\n"), flags: noFlags }]);
  assert.equal((await bob.find(shared.name)).unseen, 2);
  const message = await stage(bob, "Subject: z\r\n\r\n");
  const database = stores.databaseOf(testAccount);
  database.pace = "scheduled";
  const appended = bob.append(shared.id, [{ message, flags: flagSet(systemFlags["\\Seen"], []) }]);
  while (database.waiting === 0) await eventLoopTurn();
  database.commit(1);
  using newcomer = await sharing.open(bobsId, "bob@example.org");
  const { messages, unseen } = await newcomer.find(shared.name);
  assert.equal(unseen, 2, `of ${messages}`);
  database.completeFlush();
  await appended;
  database.pace = "at-once";
  await service.stop();
  await stores.close();
});
