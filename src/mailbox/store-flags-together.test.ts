// STORE of two sessions in one commit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withScheduledMail } from "../../test/simulator/scheduled-mail.ts";
import { stage } from "../../test/support/embedded.ts";
import { flagSet, noFlags, systemFlags } from "../model/flags.ts";
import { asUid } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { eventLoopTurn } from "./event-loop-turn.ts";

test("whose STORE changes nothing, since another has just done the same, sees the flags all the same", () =>
  withScheduledMail(async ({ mail, database }) => {
    const { id } = await mail.find(mailboxName("INBOX"));
    const append = async (): Promise<unknown> =>
      mail.append(id, [{ message: await stage(mail, "Subject: x\r\n\r\n"), flags: noFlags }]);
    await append();
    using mine = await mail.open(id, "read-write");
    using theirs = await mail.open(id, "read-write");
    database.pace = "scheduled";
    // What is committed and not yet shown keeps flags from being changed without a look at the store.
    const appended = append();
    while (database.waiting === 0) await eventLoopTurn();
    database.commit(1);
    const seen = flagSet(systemFlags["\\Seen"], []);
    const first = mine.storeFlags([asUid(1)], "add", seen);
    const second = theirs.storeFlags([asUid(1)], "add", seen).then((result) => {
      assert.deepEqual(result.changed, []);
      return theirs.facts(1)?.flags.bits;
    });
    while (database.waiting < 2) await eventLoopTurn();
    database.reading = "scheduled";
    database.commit(2);
    while (database.unread === 0) await eventLoopTurn();
    database.reading = "at-once";
    database.completeReads(Infinity);
    assert.equal(await second, seen.bits);
    await first;
    database.completeFlush();
    await appended;
  }));
