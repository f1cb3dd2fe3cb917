// Several sessions on one mailbox against a model that keeps whole lists: whatever they do in whatever order, each
// session's numbers are those it was told of, and after news each has the same picture as the model.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { embedded, stage, testAccount } from "../../test/support/embedded.ts";
import { flagSet, noFlags } from "../model/flags.ts";
import type { Uid } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import type { OpenMailbox } from "./open-mailbox.ts";

interface Step {
  readonly what: "append" | "flag" | "delete" | "expunge" | "move" | "news" | "reopen";
  readonly who: number;
  readonly which: number;
  readonly expunges: "tell" | "keep";
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom("append", "append", "flag", "delete", "expunge", "move", "news", "news", "reopen"),
  who: fc.nat(2),
  which: fc.nat(100),
  expunges: fc.constantFrom("tell", "keep"),
});

/** What a client that believes everything it is told has in its list. */
class Client {
  readonly mailbox: OpenMailbox;
  list: number[];

  constructor(mailbox: OpenMailbox) {
    this.mailbox = mailbox;
    this.list = Array.from({ length: mailbox.exists }, (_, at) => mailbox.uidAt(at + 1) ?? 0);
  }

  hear(expunges: "tell" | "keep"): void {
    const news = this.mailbox.takeNews(expunges);
    assert.ok(expunges === "tell" || news.expunged.length === 0);
    for (const { uid, seq } of news.expunged.toReversed()) assert.deepEqual(this.list.splice(seq - 1, 1), [uid]);
    if (news.exists !== null)
      for (let seq = this.list.length + 1; seq <= news.exists; seq++) this.list.push(this.mailbox.uidAt(seq) ?? 0);
    for (const { uid, seq } of news.flagged) assert.equal(this.list[seq - 1], uid);
  }

  check(): void {
    assert.equal(this.mailbox.exists, this.list.length);
    for (const [at, uid] of this.list.entries()) {
      assert.equal(this.mailbox.uidAt(at + 1), uid);
      assert.equal(this.mailbox.seqOf(uid), at + 1);
    }
    assert.deepEqual(this.mailbox.uidsWithin({ ranges: [[1, 0xffff_ffff]] }), this.list);
    assert.equal(this.mailbox.uidAt(this.list.length + 1), undefined);
  }
}

test("every session keeps valid numbers and comes to the same picture", async () => {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using account = await world.mail.open(testAccount);
  const trash = await account.find(mailboxName("Trash"));
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const { id } = await account.create(mailboxName(`run ${run++}`));
      const present = new Map<number, number>();
      const open = async (): Promise<Client> => new Client(await account.open(id, "read-write"));
      const clients = [await open(), await open(), await open()];
      for (const { what, who, which, expunges } of steps) {
        const client = clients[who] ?? (await open());
        const { mailbox } = client;
        const uid = client.list[which % Math.max(1, client.list.length)];
        const uids = uid === undefined ? [] : [uid as Uid];
        if (what === "append") {
          const { uids: made } = await account.append(id, [
            { message: await stage(account, "Subject: x\r\n\r\n"), flags: noFlags },
          ]);
          for (const one of made) present.set(one, 0);
        } else if (what === "flag" || what === "delete") {
          const bits = what === "flag" ? 1 : 8;
          const { stored } = await mailbox.storeFlags(uids, "add", flagSet(bits, []));
          for (const one of stored) present.set(one, (present.get(one) ?? 0) | bits);
        } else if (what === "expunge") for (const gone of (await mailbox.expunge()).uids) present.delete(gone);
        else if (what === "move") for (const gone of (await mailbox.move(uids, trash.id)).from) present.delete(gone);
        else if (what === "news") client.hear(expunges);
        else {
          mailbox[Symbol.dispose]();
          clients[who] = await open();
        }
        for (const one of clients) one.check();
      }
      for (const client of clients) {
        client.hear("tell");
        client.check();
        assert.deepEqual(
          client.list,
          [...present.keys()].sort((a, b) => a - b),
        );
        for (const [uid, bits] of present) assert.equal(client.mailbox.facts(uid)?.flags.bits, bits);
        assert.equal(client.mailbox.hasNews, false);
        client.mailbox[Symbol.dispose]();
      }
      await account.remove(mailboxName(`run ${run - 1}`));
    }),
    { numRuns: 150 },
  );
});
