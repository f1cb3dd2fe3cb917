// CREATE and somebody who is quicker.

import assert from "node:assert/strict";
import { test } from "node:test";
import { withScheduledMail } from "../../test/simulator/scheduled-mail.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { deleteMailbox, listMailboxes } from "../store/work/mailboxes.ts";
import { eventLoopTurn } from "./event-loop-turn.ts";

test("a mailbox has been made although somebody has deleted it before that could be told", () =>
  withScheduledMail(async ({ mail, database }) => {
    database.pace = "scheduled";
    const name = mailboxName("Box");
    const creating = mail.create(name);
    while (database.waiting === 0) await eventLoopTurn();
    database.commit(1);
    const box = database.readNow(listMailboxes).find((mailbox) => mailbox.name === name);
    assert.ok(box !== undefined);
    void database.write(() => deleteMailbox(box.id, name, 0), "soon");
    database.commit(1);
    database.completeFlush();
    assert.equal((await creating).id, box.id);
  }));
