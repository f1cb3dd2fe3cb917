// Somebody who shares more than anybody wants to have shared: hundreds of mailboxes, lists of rights that change without a pause,
// and people who ask about all of it at once (RFC 4314, RFC 5465, RFC 7377).

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ImapClient, quoted } from "../support/imap-client.ts";
import { sitePassword } from "../support/server-site.ts";
import { Siege } from "./siege.ts";

const alice = "alice@example.org";
const mallory = "mallory@example.org";
const mailboxesMany = 200;
const patienceMs = 30_000;
const all = "(MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange)";
const theirs = (name: string): string => quoted(`Other Users/${alice}/${name}`);

suite("hundreds of shared mailboxes", { timeout: 200_000 }, () => {
  let siege: Siege;
  let owner: ImapClient;
  before(async () => {
    siege = await Siege.begin({ accounts: ["asha@example.org", alice, mallory] });
    owner = await logIn(alice);
    await each((at) => `CREATE many/${at}`);
    await each((at) => `SETACL many/${at} anyone lrswite`);
  });
  after(async () => {
    owner[Symbol.dispose]();
    await siege[Symbol.asyncDispose]();
  });

  const logIn = (who: string): Promise<ImapClient> =>
    ImapClient.logIn(siege.site.at("imaps"), who, sitePassword, patienceMs);

  async function each(words: (at: number) => string): Promise<void> {
    const tags = Array.from({ length: mailboxesMany }, (_, at) => owner.send(words(at)));
    for (const tag of tags) assert.equal((await owner.completion(tag)).status, "OK");
  }

  test("are listed, counted, searched and watched at once by ten people who ask again and again", async () => {
    await siege.endure(async () => {
      const clients = await Promise.all(Array.from({ length: 10 }, () => logIn(mallory)));
      await Promise.all(
        clients.map(async (client) => {
          for (const words of [
            'LIST "" "*" RETURN (STATUS (MESSAGES UNSEEN SIZE) MYRIGHTS SUBSCRIBED METADATA ("/shared/comment" "/private/comment"))',
            'LIST "" "Other Users/*" RETURN (MYRIGHTS CHILDREN)',
            'XLIST "" "*"',
            'ESEARCH IN (subtree "Other Users") RETURN (COUNT) FUZZY TEXT nothing',
            `NOTIFY SET STATUS (subtree ("Other Users" "") ${all})`,
            "NOTIFY NONE",
          ])
            await client.ok(words);
        }),
      );
      for (const client of clients) client[Symbol.dispose]();
    });
  });

  test("come and go under people who watch and do not read", async () => {
    await siege.endure(async () => {
      const deaf: ImapClient[] = [];
      for (let at = 0; at < 10; at++) {
        const client = await logIn(mallory);
        await client.ok("ENABLE QRESYNC METADATA");
        await client.ok(`SELECT ${theirs(`many/${at}`)}`);
        await client.ok(
          `NOTIFY SET STATUS (selected (MessageNew (UID BODY.PEEK[]) MessageExpunge FlagChange)) (subtree "Other Users" ${all})`,
        );
        client.wire.stopReading();
        deaf.push(client);
      }
      for (let round = 0; round < 1; round++) {
        await each((at) => `DELETEACL many/${at} anyone`);
        await each((at) => `SETACL many/${at} anyone lrswite`);
        await owner.ok("RENAME many few");
        await owner.ok("RENAME few many");
      }
      await sleep(300);
      for (const client of deaf) client[Symbol.dispose]();
    });
    using client = await logIn(mallory);
    assert.equal((await client.ok(`STATUS ${theirs("many/7")} (MESSAGES)`)).untagged.length, 1);
  });

  test("rights that change all the time do not keep anybody from the mail", async () => {
    await siege.endure(async () => {
      const tags: string[] = [];
      for (let at = 0; at < 200; at++)
        tags.push(owner.send(`SETACL many/1 ${mallory} ${at % 2 === 0 ? "lrswite" : "lr"}`));
      using client = await logIn(mallory);
      await client.ok(`SELECT ${theirs("many/1")}`);
      for (let at = 0; at < 50; at++) {
        await client.run(`APPEND ${theirs("many/1")} {3+}\r\na\r\n`);
        await client.run("STORE 1:* +FLAGS (\\Seen)");
        await client.run("UID FETCH 1:* (FLAGS)");
      }
      for (const tag of tags) assert.equal((await owner.completion(tag)).status, "OK");
    });
  });
});
