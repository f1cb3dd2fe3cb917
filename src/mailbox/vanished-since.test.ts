// What has vanished (RFC 7162 3.2.5), asked for while a commit is under way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withScheduledMail } from "../../test/simulator/scheduled-mail.ts";
import { stage } from "../../test/support/embedded.ts";
import { flagSet, systemFlags } from "../model/flags.ts";
import { asModSeq } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";

test("a message that is expunged and not yet on the disk so has not vanished from a mailbox that still counts it", () =>
  withScheduledMail(async ({ mail, database }) => {
    const inbox = await mail.find(mailboxName("INBOX"));
    const flags = flagSet(systemFlags["\\Deleted"], []);
    await mail.append(inbox.id, [{ message: await stage(mail, "Subject: x\r\n\r\n"), flags }]);
    const mine = await mail.open(inbox.id, "read-write");
    database.pace = "scheduled";
    const expunged = mine.expunge();
    database.commit(1);
    const theirs = await mail.open(inbox.id, "read-write");
    assert.equal(theirs.exists, 1);
    assert.deepEqual((await theirs.vanishedSince(asModSeq(0), undefined)).ranges, []);
    database.completeFlush();
    await expunged;
    assert.deepEqual(theirs.takeNews("tell").expunged, [{ uid: 1, seq: 1 }]);
    assert.deepEqual((await theirs.vanishedSince(asModSeq(0), undefined)).ranges, [[1, 1]]);
    database.pace = "at-once";
    for (const session of [mine, theirs]) session[Symbol.dispose]();
  }));
