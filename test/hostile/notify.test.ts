// IMAP clients that ask by NOTIFY for more than is good for anybody (RFC 5465 9: "It is very easy for a client to deny
// itself service using NOTIFY"): without end, about names that come and go, and without reading what they asked for.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { notifyGroupsMax, notifyNamesMax } from "../../src/base/limits.ts";
import type { ImapClient } from "../support/imap-client.ts";
import { Siege } from "./siege.ts";

const all = "(MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange)";
const mailboxesMany = 300;

suite("NOTIFY under siege", () => {
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin();
    using client = await siege.logIn();
    const tags = Array.from({ length: mailboxesMany }, (_, at) => client.send(`CREATE many/${at}`));
    for (const tag of tags) assert.equal((await client.completion(tag)).status, "OK");
  });
  after(() => siege[Symbol.asyncDispose]());

  async function listening(...words: readonly string[]): Promise<ImapClient> {
    const client = await siege.logIn();
    await client.ok("SELECT INBOX");
    await client.ok(...words);
    return client;
  }

  test("thousands of NOTIFY SET in a row, each as large as may be, replace one another", async () => {
    await siege.endure(async () => {
      using client = await siege.logIn();
      const names = Array.from({ length: notifyNamesMax - notifyGroupsMax }, (_, at) => `many/${at}`).join(" ");
      const groups = Array.from({ length: notifyGroupsMax - 1 }, (_, at) => `(subtree many/${at} ${all})`).join(" ");
      const command = `NOTIFY SET (mailboxes (${names}) ${all}) ${groups}`;
      const tags = Array.from({ length: 200 }, () => client.send(command));
      for (let times = 0; times < 3_000; times++)
        tags.push(client.send(`NOTIFY SET (selected NONE) (personal ${all})`));
      for (const tag of tags) assert.equal((await client.completion(tag)).status, "OK");
    });
  });

  test("STATUS of all mailboxes a thousand times over does not pile up for who does not read it", async () => {
    await siege.endure(async () => {
      using client = await siege.logIn();
      client.wire.stopReading();
      for (let times = 0; times < 1_000; times++) client.send(`NOTIFY SET STATUS (personal ${all})`);
      await sleep(400);
    });
  });

  test("filters beyond all measure are refused, and leave what was asked for before", async () => {
    await siege.endure(async () => {
      using client = await listening(`NOTIFY SET (mailboxes Sent ${all})`);
      for (const [words, status] of [
        [`(mailboxes (${"x ".repeat(30_000)}x) NONE)`, "NO"],
        [`(subtree (${'"" '.repeat(15_000)}"") ${all})`, "NO"],
        ["(personal NONE) ".repeat(3_500), "NO"],
        [`(mailboxes ${"x/".repeat(30_000)}x ${all})`, "OK"],
        [`(personal (${"MailboxName ".repeat(4_000)}MailboxName))`, "OK"],
        [`(personal (${"Nonsense ".repeat(5_000)}Nonsense))`, "NO"],
        [`(selected (MessageNew (${"UID ".repeat(10_000)}UID) MessageExpunge))`, "OK"],
        [`(selected (MessageNew (BODY.PEEK[${"1.".repeat(25_000)}1]) MessageExpunge))`, "OK"],
        ["(".repeat(60_000), "BAD"],
        [`(mailboxes ${"(".repeat(60_000)}`, "BAD"],
        [`(selected (MessageNew ${"(".repeat(60_000)}`, "BAD"],
        [`(mailboxes {100000+}\r\n${"x".repeat(100_000)} ${all})`, "BAD"],
      ] as const) {
        const answer = await client.run(`NOTIFY SET ${words}`);
        assert.equal(answer.status, status, words.slice(0, 60));
      }
      await client.ok("NOOP");
    });
  });

  test("mailboxes that are made, renamed and deleted under their watchers do no harm to them", async () => {
    await siege.endure(async () => {
      using byName = await listening(`NOTIFY SET (mailboxes (a b a/x b/x) ${all})`);
      using byTree = await listening(`NOTIFY SET (selected (MessageNew (UID) MessageExpunge)) (subtree (a b) ${all})`);
      using everywhere = await listening(`NOTIFY SET (personal ${all}) (subscribed ${all})`);
      using busy = await siege.logIn();
      const tags: string[] = [];
      for (let round = 0; round < 30; round++)
        for (const words of ["CREATE a/x", "SUBSCRIBE a/x", "RENAME a b", "DELETE b/x", "UNSUBSCRIBE a/x", "DELETE b"])
          tags.push(busy.send(words));
      for (const tag of tags) assert.equal((await busy.completion(tag)).status, "OK");
      await busy.ok("CREATE a/x");
      await busy.ok("APPEND a/x ", Buffer.from("Subject: last\r\n\r\n"));
      for (const client of [byName, byTree, everywhere]) await client.wire.until(/STATUS a\/x \(MESSAGES 1 .*\r\n/);
      await busy.ok("DELETE a/x");
      await busy.ok("DELETE a");
    });
  });

  test("twenty clients that want every message whole, and never read, cost what is in their kernels", async () => {
    await siege.endure(async () => {
      const deaf: ImapClient[] = [];
      const wanted = "(MessageNew (UID BODY.PEEK[] BODYSTRUCTURE) MessageExpunge FlagChange)";
      for (let at = 0; at < 20; at++) deaf.push(await listening(`NOTIFY SET (selected ${wanted}) (personal ${all})`));
      for (const client of deaf) client.wire.stopReading();
      using busy = await siege.logIn();
      const message = Buffer.from(`Subject: large\r\n\r\n${"0123456789abcdef\r\n".repeat(20_000)}`);
      for (let at = 0; at < 30; at++) await busy.ok("APPEND INBOX ", message);
      await busy.ok("SELECT INBOX");
      const tags = Array.from({ length: 300 }, (_, at) =>
        busy.send(`STORE 1:* ${at % 2 === 0 ? "+" : "-"}FLAGS.SILENT (\\Seen)`),
      );
      for (let at = 0; at < mailboxesMany; at++) tags.push(busy.send(`COPY 1 many/${at}`));
      for (const tag of tags) await busy.completion(tag);
      await busy.ok("STORE 1:* +FLAGS.SILENT (\\Deleted)");
      await busy.ok("EXPUNGE");
      for (const client of deaf) client[Symbol.dispose]();
    });
  });

  test("a search whose updates fetch whole messages is followed at its client's pace", async () => {
    await siege.endure(async () => {
      using client = await listening("SEARCH RETURN (UPDATE (BODY.PEEK[] PREVIEW)) ALL");
      await client.ok("NOTIFY SET (selected (MessageNew (BODY.PEEK[]) MessageExpunge FlagChange))");
      client.wire.stopReading();
      using busy = await siege.logIn();
      const message = Buffer.from(`Subject: large\r\n\r\n${"0123456789abcdef\r\n".repeat(20_000)}`);
      for (let at = 0; at < 30; at++) await busy.ok("APPEND INBOX ", message);
      client.wire.readOn();
      while (!(await client.response()).text.startsWith("* 30 FETCH"));
    });
  });
});
