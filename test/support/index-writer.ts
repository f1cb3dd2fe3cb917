// Process entry for tests: appends messages to an account and indexes them, on and on, until somebody kills it.
//
//   node test/support/index-writer.ts FOLDER SEED     prints a line after each append

import { writeSync } from "node:fs";
import fc from "fast-check";
import { MailService } from "../../src/mailbox/mail-service.ts";
import { flagSet } from "../../src/model/flags.ts";
import { mailboxName } from "../../src/model/mailbox-name.ts";
import { SqliteStores } from "../../src/store/sqlite/sqlite-stores.ts";
import { stage, TestClock, testAccount } from "./embedded.ts";
import { messageOf, writtenText } from "./text-index.ts";

const [dataFolder = "", seed = "0"] = process.argv.slice(2);
const clock = new TestClock();
const stores = await SqliteStores.open({ dataFolder, holder: "a test", clock, hooks: {} });
const mail = new MailService(stores, clock);
const account = await mail.open(testAccount);
const { id } = await account.find(mailboxName("INBOX"));
const { textIndex } = await stores.account(testAccount);
const texts = fc.sample(writtenText, { numRuns: 64, seed: Number(seed) });
for (let number = 0; ; number += 4) {
  const items = [];
  for (let at = number; at < number + 4; at++) {
    const text = texts[at % texts.length];
    if (text !== undefined) items.push({ message: await stage(account, messageOf(text, at)), flags: flagSet(0, []) });
  }
  await account.append(id, items);
  writeSync(1, ".\n");
  textIndex.catchUp(() => undefined).catch(() => undefined);
}
