// INPROGRESS (RFC 9585): told in the middle of long work and of nothing else.

import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import { stage } from "../../test/support/embedded.ts";
import { ImapClient } from "../../test/support/imap-client.ts";
import { PostOffice } from "../../test/support/post-office.ts";
import type { OpenMailbox } from "../mailbox/open-mailbox.ts";
import type { PersonalMail } from "../mailbox/sharing/personal-mail.ts";
import { noFlags } from "../model/flags.ts";
import { type MailboxName, mailboxName } from "../model/mailbox-name.ts";
import { DeadlineWheel } from "../net/deadline-wheel.ts";
import { ProgressNotices } from "./progress-notices.ts";
import { inProgress } from "./wire/response-code.ts";

const user = "alice@example.org";

suite("when it is time", () => {
  const seconds = (
    body: (wheel: DeadlineWheel, notices: ProgressNotices, second: () => number) => void,
    client: "talks" | "has said all" = "talks",
  ): number[] => {
    const told: number[] = [];
    const wheel = new DeadlineWheel(1_000);
    let now = 0;
    const notices = new ProgressNotices({ wheel, halfOpen: client === "has said all" }, () => void told.push(now));
    body(wheel, notices, () => {
      wheel.turn();
      return ++now;
    });
    return told;
  };

  test("work is told of every ten to fifteen seconds", () => {
    const told = seconds((_, notices, second) => {
      notices.begin();
      while (second() < 60);
    });
    assert.ok(told.length >= 4, String(told));
    for (const [at, moment] of told.entries()) {
      const since = moment - (told[at - 1] ?? 0);
      assert.ok(since >= 10 && since <= 15, String(told));
    }
  });

  test("who has said all is told every five seconds, since who is gone is noticed by that alone", () => {
    const told = seconds((_, notices, second) => {
      notices.begin();
      while (second() < 30);
    }, "has said all");
    assert.ok(told.length >= 5, String(told));
    for (const [at, moment] of told.entries()) assert.ok(moment - (told[at - 1] ?? 0) <= 10, String(told));
  });

  test("many short commands are not", () => {
    const told = seconds((_, notices, second) => {
      for (let at = 0; at < 100; at++) {
        notices.begin();
        second();
        notices.end();
      }
    });
    assert.deepEqual(told, []);
  });

  test("a session without a command leaves the wheel", () => {
    seconds((_, notices, second) => {
      notices.begin();
      notices.end();
      while (second() < 10);
      assert.equal(notices.wheelSlot, -1);
      notices.begin();
      assert.notEqual(notices.wheelSlot, -1);
      notices[Symbol.dispose]();
      assert.equal(notices.wheelSlot, -1);
    });
  });
});

/** An office whose mailboxes are found when the test says so. */
async function slowOffice(
  body: (office: PostOffice, work: { begun: Promise<void>; finish: () => void }) => Promise<void>,
) {
  await using office = await PostOffice.open();
  await office.newAccount(user);
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const open = office.sharing.open.bind(office.sharing);
  office.sharing.open = async (...person) => slow(await open(...person), begun.resolve, gate.promise);
  await body(office, { begun: begun.promise, finish: gate.resolve });
  assert.deepEqual(office.faults, []);
}

function slow(mail: PersonalMail, begin: () => void, gate: Promise<void>): PersonalMail {
  return new Proxy(mail, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      if (key !== "find") return value.bind(target);
      return async (name: MailboxName) => {
        begin();
        await gate;
        return target.find(name);
      };
    },
  });
}

suite("in a session", () => {
  for (const [what, tag, code] of [
    ["with the command's tag", "a1", '[INPROGRESS ("a1" NIL NIL)]'],
    ['without a tag that holds "]", which would end the code', "a]1", "[INPROGRESS (NIL NIL NIL)]"],
  ] as const) {
    test(`long work is told of ${what}, once in a while and never behind its end`, () =>
      slowOffice(async (office, { begun, finish }) => {
        using client = await ImapClient.logIn({ port: await office.portOf("imap") }, user, "secret");
        await client.wire.send(`${tag} STATUS INBOX (MESSAGES)\r\n`);
        await begun;
        for (let times = 0; times < 2; times++) {
          office.silence(11_000);
          assert.equal(await client.wire.line(), `* OK ${code} Still at work`);
        }
        finish();
        assert.equal(await client.wire.line(), "* STATUS INBOX (MESSAGES 0)");
        assert.equal(await client.wire.line(), `${tag} OK STATUS completed`);
        office.silence(60_000);
        assert.equal(await client.wire.unasked(), "");
      }));
  }

  test("who idles, or has yet to send a message, is not told: the server waits for him", () =>
    slowOffice(async (office, { finish }) => {
      finish();
      using client = await ImapClient.logIn({ port: await office.portOf("imap") }, user, "secret");
      await client.wire.send("a IDLE\r\n");
      assert.equal(await client.wire.line(), "+ idling");
      office.silence(60_000);
      await client.wire.send("DONE\r\nb APPEND INBOX {10}\r\n");
      assert.equal(await client.wire.line(), "a OK IDLE completed");
      assert.equal(await client.wire.line(), "+ OK");
      office.silence(60_000);
      assert.equal(await client.wire.unasked(), "");
    }));
});

/** Which call of which method of an open mailbox waits until the test says so. */
interface Held {
  readonly method: "body" | "bodies" | "order";
  readonly nth: number;
  readonly begun: PromiseWithResolvers<void>;
  readonly gate: PromiseWithResolvers<void>;
}

const messagesMany = 400;

/** An office where what is done with open mailboxes can be held up. */
async function holdingOffice() {
  const office = await PostOffice.open();
  const account = await office.newAccount(user);
  using mail = await office.openMail(account);
  const inbox = await mail.find(mailboxName("INBOX"));
  const items = [];
  for (let at = 0; at < messagesMany; at++)
    items.push({ message: await stage(mail, `Subject: ${at % 7}\r\n\r\ntext ${at}\r\n`), flags: noFlags });
  await mail.append(inbox.id, items);
  const holding: { now: Held | null } = { now: null };
  const open = office.sharing.open.bind(office.sharing);
  office.sharing.open = async (...person) => {
    const opened = await open(...person);
    return intercepted(opened, "open", async (...given: Parameters<PersonalMail["open"]>) =>
      heldUp(await opened.open(...given), holding.now),
    );
  };
  return { office, holding };
}

function heldUp(mailbox: OpenMailbox, held: Held | null): OpenMailbox {
  if (held === null) return mailbox;
  let calls = 0;
  return intercepted(mailbox, held.method, async (...args: readonly unknown[]) => {
    if (++calls === held.nth) {
      held.begun.resolve();
      await held.gate.promise;
    }
    const call: unknown = Reflect.get(mailbox, held.method);
    return typeof call === "function" ? call.apply(mailbox, args) : undefined;
  });
}

/** The same object but for one method. */
function intercepted<T extends object>(target: T, method: keyof T, instead: unknown): T {
  return new Proxy(target, {
    get(_, key) {
      if (key === method) return instead;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

suite("how far", () => {
  const holdingUp = holdingOffice();
  after(async () => await (await holdingUp).office[Symbol.asyncDispose]());

  for (const [command, method, nth, code] of [
    ["SEARCH HEADER X-Absent x", "body", 151, `150 ${messagesMany}`],
    ["UID SEARCH RETURN (MIN) HEADER X-Absent x", "body", 1, `0 ${messagesMany}`],
    ["ESEARCH IN (selected mailboxes Sent) HEADER X-Absent x", "body", 301, `300 ${messagesMany}`],
    ["FETCH 1:* BODY.PEEK[]", "bodies", 3, `200 ${messagesMany}`],
    ["SORT (SUBJECT) UTF-8 ALL", "order", 3, "72 100"],
    ["SORT (ARRIVAL) UTF-8 HEADER X-Absent x", "body", 201, "25 100"],
    ["THREAD REFERENCES UTF-8 ALL", "order", 2, "61 100"],
  ] as const)
    test(`${command} tells how far it has got`, async () => {
      const { office, holding } = await holdingUp;
      const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      holding.now = { method, nth, begun, gate };
      using client = await ImapClient.logIn({ port: await office.portOf("imap") }, user, "secret");
      await client.ok("SELECT INBOX");
      const tag = client.send(command);
      await begun.promise;
      office.silence(16_000);
      const told: string[] = [];
      while (told.length === 0) {
        const { text } = await client.response();
        if (text.startsWith("* OK")) told.push(text);
      }
      assert.deepEqual(told, [`* OK [INPROGRESS ("${tag}" ${code})] Still at work`]);
      gate.resolve();
      assert.equal((await client.completion(tag)).status, "OK");
      assert.deepEqual(office.faults, []);
    });

  test("the goal is never reached before the end, and what is done never shrinks", () => {
    const told = (done: number, goal: number): string => inProgress("a", { done, goal });
    assert.equal(told(0, 0), 'INPROGRESS ("a" NIL NIL)');
    assert.equal(told(5, 5), 'INPROGRESS ("a" NIL NIL)');
    assert.equal(told(4, 5), 'INPROGRESS ("a" 4 5)');
  });
});
