// mutt, in batch mode and on a terminal, over IMAPS and submission: what a person does with the keys is looked at by another
// client afterwards.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { programMissing, runWell } from "../support/client-program.ts";
import { curlImap } from "../support/curl-mail.ts";
import type { MailPlace } from "../support/mail-place.ts";
import { muttIn, muttSettings, typedInMutt } from "../support/mutt.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { tempDir } from "../support/temp-dir.ts";
import { pictureOf, WatchedMailbox } from "../support/watched-mailbox.ts";

/** Puts five letters into INBOX in place of the welcome: UIDs 2 to 6. */
async function fiveLetters(place: MailPlace): Promise<void> {
  await using client = await WatchedMailbox.open(place, "INBOX");
  assert.ok(await client.imap.messageDelete("1"));
  for (const [at, word] of ["নদী", "পাহাড়", "আকাশ", "বৃষ্টি", "চিঠি"].entries()) {
    const letter =
      `From: Ravi <ravi@example.net>\r\nTo: ${place.user}\r\nSubject: letter ${at + 1}\r\n` +
      `Date: Tue, ${at + 1} Nov 2022 10:00:00 +0600\r\nMessage-ID: <${at}@example.net>\r\nMIME-Version: 1.0\r\n` +
      `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n` +
      `${Buffer.from(`${word}\n`).toString("base64")}\r\n`;
    assert.ok(await client.imap.append("INBOX", letter));
  }
}

suite("mutt", () => {
  test("in batch mode sends a letter with an attachment, and files its copy in Sent over IMAP", async (t) => {
    const missing = programMissing("mutt", "curl");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { trial } = server;
    const attachment = crypto.getRandomValues(new Uint8Array(50_000));
    await writeFile(join(home.path, "random.bin"), attachment);
    await writeFile(join(home.path, ".muttrc"), `${muttSettings(trial)}set record="+Sent" copy=yes\n`, { mode: 0o600 });
    const args = ["-F", join(home.path, ".muttrc"), "-s", "কাজের চিঠি", "-a", join(home.path, "random.bin"), "--"];
    await runWell("mutt", [...args, trial.user], { home: home.path, input: "প্রিয় আশা,\n.\nFrom here on\n" });
    assert.deepEqual(await pictureOf(trial, "Sent"), ["1 \\Seen"]);
    assert.deepEqual(await pictureOf(trial, "INBOX"), ["1 ", "2 "]);
    for (const [path, number] of [
      ["INBOX", 2],
      ["Sent", 1],
    ] as const) {
      const text = await curlImap(trial, `${path};MAILINDEX=${number};SECTION=1`);
      // As it is: the server has said 8BITMIME.
      assert.equal(text, "প্রিয় আশা,\r\n.\r\nFrom here on\r\n");
      const part = await curlImap(trial, `${path};MAILINDEX=${number};SECTION=2`);
      assert.deepEqual(new Uint8Array(Buffer.from(part, "base64")), attachment);
    }
  });

  test("on a terminal reads, flags, tags, saves to another folder and deletes", async (t) => {
    const missing = programMissing("mutt", "tmux");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { trial } = server;
    await fiveLetters(trial);
    await using watcher = await WatchedMailbox.open(trial, "INBOX");
    await watcher.idle();
    await using mutt = await muttIn(home.path, trial);
    await mutt.shows(/Msgs:5 /);
    // Reads the first, flags the second, saves the third and fourth, which are tagged, deletes the fifth.
    await mutt.press("1", "Enter", "Enter");
    await mutt.shows(/Subject: letter 1[^]*নদী/);
    await mutt.press("i", "2", "Enter", "F");
    await mutt.shows(/2 N ! .*letter 2/);
    await mutt.press("3", "Enter", "t", "4", "Enter", "t", ";", "s");
    await mutt.shows(/Save tagged to mailbox/);
    await mutt.press("C-u", ...typedInMutt("=Archive"), "Enter");
    await mutt.shows(/4 ND\+ .*letter 4/);
    await mutt.press("5", "Enter", "d");
    await mutt.shows(/5 ND\+ .*letter 5/);
    await mutt.press("q");
    await mutt.ended();
    assert.deepEqual(await pictureOf(trial, "INBOX"), ["2 \\Seen", "3 \\Flagged"]);
    assert.deepEqual(await pictureOf(trial, "Archive"), ["1 ", "2 "]);
    assert.deepEqual(watcher.picture(), await pictureOf(trial, "INBOX"));
    await using archive = await WatchedMailbox.open(trial, "Archive");
    const letters = await archive.imap.fetchAll("1:*", { envelope: true });
    assert.deepEqual(
      letters.map(({ envelope }) => envelope?.subject),
      ["letter 3", "letter 4"],
    );
  });

  test("lets the server search bodies, in Bengali", async (t) => {
    const missing = programMissing("mutt", "tmux");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    await fiveLetters(server.trial);
    await using mutt = await muttIn(home.path, server.trial);
    await mutt.shows(/Msgs:5 /);
    await mutt.press("l");
    await mutt.shows(/Limit to messages matching:/);
    // "=b" asks the server; "~b" would fetch all messages and look itself.
    await mutt.press("=b", "Space", "আকাশ", "Enter");
    const screen = await mutt.shows(/Shown:1|Msgs:1\/5|Limit: =b/);
    assert.match(screen, /letter 3/);
    assert.doesNotMatch(screen, /letter [1245]/);
  });

  test("comes back to a mailbox that others have changed, with its cache and QRESYNC", async (t) => {
    const missing = programMissing("mutt", "tmux");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { trial } = server;
    await fiveLetters(trial);
    const more = `set header_cache="${join(home.path, "cache")}" imap_qresync=yes imap_condstore=yes\n`;
    const quit = async (mutt: Awaited<ReturnType<typeof muttIn>>): Promise<void> => {
      await mutt.press("q");
      await mutt.ended();
    };
    {
      await using mutt = await muttIn(home.path, trial, { more });
      await mutt.shows(/Msgs:5 /);
      await quit(mutt);
    }
    {
      await using other = await WatchedMailbox.open(trial, "INBOX");
      assert.ok(await other.imap.messageDelete("2,4"));
      assert.ok(await other.imap.messageFlagsAdd("1", ["\\Seen", "\\Flagged"]));
      assert.ok(await other.imap.append("INBOX", "From: x@example.net\r\nSubject: letter 6\r\n\r\nnew\r\n"));
    }
    await using mutt = await muttIn(home.path, trial, {
      more,
    });
    const screen = await mutt.shows(/Msgs:4 /);
    const lines = screen.split("\n").filter((line) => /letter \d/.test(line));
    assert.deepEqual(
      lines.map((line) => /letter (\d)/.exec(line)?.[1]),
      ["1", "3", "5", "6"],
    );
    assert.match(lines[0] ?? "", /^ +1 {3}! /);
    await quit(mutt);
  });

  test("reads over POP3 as well, and deletes on leaving", async (t) => {
    const missing = programMissing("mutt", "tmux");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { trial } = server;
    await fiveLetters(trial);
    const more = `set pop_user="${trial.user}" pop_pass="${trial.password}"\n`;
    const args = ["-f", `pops://${trial.host}:${trial.ports.pop3s}/`];
    await using mutt = await muttIn(home.path, trial, { more, args });
    await mutt.shows(/Msgs:5 /);
    await mutt.press("3", "Enter", "Enter");
    await mutt.shows(/Subject: letter 3[^]*আকাশ/);
    await mutt.press("i", "4", "Enter", "d", "q");
    await mutt.ended();
    assert.deepEqual(await pictureOf(trial, "INBOX"), ["2 ", "3 ", "4 ", "6 "]);
  });
});
