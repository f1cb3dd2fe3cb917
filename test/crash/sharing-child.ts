// A process that moves the letters of one account into another and is killed on the way: argv has the folder, what to do, and the
// point at which it dies.

import { ShareBook } from "../../src/directory/share-book.ts";
import { MailService } from "../../src/mailbox/mail-service.ts";
import { SharingService } from "../../src/mailbox/sharing/sharing-service.ts";
import { noFlags } from "../../src/model/flags.ts";
import { type AccountId, asAccountId } from "../../src/model/ids.ts";
import { mailboxName } from "../../src/model/mailbox-name.ts";
import { parseRights } from "../../src/model/rights.ts";
import { uidSet } from "../../src/model/uid-set.ts";
import { SqliteStores } from "../../src/store/sqlite/sqlite-stores.ts";
import { stage } from "../support/embedded.ts";
import { MemoryDirectory } from "../support/memory-directory.ts";

const [, , dataFolder = "", order, failpoint] = process.argv;
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
let armed = false;
let left = Number(failpoint?.split("@")[1] ?? 0);
const stores = await SqliteStores.open({
  dataFolder,
  holder: `process ${process.pid}`,
  clock,
  hooks: {
    reached(point) {
      if (armed && point === failpoint?.split("@")[0] && --left === 0) process.kill(process.pid, "SIGKILL");
    },
  },
});
const mail = new MailService(stores, clock);
const directory = new MemoryDirectory();
const people: readonly [AccountId, string][] = [
  [asAccountId("00000000000000a1"), "asha@example.org"],
  [asAccountId("00000000000000a2"), "sahir@example.org"],
];
for (const [id, address] of people) directory.set(id, address);
const sharing = new SharingService({ mail, shares: new ShareBook(stores.directory), directory });
const [asha, sahir] = people;
if (asha === undefined || sahir === undefined) throw new Error("two people");
const hers = mailboxName("Other Users/asha@example.org/INBOX");

if (order === "prepare") {
  for (const [id] of people) await mail.create(id);
  const rights = parseRights("lrswite");
  if (rights === undefined) throw new Error("rights");
  {
    using mine = await sharing.open(...asha);
    await mine.changeAcl(mailboxName("INBOX"), { identifier: sahir[1], how: "replace", rights });
    const { id } = await mine.find(mailboxName("INBOX"));
    const items = [];
    for (let n = 0; n < 120; n++)
      items.push({ message: await stage(mine, `Subject: letter ${n}\r\n\r\n${"x".repeat(n)}\r\n`), flags: noFlags });
    await mine.append(id, items);
  }
} else if (order === "move") {
  using his = await sharing.open(...sahir);
  using inbox = await his.open((await his.find(hers)).id, "read-write");
  const { id } = await his.find(mailboxName("INBOX"));
  armed = true;
  await inbox.move(inbox.uidsWithin(uidSet([[1, 0xffff_ffff]])), id);
} else if (order === "share") {
  using his = await sharing.open(...sahir);
  const rights = parseRights("lr");
  if (rights === undefined) throw new Error("rights");
  armed = true;
  await his.changeAcl(mailboxName("Archive"), { identifier: asha[1], how: "replace", rights });
}
armed = false;
await mail.stop();
await stores.close();
