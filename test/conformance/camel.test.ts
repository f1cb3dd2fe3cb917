// Evolution's Camel over IMAPS: what it does is looked at by another client, and what another client does it hears by NOTIFY,
// or by QRESYNC when it comes back.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Camel, camelMissing } from "../support/camel.ts";
import { imapFlow } from "../support/imap-flow.ts";
import type { MailPlace } from "../support/mail-place.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { tempDir } from "../support/temp-dir.ts";
import { until } from "../support/until.ts";
import { pictureOf, WatchedMailbox } from "../support/watched-mailbox.ts";

function letter({ user }: MailPlace, number: number): string {
  return [
    "From: Ravi <ravi@example.net>",
    `To: ${user}`,
    `Subject: letter ${number}`,
    `Date: Tue, ${number} Nov 2022 10:00:00 +0600`,
    `Message-ID: <${number}@example.net>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    `নদী ${number}`,
    "",
  ].join("\r\n");
}

const standard = ["Archive", "Drafts", "INBOX", "Junk", "Notes", "Sent", "Trash"];

/** What Camel's own summary holds of INBOX: UID, subject and flags of all but the welcome. */
async function summaryOf(camel: Camel): Promise<unknown> {
  const rows = await camel.ask("picture", "INBOX");
  assert.ok(Array.isArray(rows));
  return rows.slice(1);
}

suite("Camel", { concurrency: false }, () => {
  test("appends, reads, flags, moves and expunges as another client sees it", async (t) => {
    const missing = await camelMissing();
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { trial } = server;
    await using camel = await Camel.open(trial, home.path);
    assert.deepEqual(await camel.ask("folders"), standard);
    await camel.ask("refresh", "INBOX");
    for (const number of [1, 2, 3, 4])
      assert.equal(await camel.ask("append", "INBOX", letter(trial, number)), `${number + 1}`);
    await camel.ask("refresh", "INBOX");
    assert.equal(await camel.ask("body", "INBOX", "3"), "নদী 2\n");
    assert.equal(await camel.ask("flag", "INBOX", "2", "\\Flagged"), true);
    assert.equal(await camel.ask("flag", "INBOX", "3", "\\Answered"), true);
    assert.equal(await camel.ask("save", "INBOX"), true);
    assert.equal(await camel.ask("move", "INBOX", "4", "Archive"), true);
    assert.equal(await camel.ask("flag", "INBOX", "5", "\\Deleted"), true);
    assert.equal(await camel.ask("expunge", "INBOX"), true);
    assert.deepEqual(await pictureOf(trial, "INBOX"), ["1 ", "2 \\Flagged", "3 \\Answered"]);
    assert.deepEqual(await pictureOf(trial, "Archive"), ["1 "]);
    assert.deepEqual(await summaryOf(camel), [
      ["2", "letter 1", "\\Flagged"],
      ["3", "letter 2", "\\Answered"],
    ]);
  });

  test("makes, fills, renames and deletes a folder with a Bengali name", async (t) => {
    const missing = await camelMissing();
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { trial } = server;
    await using camel = await Camel.open(trial, home.path);
    await using other = await imapFlow(trial);
    const names = async (): Promise<readonly string[]> => (await other.imap.list()).map(({ path }) => path).sort();
    assert.equal(await camel.ask("create", "কাজ"), true);
    assert.equal(await camel.ask("append", "কাজ", letter(trial, 1)), "1");
    assert.equal(await camel.ask("rename", "কাজ", "কাজের চিঠি"), true);
    assert.deepEqual(await names(), [...standard, "কাজের চিঠি"]);
    assert.deepEqual(await camel.ask("folders"), [...standard, "কাজের চিঠি"]);
    assert.deepEqual(await pictureOf(trial, "কাজের চিঠি"), ["1 "]);
    assert.equal(await camel.ask("delete", "কাজের চিঠি"), true);
    assert.deepEqual(await names(), standard);
    await other.imap.mailboxCreate("চিঠি");
    assert.deepEqual(await camel.ask("folders"), [...standard, "চিঠি"]);
  });

  test("hears by NOTIFY what another client does, and by QRESYNC what it did meanwhile", async (t) => {
    const missing = await camelMissing();
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { trial } = server;
    await using camel = await Camel.open(trial, home.path);
    for (const number of [1, 2, 3]) await camel.ask("append", "INBOX", letter(trial, number));
    await camel.ask("refresh", "INBOX");
    const shown = async (): Promise<string> => JSON.stringify(await summaryOf(camel));
    await using other = await WatchedMailbox.open(trial, "INBOX");
    await other.imap.append("INBOX", letter(trial, 4));
    await other.imap.messageFlagsAdd("2", ["\\Flagged"], { uid: true });
    await until(
      async () =>
        (await shown()) ===
        JSON.stringify([
          ["2", "letter 1", "\\Flagged"],
          ["3", "letter 2", ""],
          ["4", "letter 3", ""],
          ["5", "letter 4", ""],
        ]),
    );
    await other.imap.messageDelete("3", { uid: true });
    await until(async () => !(await shown()).includes("letter 2"));
    await camel.ask("disconnect");
    await other.imap.messageDelete("4", { uid: true });
    await other.imap.messageFlagsAdd("5", ["\\Seen"], { uid: true });
    await other.imap.append("INBOX", letter(trial, 5));
    await camel.ask("connect");
    await camel.ask("refresh", "INBOX");
    assert.equal(
      await shown(),
      JSON.stringify([
        ["2", "letter 1", "\\Flagged"],
        ["5", "letter 4", "\\Seen"],
        ["6", "letter 5", ""],
      ]),
    );
  });
});
