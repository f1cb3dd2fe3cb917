// INPROGRESS (RFC 9585): told in the middle of long work and of nothing else.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ImapClient } from "../../test/support/imap-client.ts";
import { PostOffice } from "../../test/support/post-office.ts";
import type { AccountMail } from "../mailbox/mail.ts";
import type { MailboxName } from "../model/mailbox-name.ts";
import { DeadlineWheel } from "../net/deadline-wheel.ts";
import { ProgressNotices } from "./progress-notices.ts";

const user = "alice@example.org";

suite("when it is time", () => {
  const seconds = (body: (wheel: DeadlineWheel, notices: ProgressNotices, second: () => number) => void): number[] => {
    const told: number[] = [];
    const wheel = new DeadlineWheel(1_000);
    let now = 0;
    const notices = new ProgressNotices(wheel, () => void told.push(now));
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
  const open = office.mail.open.bind(office.mail);
  office.mail.open = async (account) => slow(await open(account), begun.resolve, gate.promise);
  await body(office, { begun: begun.promise, finish: gate.resolve });
  assert.deepEqual(office.faults, []);
}

function slow(mail: AccountMail, begin: () => void, gate: Promise<void>): AccountMail {
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
