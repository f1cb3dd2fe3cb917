// Clients on one account, all idling (RFC 2177), and each does something: what one does the others hear at once, whatever
// protocol it came by, and in the end all of them have the picture that the server tells a newcomer. One ImapFlow hears
// EXPUNGE, the other VANISHED (RFC 7162 3.2.10); Python's imaplib shows the lines themselves; fetchmail and mutt idle as
// they do for their users.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createTransport } from "nodemailer";
import { programMissing, type RunningProgram, runWell, startProgram } from "../support/client-program.ts";
import { curlImap } from "../support/curl-mail.ts";
import type { MailPlace } from "../support/mail-place.ts";
import { muttIn } from "../support/mutt.ts";
import { pythonImapWords } from "../support/python-imap.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { tempDir } from "../support/temp-dir.ts";
import { pictureOf, until, WatchedMailbox } from "../support/watched-mailbox.ts";

const message = (subject: string): string => `From: asha@example.org\r\nSubject: ${subject}\r\n\r\n${subject}\r\n`;

/** The welcome and as many more. */
async function fill(place: MailPlace, count: number): Promise<void> {
  await using client = await WatchedMailbox.open(place, "INBOX");
  for (let at = 0; at < count; at++) await client.imap.append("INBOX", message(`message ${at}`));
}

/** Nobody asks anything; all come to show what the server has. */
async function agree(place: MailPlace, watchers: readonly WatchedMailbox[], path = "INBOX"): Promise<void> {
  const known = await pictureOf(place, path);
  const alike = (seen: readonly string[]): boolean =>
    seen.length === known.length &&
    seen.every((line, at) => line === known[at] || line === "? ?" || line === known[at]?.replace(/^\d+/, "?"));
  const all = (): boolean => watchers.every((watcher) => alike(watcher.picture()));
  await until("all have heard everything", all).catch(() => {
    assert.deepEqual(Object.fromEntries(watchers.map((watcher, at) => [at, watcher.picture()])), known);
  });
  for (const watcher of watchers) {
    assert.deepEqual(await watcher.completePicture(), known);
    await watcher.idle();
  }
}

/** An IDLE of imaplib's: everything the server says is printed as it comes. */
async function idleInPython(place: MailPlace): Promise<RunningProgram> {
  const script = `
imap.select()
imap.send(b'i IDLE\\r\\n')
while True: print(imap.readline().decode().strip(), flush=True)`;
  const idling = await startProgram("python3", pythonImapWords(place, script));
  await idling.says(/^\+ /m);
  return idling;
}

test("flags, new mail, moves and deletions cross between two clients that idle", async () => {
  await using server = await spawnServer();
  const { trial } = server;
  await fill(trial, 9);
  await using one = await WatchedMailbox.open(trial, "INBOX");
  await using two = await WatchedMailbox.open(trial, "INBOX", { qresync: true });
  await using archive = await WatchedMailbox.open(trial, "Archive");
  assert.ok(two.imap.enabled.has("QRESYNC") && !one.imap.enabled.has("QRESYNC"));
  const [inbox, filed] = [[one, two], [archive]];
  for (const watcher of [...inbox, archive]) await watcher.idle();

  assert.ok(await one.imap.messageFlagsAdd("2:3", ["\\Seen", "$Forwarded"]));
  await one.idle();
  await agree(trial, inbox);
  assert.ok(await two.imap.messageFlagsSet("3", ["\\Flagged", "\\Answered"]));
  await two.idle();
  await agree(trial, inbox);
  assert.ok(await one.imap.append("INBOX", message("from one"), ["\\Draft"]));
  await one.idle();
  await agree(trial, inbox);
  assert.ok(await two.imap.messageMove("1:2,11", "Archive"));
  await two.idle();
  await agree(trial, inbox);
  await agree(trial, filed, "Archive");
  assert.ok(await one.imap.messageDelete("4,6:7"));
  await one.idle();
  await agree(trial, inbox);
  assert.ok(await two.imap.messageCopy("1:*", "INBOX"));
  await two.idle();
  await agree(trial, inbox);
  assert.ok(await one.imap.messageMove("2:5", "Archive"));
  assert.ok(await two.imap.messageFlagsRemove("1:*", ["\\Flagged"]));
  await one.idle();
  await two.idle();
  await agree(trial, inbox);
  await agree(trial, filed, "Archive");
  assert.equal((await pictureOf(trial, "INBOX")).length, 6);
  assert.equal((await pictureOf(trial, "Archive")).length, 7);
});

test("two clients that change the same messages at the same time end with the same picture", async () => {
  await using server = await spawnServer();
  const { trial } = server;
  await fill(trial, 40);
  await using one = await WatchedMailbox.open(trial, "INBOX");
  await using two = await WatchedMailbox.open(trial, "INBOX", { qresync: true });
  await using watcher = await WatchedMailbox.open(trial, "INBOX");
  await watcher.idle();
  const storm = async ({ imap }: WatchedMailbox, turn: number): Promise<void> => {
    for (let step = 0; step < 12; step++) {
      const uids = [3, 5, 7].map((stride) => String(1 + ((step * stride + turn * 11) % 41)));
      if (step % 4 === 0) await imap.messageFlagsAdd(uids.join(","), ["\\Seen", "\\Flagged"], { uid: true });
      else if (step % 4 === 1)
        await imap.messageFlagsSet("1:*", [turn === 0 ? "\\Answered" : "$Forwarded"], { uid: true });
      else if (step % 4 === 2) await imap.messageMove(uids[0] ?? "", turn === 0 ? "Archive" : "Trash", { uid: true });
      else await imap.append("INBOX", message(`${turn} ${step}`));
      if (step % 3 === 0) await imap.messageDelete(uids[1] ?? "", { uid: true });
    }
  };
  await Promise.all([storm(one, 0), storm(two, 1)]);
  await one.idle();
  await two.idle();
  await agree(trial, [one, two, watcher]);
});

test("what POP3 deletes, those who idle see go", async (t) => {
  const missing = programMissing("python3");
  if (missing !== undefined) return t.skip(missing);
  await using server = await spawnServer();
  const { trial } = server;
  await fill(trial, 4);
  await using one = await WatchedMailbox.open(trial, "INBOX");
  await using two = await WatchedMailbox.open(trial, "INBOX", { qresync: true });
  await using lines = await idleInPython(trial);
  await one.idle();
  await two.idle();
  const script = `
import poplib, ssl, sys
host, port, ca, user, password = sys.argv[1:]
pop = poplib.POP3_SSL(host, int(port), context=ssl.create_default_context(cafile=ca))
pop.user(user); pop.pass_(password)
for number in 1, 3, 5: pop.dele(number)
pop.quit()`;
  const { host, ports, caFile, user, password } = trial;
  await runWell("python3", ["-c", script, host, String(ports.pop3s), caFile, user, password]);
  await lines.says(/EXPUNGE[^]*EXPUNGE[^]*EXPUNGE/);
  assert.deepEqual(lines.said().match(/^\* .*$/gm), ["* 5 EXPUNGE", "* 3 EXPUNGE", "* 1 EXPUNGE"]);
  await agree(trial, [one, two]);
  assert.equal(one.count, 2);
});

test("mail that comes in over SMTP is heard by all who idle", async (t) => {
  const missing = programMissing("python3", "curl");
  if (missing !== undefined) return t.skip(missing);
  await using server = await spawnServer();
  const { trial } = server;
  await using one = await WatchedMailbox.open(trial, "INBOX");
  await using two = await WatchedMailbox.open(trial, "INBOX", { qresync: true });
  await using lines = await idleInPython(trial);
  await one.idle();
  await two.idle();
  await deliver(trial, "over SMTP");
  await until("one has heard it", () => one.count === 2, 1_000);
  await until("two has heard it", () => two.count === 2, 1_000);
  await lines.says(/^\* 2 EXISTS$/m);
  await agree(trial, [one, two]);
  // IDLE goes on: the next is heard too.
  await deliver(trial, "once more");
  await lines.says(/^\* 3 EXISTS$/m);
  await agree(trial, [one, two]);
  assert.match(await curlImap(trial, "INBOX;MAILINDEX=3"), /^Subject: once more\r$/m);
});

test("fetchmail idles, takes each message as it comes and deletes it, and those who watch see it come and go", async (t) => {
  const missing = programMissing("fetchmail");
  if (missing !== undefined) return t.skip(missing);
  await using server = await spawnServer();
  await using folder = await tempDir();
  const { trial } = server;
  await using watcher = await WatchedMailbox.open(trial, "INBOX");
  await watcher.idle();
  const box = join(folder.path, "box");
  const settings = join(folder.path, "fetchmailrc");
  await writeFile(
    settings,
    `poll ${trial.host} protocol imap service ${trial.ports.imaps} username "${trial.user}" password "${trial.password}"
  ssl sslcertck sslcertfile ${trial.caFile} fetchall idle mda "cat >> ${box}"\n`,
    { mode: 0o600 },
  );
  const args = ["--fetchmailrc", settings, "--pidfile", join(folder.path, "pid"), "--nodetach", "-v"];
  await using fetchmail = await startProgram("fetchmail", args, { home: folder.path });
  await until("the welcome is fetched", () => watcher.count === 0);
  for (const subject of ["first", "second"]) {
    const seen = once(watcher.imap, "exists");
    await deliver(trial, subject);
    await seen;
    await until(`${subject} has gone`, () => watcher.count === 0);
    assert.match(await readFile(box, "utf8"), new RegExp(`^Subject: ${subject}\r?$`, "m"));
  }
  assert.doesNotMatch(fetchmail.said(), /error|BAD|NO /i);
  await agree(trial, [watcher]);
});

test("mutt idles and shows new mail, flags and deletions of others as they happen", async (t) => {
  const missing = programMissing("mutt", "tmux");
  if (missing !== undefined) return t.skip(missing);
  await using server = await spawnServer();
  await using folder = await tempDir();
  const { trial } = server;
  await using other = await WatchedMailbox.open(trial, "INBOX");
  await using mutt = await muttIn(folder.path, trial, { more: "set imap_idle=yes\n" });
  await mutt.shows(/Msgs:1 /);
  await deliver(trial, "কাজের চিঠি");
  await mutt.shows(/2 N .*কাজের চিঠি/);
  await other.imap.noop();
  assert.ok(await other.imap.messageFlagsAdd("2", ["\\Seen", "\\Flagged"]));
  await mutt.shows(/2 {3}! .*কাজের চিঠি/);
  assert.ok(await other.imap.messageDelete("1"));
  await mutt.shows(/Msgs:1 /);
  const screen = await mutt.shows(/1 {3}! .*কাজের চিঠি/);
  assert.doesNotMatch(screen, /Welcome/);
});

/** Over port 25, from elsewhere. */
async function deliver({ host, ports, caFile, user }: MailPlace, subject: string): Promise<void> {
  const ca = await readFile(caFile);
  const transport = createTransport({ host, port: ports.smtp, requireTLS: true, tls: { ca } });
  await transport.sendMail({ from: "ravi@example.net", to: user, subject, text: subject });
  transport.close();
}
