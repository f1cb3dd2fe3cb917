// NOTIFY (RFC 5465) where a transcript cannot show it: clients that do not read, bursts, too much to tell, many who listen.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { stage } from "../../../test/support/embedded.ts";
import { ImapClient, type ImapResponse } from "../../../test/support/imap-client.ts";
import { PostOffice, usualPolicy } from "../../../test/support/post-office.ts";
import { notifyNameNoticesMax } from "../../base/limits.ts";
import type { AccountMail } from "../../mailbox/mail.ts";
import { noFlags, systemFlags } from "../../model/flags.ts";
import { mailboxName } from "../../model/mailbox-name.ts";

const user = "alice@example.org";
const sessionsPerAccountMax = 60;

interface Visit {
  readonly office: PostOffice;
  /** Who makes things happen. */
  readonly mail: AccountMail;
  readonly logIn: (...commands: readonly string[]) => Promise<ImapClient>;
}

async function visit(body: (visit: Visit) => Promise<void>): Promise<void> {
  await using office = await PostOffice.open();
  const account = await office.newAccount(user);
  const port = await office.portOf("imap", { ...usualPolicy, sessionsPerAccountMax });
  using mail = await office.openMail(account);
  const clients: ImapClient[] = [];
  const logIn = async (...commands: readonly string[]): Promise<ImapClient> => {
    const client = await ImapClient.logIn({ port }, user, "secret");
    clients.push(client);
    for (const command of commands) await client.ok(command);
    return client;
  };
  try {
    await body({ office, mail, logIn });
    assert.deepEqual(office.faults, []);
  } finally {
    for (const client of clients) client[Symbol.dispose]();
    await office.quiet();
  }
}

async function deliver(mail: AccountMail, mailbox: string, ...texts: readonly (string | Uint8Array)[]): Promise<void> {
  const { id } = await mail.find(mailboxName(mailbox));
  const items = [];
  for (const text of texts) items.push({ message: await stage(mail, text), flags: noFlags });
  await mail.append(id, items);
}

const everything = "(MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange)";
const large = new Uint8Array(12_000_000).fill(0x61);

/** What comes up to a response that matches. */
async function heardUntil(client: ImapClient, expression: RegExp): Promise<readonly ImapResponse[]> {
  const heard: ImapResponse[] = [];
  for (;;) {
    const response = await client.response();
    heard.push(response);
    if (expression.test(response.text)) return heard;
  }
}

const textsOf = (responses: readonly ImapResponse[]): string[] => responses.map(({ text }) => text);

/** A client that is told of a large message and does not read on. */
async function stalled({ mail, logIn }: Visit): Promise<ImapClient> {
  const selected = "(selected (MessageNew (UID BODY.PEEK[]) MessageExpunge FlagChange))";
  const client = await logIn("SELECT INBOX", `NOTIFY SET ${selected} (personal ${everything})`);
  client.wire.stopReading();
  await deliver(mail, "INBOX", large);
  return client;
}

suite("NOTIFY", () => {
  test("a client that does not read hears of each mailbox once, and how it is when it reads on", () =>
    visit(async (visit) => {
      const { mail } = visit;
      const client = await stalled(visit);
      for (let round = 0; round < 50; round++)
        for (const name of ["Sent", "Junk", "Trash"]) await deliver(mail, name, "Subject: x\r\n\r\nx\r\n");
      for (let at = 0; at < 20; at++) {
        await mail.subscribe(mailboxName("later"));
        await mail.unsubscribe(mailboxName("later"));
      }
      await deliver(mail, "Archive", "Subject: last\r\n\r\nx\r\n");
      client.wire.readOn();
      const heard = textsOf(await heardUntil(client, /STATUS Archive/));
      const tag = client.send("NOOP");
      heard.push(...textsOf((await client.completion(tag)).untagged));
      const statuses = heard.filter((text) => text.startsWith("* STATUS"));
      assert.ok(statuses.length <= 12, `${statuses.length} STATUS responses for four mailboxes`);
      for (const name of ["Sent", "Junk", "Trash"])
        assert.match(statuses.filter((text) => text.includes(name)).at(-1) ?? "", /MESSAGES 50 UIDNEXT 51 /);
      const lists = heard.filter((text) => text.startsWith("* LIST"));
      assert.ok(lists.length >= 1 && lists.length <= 3, `${lists.length} LIST responses for one name`);
      assert.equal(heard.filter((text) => text.includes("FETCH")).length, 1);
    }));

  test("who is too far behind is told so, and of nothing more until the next NOTIFY", () =>
    visit(async (visit) => {
      const { mail } = visit;
      const client = await stalled(visit);
      const names = Array.from({ length: notifyNameNoticesMax + 50 }, (_, at) => mailboxName(`n${at}`));
      await Promise.all(names.map((name) => mail.subscribe(name)));
      client.wire.readOn();
      const heard = textsOf(await heardUntil(client, /NOTIFICATIONOVERFLOW/));
      assert.match(heard.at(-1) ?? "", /^\* OK \[NOTIFICATIONOVERFLOW\] /);
      assert.ok(heard.filter((text) => text.startsWith("* LIST")).length < notifyNameNoticesMax);
      await deliver(mail, "INBOX", "Subject: x\r\n\r\nx\r\n");
      await deliver(mail, "Sent", "Subject: x\r\n\r\nx\r\n");
      await mail.create(mailboxName("new"));
      assert.deepEqual((await client.ok("NOOP")).untagged, []);
      const again = await client.ok(
        "NOTIFY SET (selected (MessageNew MessageExpunge)) (mailboxes Sent (MessageNew MessageExpunge))",
      );
      assert.deepEqual(textsOf(again.untagged).slice(0, 1), ["* 2 EXISTS"]);
      await deliver(mail, "Sent", "Subject: x\r\n\r\nx\r\n");
      assert.match((await client.response()).text, /^\* STATUS Sent \(MESSAGES 2 /);
    }));

  test("who asks anew before it was told of an overflow is told of it first", () =>
    visit(async (visit) => {
      const { mail } = visit;
      const client = await stalled(visit);
      const tag = client.send(`NOTIFY SET (personal ${everything})`);
      const names = Array.from({ length: notifyNameNoticesMax + 50 }, (_, at) => mailboxName(`n${at}`));
      await Promise.all(names.map((name) => mail.subscribe(name)));
      client.wire.readOn();
      const { status, untagged } = await client.completion(tag);
      assert.equal(status, "OK");
      assert.equal(textsOf(untagged).filter((text) => text.includes("[NOTIFICATIONOVERFLOW]")).length, 1);
      await deliver(mail, "Sent", "Subject: x\r\n\r\nx\r\n");
      assert.match((await client.response()).text, /^\* STATUS Sent \(MESSAGES 1 /);
    }));

  test("ten thousand messages at once are told with what is wanted of each, while their reader is slow", () =>
    visit(async ({ mail, logIn }) => {
      const count = 10_000;
      const wanted = "(UID ENVELOPE BODY.PEEK[TEXT])";
      const client = await logIn("SELECT INBOX", `NOTIFY SET (selected (MessageNew ${wanted} MessageExpunge))`);
      client.wire.stopReading();
      const message = await stage(mail, "Subject: again\r\n\r\n" + "text of it\r\n".repeat(20));
      const { id } = await mail.find(mailboxName("INBOX"));
      await mail.append(id, [{ message, flags: noFlags }]);
      using inbox = await mail.open(id, "read-write");
      for (let copies = 1; copies < count; copies *= 2)
        await inbox.copy(uidsOf(inbox).slice(0, count - copies), id).then(() => inbox.takeNews("keep"));
      client.wire.readOn();
      const fetched: string[] = [];
      while (fetched.length < count) {
        const { text, literals } = await client.response();
        if (!text.includes("FETCH")) continue;
        assert.equal(literals[0]?.length, 240);
        fetched.push(text);
      }
      for (const [at, text] of fetched.entries())
        assert.ok(text.startsWith(`* ${at + 1} FETCH (UID ${at + 1} ENVELOPE (`));
      assert.deepEqual((await client.ok("NOOP")).untagged, []);
    }));

  test("a message that is expunged before it is told leaves no trace of it", () =>
    visit(async (visit) => {
      const { mail } = visit;
      const client = await stalled(visit);
      await deliver(mail, "INBOX", "Subject: brief\r\n\r\nx\r\n", "Subject: stays\r\n\r\nx\r\n");
      const { id } = await mail.find(mailboxName("INBOX"));
      using inbox = await mail.open(id, "read-write");
      await inbox.storeFlags(uidsOf(inbox).slice(1, 2), "add", { bits: systemFlags["\\Deleted"], keywords: [] });
      await inbox.expunge();
      client.wire.readOn();
      const heard = textsOf(await heardUntil(client, /UID 3/));
      assert.deepEqual(
        heard.filter((text) => /EXISTS|EXPUNGE|FETCH/.test(text)).map((text) => text.replace(/ BODY.*/, "")),
        ["* 1 EXISTS", "* 1 FETCH (UID 1", "* 2 EXISTS", "* 2 FETCH (UID 3"],
      );
    }));

  test("commands that come while something is told are answered after it, in their order", () =>
    visit(async (visit) => {
      const client = await stalled(visit);
      const tags = [client.send("NOOP"), client.send("UID SEARCH ALL"), client.send("UNSELECT")];
      client.wire.readOn();
      const [first, second] = [await client.completion(tags[0] ?? ""), await client.completion(tags[1] ?? "")];
      assert.deepEqual(
        first.untagged.filter(({ text }) => text.includes("FETCH")).map(({ literals }) => literals[0]?.length),
        [large.length],
      );
      assert.deepEqual(textsOf(second.untagged), ["* SEARCH 1"]);
      assert.equal((await client.completion(tags[2] ?? "")).status, "OK");
    }));

  test("fifty clients that listen to all mailboxes all hear of each thing", () =>
    visit(async ({ mail, logIn }) => {
      const listeners: ImapClient[] = [];
      for (let at = 0; at < 50; at++) listeners.push(await logIn(`NOTIFY SET (personal ${everything})`));
      await deliver(mail, "Sent", "Subject: x\r\n\r\nx\r\n");
      for (const client of listeners) assert.match((await client.response()).text, /^\* STATUS Sent \(MESSAGES 1 /);
      await mail.create(mailboxName("new"));
      for (const client of listeners) assert.equal((await client.response()).text, '* LIST (\\HasNoChildren) "/" new');
    }));

  test("a client that leaves while it is told is given up without a fault", () =>
    visit(async (visit) => {
      const client = await stalled(visit);
      client.wire.cut();
      await visit.office.quiet();
      await deliver(visit.mail, "Sent", "Subject: x\r\n\r\nx\r\n");
    }));

  test("a client of NOTIFY that says nothing for half an hour is told good-bye like any other", () =>
    visit(async ({ office, logIn }) => {
      const client = await logIn("SELECT INBOX", `NOTIFY SET (personal ${everything})`);
      office.silence(31 * 60_000);
      assert.match(await client.wire.rest(), /^\* BYE /);
    }));
});

function uidsOf(mailbox: Awaited<ReturnType<AccountMail["open"]>>) {
  return mailbox.uidsWithin({ ranges: [[1, 0xffff_ffff]] });
}
