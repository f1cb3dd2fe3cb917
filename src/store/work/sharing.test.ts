// What the store keeps of sharing: lists of rights with their mailboxes, and what each person has seen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { embedded, stage, testAccount } from "../../../test/support/embedded.ts";
import { aclEntriesMax } from "../../base/limits.ts";
import { flagSet, noFlags } from "../../model/flags.ts";
import { asAccountId, type MailboxId } from "../../model/ids.ts";
import { mailboxName } from "../../model/mailbox-name.ts";
import { ProblemRefusal } from "../../model/problem.ts";
import { parseRights, type Rights } from "../../model/rights.ts";
import { uidSet } from "../../model/uid-set.ts";
import type { AccountStore } from "../store.ts";
import { changeAcl, forgetSubject, readAcls } from "./acl.ts";
import { copyMessages } from "./copy.ts";
import { readMessages } from "./message-rows.ts";
import { countSeen, readerOf } from "./readers.ts";
import { storeFlags } from "./store-flags.ts";

const asha = asAccountId("00000000000000a1");
const everything = uidSet([[1, 0xffff_ffff]]);
const seen = 1;
const everyFlag = { bits: 31, keywords: "may-change" } as const;

async function withAccount(
  body: (store: AccountStore, idOf: (name: string) => Promise<MailboxId>) => Promise<void>,
): Promise<void> {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using account = await world.mail.open(testAccount);
  const inbox = await account.find(mailboxName("INBOX"));
  const items = [];
  for (const flags of [noFlags, flagSet(seen | 8, ["x"])])
    items.push({ message: await stage(account, "Subject: x\r\n\r\nx\r\n"), flags });
  await account.append(inbox.id, items);
  await body(await world.stores.account(testAccount), async (name) => (await account.find(mailboxName(name))).id);
  // Disposing of the world audits what is left.
}

const grant = (rights: string) => ({ subject: asha, sign: "grants", how: "replace", rights: letters(rights) }) as const;

function letters(text: string): Rights {
  const rights = parseRights(text);
  assert.ok(rights !== undefined);
  return rights;
}

test("a list of rights changes its mailbox in the log, and a change that changes nothing does not", () =>
  withAccount(async (store, idOf) => {
    const inbox = await idOf("INBOX");
    const first = await store.write(() => changeAcl(inbox, grant("lr")), "flushed");
    assert.ok(first !== null);
    assert.equal(await store.write(() => changeAcl(inbox, grant("lr")), "flushed"), null);
    await store.write(() => changeAcl(inbox, { ...grant("w"), how: "add" }), "flushed");
    await store.write(() => changeAcl(inbox, { ...grant("r"), how: "remove" }), "flushed");
    await store.write(() => changeAcl(inbox, { ...grant("x"), sign: "denies" }), "flushed");
    assert.deepEqual((await store.read(readAcls)).get(inbox), [
      { subject: asha, sign: "denies", rights: "x" },
      { subject: asha, sign: "grants", rights: "lw" },
    ]);
    assert.deepEqual((await store.write(() => forgetSubject(asha), "flushed"))?.mailboxes, [inbox]);
    assert.equal((await store.read(readAcls)).size, 0);
  }));

test("a list has a bound", () =>
  withAccount(async (store, idOf) => {
    const inbox = await idOf("INBOX");
    const give = (at: number) => {
      const subject = asAccountId((at + 1).toString(16).padStart(16, "0"));
      return store.write(() => changeAcl(inbox, { ...grant("l"), subject }), "soon");
    };
    for (let at = 0; at < aclEntriesMax; at++) await give(at);
    await assert.rejects(
      give(aclEntriesMax),
      (error) => error instanceof ProblemRefusal && error.problem.kind === "limit-reached",
    );
  }));

test("readers see a message each for themselves, and the counters stay the owner's", () =>
  withAccount(async (store, idOf) => {
    const inbox = await idOf("INBOX");
    const number = await store.write(() => readerOf(asha), "flushed");
    assert.equal(await store.write(() => readerOf(asha), "flushed"), number);
    const order = {
      mailbox: inbox,
      uids: [],
      change: "add",
      flags: flagSet(seen | 4, []),
      unchangedSince: undefined,
    } as const;
    const uids = (await store.read(() => readMessages(inbox, 1, 9, 9))).map(({ uid }) => uid);
    const by = { number, mayChange: { bits: seen, keywords: "may-not-change" } } as const;
    const stored = await store.write(() => storeFlags({ ...order, uids, by }), "soon");
    assert.deepEqual(stored.changed, uids);
    assert.equal((await store.write(() => storeFlags({ ...order, uids, by }), "soon")).modSeq, null);
    const rows = await store.read(() => readMessages(inbox, 1, 9, 9));
    assert.deepEqual(
      rows.map(({ flags, seenBy }) => [flags, seenBy]),
      [
        [0, "1"],
        [seen | 8, "1"],
      ],
    );
    assert.equal((await store.read(() => countSeen([inbox], number))).get(inbox)?.seen, 2);
  }));

test("a copy keeps what others have seen, and of the copier's flags those that the rights there allow", () =>
  withAccount(async (store, idOf) => {
    const [inbox, sent] = [await idOf("INBOX"), await idOf("Sent")];
    const [first, second] = await store.write(function* () {
      return [yield* readerOf(asha), yield* readerOf(asAccountId("00000000000000a2"))];
    }, "flushed");
    assert.ok(first !== undefined && second !== undefined);
    const uids = (await store.read(() => readMessages(inbox, 1, 9, 9))).map(({ uid }) => uid);
    for (const number of [first, second])
      await store.write(
        () =>
          storeFlags({
            mailbox: inbox,
            uids,
            change: "add",
            flags: flagSet(seen, []),
            unchangedSince: undefined,
            by: { number, mayChange: everyFlag },
          }),
        "soon",
      );
    const by = { number: first, mayChange: { bits: 0, keywords: "may-not-change" } } as const;
    const quota = { bytes: 1e9, messages: 1e9, mailboxes: 1e9 };
    await store.write(() => copyMessages({ source: inbox, uids: everything, to: sent, quota, by }, 0), "flushed");
    assert.deepEqual(
      (await store.read(() => readMessages(sent, 1, 9, 9))).map(({ flags, keywords, seenBy }) => [
        flags,
        keywords,
        seenBy,
      ]),
      [
        [0, "", "2"],
        [seen, "", "2"],
      ],
    );
  }));
