// Shared mailboxes in the hands of programs that nobody here wrote: ImapFlow lists and files, mutt reads on a terminal, mbsync keeps a
// copy. What is shared is given on the command line of the running server.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ImapFlow } from "imapflow";
import { programMissing } from "../support/client-program.ts";
import { imapFlow } from "../support/imap-flow.ts";
import type { MailPlace } from "../support/mail-place.ts";
import { mbsyncIn, mbsyncTransfers } from "../support/mbsync.ts";
import { muttIn } from "../support/mutt.ts";
import { runDakghar } from "../support/run-dakghar.ts";
import { type SpawnedServer, spawnServer } from "../support/spawn-server.ts";
import { tempDir } from "../support/temp-dir.ts";
import { pictureOf } from "../support/watched-mailbox.ts";

const password = "correct horse";
const letter = (subject: string): string =>
  `From: Ravi <ravi@example.net>\r\nSubject: ${subject}\r\nDate: Tue, 1 Nov 2022 10:00:00 +0600\r\n` +
  `Message-ID: <${subject}@example.net>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nচিঠি\r\n`;

/** mutt takes each dot of a name for a separator unless it is told not to. */
const delimiters = 'set imap_delim_chars="/"\n';

interface Office {
  /** May write in the shared account. */
  readonly me: MailPlace;
  /** May read in it. */
  readonly other: MailPlace;
  /** Its INBOX. */
  readonly shared: string;
}

async function officeOn({ trial, dataDir }: SpawnedServer): Promise<Office> {
  const domain = trial.user.slice(trial.user.lastIndexOf("@") + 1);
  const [info, other] = [`info@${domain}`, `bimal@${domain}`];
  const say = async (words: readonly string[], input = ""): Promise<void> => {
    const { code, err } = await runDakghar(words, { dataDir, input });
    assert.equal(code, 0, err);
  };
  await say(["account", "add", info, "--shared"]);
  await say(["account", "add", other, "--password-stdin"], `${password}\n`);
  await say(["share", "grant", info, trial.user, "--may", "write"]);
  await say(["share", "grant", info, other, "--mailbox", "INBOX"]);
  return { me: trial, other: { ...trial, user: other, password }, shared: `Shared/${info}/INBOX` };
}

function prefixOf({ namespaces }: ImapFlow): string | undefined {
  const shared = namespaces?.shared;
  return shared === undefined || shared === false ? undefined : shared[0]?.prefix;
}

async function unseenIn(imap: ImapFlow, path: string): Promise<number | undefined> {
  const status = await imap.status(path, { unseen: true });
  return status === false ? undefined : status.unseen;
}

suite("a shared account", () => {
  test("is found, filled and read by ImapFlow, with each person's own \\Seen", async () => {
    await using server = await spawnServer();
    const { me, other, shared } = await officeOn(server);
    await using mine = await imapFlow(me);
    await using theirs = await imapFlow(other);
    const found = (await mine.imap.list()).find(({ path }) => path === shared);
    assert.equal(found?.delimiter, "/");
    assert.equal(prefixOf(mine.imap), "Shared/");
    assert.ok(await mine.imap.append(shared, letter("one")));
    assert.ok(await mine.imap.append(shared, letter("two"), ["\\Seen"]));
    assert.equal(await unseenIn(theirs.imap, shared), 2);
    assert.equal(await unseenIn(mine.imap, shared), 1);
    const lock = await theirs.imap.getMailboxLock(shared);
    assert.equal(await theirs.imap.messageFlagsAdd("1", ["\\Seen"]), true);
    assert.equal(await theirs.imap.messageFlagsAdd("1", ["\\Flagged"]), false, "not within the rights");
    lock.release();
    assert.deepEqual(await pictureOf(other, shared), ["1 \\Seen", "2 "]);
    assert.deepEqual(await pictureOf(me, shared), ["1 ", "2 \\Seen"]);
    const names = (await theirs.imap.list()).map(({ path }) => path).filter((path) => path.startsWith("Shared"));
    assert.ok(names.includes(shared));
    assert.ok(!names.some((path) => path.endsWith("/Sent")));
  });

  test("is read in mutt on a terminal", async (t) => {
    const missing = programMissing("mutt", "tmux");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { me, other, shared } = await officeOn(server);
    await using mine = await imapFlow(me);
    for (const subject of ["one", "two"]) assert.ok(await mine.imap.append(shared, letter(subject)));
    await using mutt = await muttIn(home.path, me, { more: delimiters, args: ["-f", `=${shared}`] });
    await mutt.shows(/Msgs:2 New:2/);
    await mutt.press("1", "Enter", "Enter");
    await mutt.shows(/Subject: one[^]*চিঠি/);
    await mutt.press("i", "2", "Enter", "F", "q");
    await mutt.ended();
    assert.deepEqual(await pictureOf(me, shared), ["1 \\Seen", "2 \\Flagged"]);
    assert.deepEqual(await pictureOf(other, shared), ["1 ", "2 \\Flagged"]);
  });

  test("is kept as a copy by mbsync, which finds nothing to do the second time", async (t) => {
    const missing = programMissing("mbsync");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { me, other, shared } = await officeOn(server);
    await using mine = await imapFlow(me);
    assert.ok(await mine.imap.append(shared, letter("one")));
    const mbsync = await mbsyncIn(home.path, me);
    await mbsync.run();
    assert.deepEqual(await mbsync.texts(shared), [letter("one")]);
    await mbsync.put(shared, "written-here", letter("two"));
    await mbsync.run();
    assert.equal((await pictureOf(other, shared)).length, 2);
    assert.doesNotMatch(await mbsync.run(), mbsyncTransfers);
  });
});
