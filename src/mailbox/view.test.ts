// A view that follows the log, and changes that come at the worst moment.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { withScheduledMail } from "../../test/simulator/scheduled-mail.ts";
import { stage, testAccount } from "../../test/support/embedded.ts";
import { flagSet, noFlags, systemFlags } from "../model/flags.ts";
import { asContentId, asModSeq, asUid } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { uidSet } from "../model/uid-set.ts";
import type { MessageRow } from "../store/work/message-rows.ts";
import { storeFlags } from "../store/work/store-flags.ts";
import { eventLoopTurn } from "./event-loop-turn.ts";
import { MailboxView } from "./view.ts";

test("a change that comes just when a view has caught up is shown to who waits for it", () =>
  withScheduledMail(async ({ mail, database, stores }) => {
    const { id } = await mail.find(mailboxName("INBOX"));
    await mail.append(id, [{ message: await stage(mail, "Subject: x\r\n\r\n"), flags: noFlags }]);
    const store = await stores.account(testAccount);
    const view = await MailboxView.load(store, id, 1);
    const mark = (flag: keyof typeof systemFlags): void => {
      const flags = flagSet(systemFlags[flag], []);
      void database.write(
        () => storeFlags({ mailbox: id, uids: [asUid(1)], change: "add", flags, unchangedSince: undefined }),
        "soon",
      );
      database.commit(1);
    };
    const second: Promise<void>[] = [];
    view.listen({
      expunged: () => undefined,
      // The view has applied the first change, and its run has not yet told that it is over.
      changed: () =>
        queueMicrotask(() => {
          if (second.length > 0) return;
          mark("\\Seen");
          second.push(view.catchUp());
        }),
    });
    mark("\\Flagged");
    await view.catchUp();
    assert.equal(second.length, 1);
    await second[0];
    assert.equal(view.flagsAt(0).bits, systemFlags["\\Flagged"] | systemFlags["\\Seen"]);
  }));

test("a mailbox whose deletion is not yet on the disk is missing to who opens it, and its deletion goes on", () =>
  withScheduledMail(async ({ mail, database }) => {
    const { id, name } = await mail.create(mailboxName("Box"));
    database.pace = "scheduled";
    const removed = mail.remove(name);
    while (database.waiting === 0) await eventLoopTurn();
    database.commit(1);
    const opened = assert.rejects(mail.open(id, "read-write"), { problem: { kind: "mailbox-missing" } });
    database.completeFlush();
    await opened;
    await removed;
    assert.equal(
      (await mail.list()).some((mailbox) => mailbox.id === id),
      false,
    );
  }));

test("of a message that has left a view nothing stays in its columns", () =>
  withScheduledMail(async ({ mail }) => {
    const { id } = await mail.find(mailboxName("INBOX"));
    const flags = flagSet(systemFlags["\\Deleted"], []);
    for (const text of ["x", "y"])
      await mail.append(id, [{ message: await stage(mail, `Subject: ${text}\r\n\r\n`), flags }]);
    using open = await mail.open(id, "read-write");
    assert.equal(open.columns.uids.indexOf(2), 1);
    await open.expunge();
    assert.equal(open.columns.uids.indexOf(1), -1);
    assert.equal(open.columns.uids.indexOf(2), -1);
  }));

test("what has changed since any moment is what a look at every message finds, however much a view catches up with at once", () =>
  withScheduledMail(async ({ mail, stores }) => {
    const { id } = await mail.find(mailboxName("INBOX"));
    const store = await stores.account(testAccount);
    const event = fc.record({
      kind: fc.constantFrom("create", "create", "flag", "expunge"),
      which: fc.nat(20),
      caughtUp: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
        const view = await MailboxView.load(store, id, 1);
        const from: number = view.modSeq;
        let modSeq = from;
        let nextUid = 1;
        const rows = new Map<number, MessageRow>();
        let changed = new Set<number>();
        let gone: number[] = [];
        for (const { kind, which, caughtUp } of events) {
          modSeq++;
          const uid = kind === "create" ? nextUid++ : 1 + (which % nextUid);
          if (kind !== "create" && !rows.has(uid)) continue;
          if (kind === "expunge") {
            rows.delete(uid);
            gone.push(uid);
          } else rows.set(uid, rowOf(uid, modSeq));
          changed.add(uid);
          if (!caughtUp) continue;
          const news = [...changed].flatMap((one) => rows.get(one) ?? []);
          const expunged = [{ modSeq: asModSeq(modSeq), uids: uidSet(gone.map((one) => [one, one])) }];
          view.take({ after: view.modSeq, modSeq: asModSeq(modSeq), rows: news, expunged });
          [changed, gone] = [new Set(), []];
          for (let since = from; since <= modSeq; since++) {
            const wanted = [...rows.values()].filter((row) => row.modSeq > since).map((row) => row.uid);
            assert.deepEqual(
              view.changedSince(asModSeq(since)),
              wanted.sort((a, b) => a - b),
              `since ${since}`,
            );
          }
        }
      }),
      { numRuns: 400 },
    );
  }));

function rowOf(uid: number, modSeq: number): MessageRow {
  const facts = { content: asContentId(uid), flags: 0, keywords: "", seenBy: "", internalDateMs: 0, size: 1 } as const;
  return { uid: asUid(uid), modSeq: asModSeq(modSeq), ...facts };
}
