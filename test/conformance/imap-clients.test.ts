// IMAP with clients that nobody here wrote: each of their commands against the running server. ImapFlow speaks nearly every
// extension there is, Python's imaplib the plain IMAP4rev1, curl asks for one thing at a time.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { suite, test } from "node:test";
import type { FetchMessageObject, ImapFlow } from "imapflow";
import { programMissing, runProgram } from "../support/client-program.ts";
import { curlImap, curlMail } from "../support/curl-mail.ts";
import { imapFlow } from "../support/imap-flow.ts";
import { pythonImap } from "../support/python-imap.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { until } from "../support/until.ts";

const picture = Buffer.from(Array.from({ length: 3_000 }, (_, at) => at & 0xff));
const letter = Buffer.from(
  [
    "From: =?utf-8?B?4KaG4Ka24Ka+?= <asha@example.org>",
    "To: office@example.org",
    "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=",
    "Message-ID: <1@example.org>",
    "Date: Thu, 15 Jan 2026 12:00:00 +0600",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "--b",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "=E0=A6=9A=E0=A6=BF=E0=A6=A0=E0=A6=BF",
    "--b",
    'Content-Type: image/png; name="p.png"',
    "Content-Transfer-Encoding: base64",
    "Content-Disposition: attachment",
    "",
    ...(picture.toString("base64").match(/.{1,76}/g) ?? []),
    "--b--",
    "",
  ].join("\r\n"),
);

async function emptied(imap: ImapFlow): Promise<void> {
  const lock = await imap.getMailboxLock("INBOX");
  await imap.messageDelete("1:*");
  lock.release();
}

async function fetched(imap: ImapFlow, range: string, query: Parameters<ImapFlow["fetch"]>[1]) {
  const all: FetchMessageObject[] = [];
  for await (const message of imap.fetch(range, query)) all.push(message);
  return all;
}

suite("ImapFlow", () => {
  test("files, reads, marks, copies, moves and deletes a message", async () => {
    await using server = await spawnServer();
    await using client = await imapFlow(server.trial);
    const { imap } = client;
    assert.ok(imap.capabilities.has("COMPRESS=DEFLATE"), "it compresses whatever it does, where it can");
    await emptied(imap);
    const filed = await imap.append("INBOX", letter, ["\\Seen", "$Work"], new Date("2026-01-15T06:00:00Z"));
    assert.ok(filed !== false && filed.uid !== undefined && filed.uidValidity !== undefined);

    const lock = await imap.getMailboxLock("INBOX");
    const [message] = await fetched(imap, "1:*", {
      uid: true,
      flags: true,
      envelope: true,
      bodyStructure: true,
      internalDate: true,
      size: true,
      source: true,
      headers: ["message-id"],
      threadId: true,
    });
    assert.ok(message !== undefined);
    assert.deepEqual([...(message.flags ?? [])].sort(), ["$Work", "\\Seen"]);
    assert.equal(message.envelope?.subject, "Grüße");
    assert.equal(message.envelope.from?.[0]?.name, "আশা");
    assert.equal(message.size, letter.length);
    assert.ok(message.source?.equals(letter));
    assert.equal(new Date(message.internalDate ?? 0).toISOString(), "2026-01-15T06:00:00.000Z");
    assert.equal(message.headers?.toString(), "Message-ID: <1@example.org>\r\n\r\n");
    assert.equal(message.bodyStructure?.childNodes?.[1]?.type, "image/png");
    assert.match(`${message.emailId} ${message.threadId}`, /^M\d+ T\d+$/);

    const { content, meta } = await imap.download("1", "2");
    assert.ok(content !== undefined && meta !== undefined);
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(Buffer.from(piece));
    assert.ok(Buffer.concat(pieces).equals(picture));
    assert.equal(meta.contentType, "image/png");

    assert.ok(await imap.messageFlagsAdd("1", ["\\Flagged"]));
    assert.ok(await imap.messageFlagsRemove("1", ["$Work"]));
    assert.deepEqual(await imap.search({ flagged: true, keyword: "$Work" }), []);
    assert.deepEqual(await imap.search({ body: "চিঠি", seen: true, since: "2026-01-14" }), [1]);
    const copied = await imap.messageCopy("1", "Archive");
    assert.ok(copied !== false && copied.uidMap?.size === 1);
    const moved = await imap.messageMove("1", "Trash");
    assert.ok(moved !== false && moved.uidMap?.size === 1);
    lock.release();
    const counts = await Promise.all(
      ["INBOX", "Archive", "Trash"].map(async (path) => {
        const status = await imap.status(path, { messages: true, unseen: true, uidNext: true });
        return status === false ? -1 : status.messages;
      }),
    );
    assert.deepEqual(counts, [0, 1, 1]);
  });

  test("makes, renames, subscribes, lists and deletes mailboxes, and finds those with a special use", async () => {
    await using server = await spawnServer();
    await using client = await imapFlow(server.trial);
    const { imap } = client;
    const made = await imap.mailboxCreate(["কাজ", "চিঠি"]);
    assert.deepEqual([made.created, made.path], [true, "কাজ/চিঠি"]);
    assert.equal((await imap.mailboxCreate("কাজ")).created, false);
    await imap.mailboxSubscribe("কাজ/চিঠি");
    await imap.mailboxRename("কাজ", "Work");
    const listed = await imap.list({ statusQuery: { messages: true } });
    const uses = listed
      .filter(({ specialUse }) => specialUse !== undefined)
      .map(({ path, specialUse }) => [path, specialUse]);
    assert.deepEqual(Object.fromEntries(uses), {
      Archive: "\\Archive",
      Drafts: "\\Drafts",
      INBOX: "\\Inbox",
      Junk: "\\Junk",
      Sent: "\\Sent",
      Trash: "\\Trash",
    });
    const letters = listed.find(({ path }) => path === "Work/চিঠি");
    assert.deepEqual([letters?.subscribed, letters?.status?.messages], [true, 0]);
    await imap.mailboxDelete("Work/চিঠি");
    await imap.mailboxDelete("Work");
    await assert.rejects(imap.mailboxOpen("Work"));
    assert.ok((await imap.list()).every(({ path }) => !path.startsWith("Work")));
  });

  test("comes back with QRESYNC and hears only what has changed", async () => {
    await using server = await spawnServer();
    await using first = await imapFlow(server.trial);
    await emptied(first.imap);
    for (let count = 0; count < 5; count++) await first.imap.append("INBOX", letter);
    const { highestModseq: changedSince = 0n } = await first.imap.mailboxOpen("INBOX");
    const known = (await fetched(first.imap, "1:*", { uid: true })).map(({ uid }) => uid);
    await first.imap.messageDelete(String(known[1]), { uid: true });
    await first.imap.messageFlagsAdd(String(known[3]), ["\\Answered"], { uid: true });

    await using second = await imapFlow(server.trial, { qresync: true });
    const vanished: number[] = [];
    second.imap.on("expunge", ({ uid }) => vanished.push(uid ?? 0));
    await second.imap.mailboxOpen("INBOX");
    const query = { uid: true, flags: true };
    const changed: number[] = [];
    const since = { uid: true, changedSince };
    for await (const { uid } of second.imap.fetch("1:*", query, since)) changed.push(uid);
    await until(() => vanished.length > 0);
    assert.deepEqual([changed, vanished], [[known[3]], [known[1]]]);
  });

  test("idles, and hears of mail, flags and deletions as they happen", async () => {
    await using server = await spawnServer();
    await using watcher = await imapFlow(server.trial);
    await using writer = await imapFlow(server.trial);
    await emptied(watcher.imap);
    await watcher.imap.mailboxOpen("INBOX");
    const heard: string[] = [];
    watcher.imap.on("exists", ({ count }) => heard.push(`exists ${count}`));
    watcher.imap.on("flags", ({ seq, flags }) => heard.push(`flags ${seq} ${[...flags].join(" ")}`));
    watcher.imap.on("expunge", ({ seq }) => heard.push(`expunge ${seq}`));
    void watcher.imap.idle();
    await writer.imap.append("INBOX", letter);
    await until(() => heard.includes("exists 1"));
    await writer.imap.mailboxOpen("INBOX");
    await writer.imap.messageFlagsAdd("1", ["\\Seen"]);
    await until(() => heard.some((line) => /^flags 1 .*\\Seen/.test(line)));
    await writer.imap.messageDelete("1");
    await until(() => heard.some((line) => line.startsWith("expunge")));
  });
});

test("imaplib's commands are answered as it expects", async (t) => {
  const missing = programMissing("python3");
  if (missing !== undefined) return t.skip(missing);
  await using server = await spawnServer();
  const script = String.raw`
def ok(answer):
    assert answer[0] == 'OK', answer
    return answer[1]
letter = arguments[0].encode('latin-1')
ok(imap.noop()); assert b'IDLE' in ok(imap.capability())[0]
ok(imap.select()); imap.store('1:*', '+FLAGS', r'(\Deleted)'); ok(imap.expunge())
for _ in range(4): ok(imap.append('INBOX', r'(\Seen)', imaplib.Time2Internaldate(1768478400), letter))
ok(imap.create('"New Box"')); ok(imap.rename('"New Box"', 'Box')); ok(imap.subscribe('Box'))
assert any(b'Box' in line for line in ok(imap.lsub())), 'lsub'
assert any(b'Sent' in line for line in ok(imap.list('""', '"*"'))), 'list'
ok(imap.status('INBOX', '(MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)'))
assert ok(imap.select())[0] == b'4'
assert ok(imap.search(None, 'SUBJECT', '"lunch"')) == [b'1 2 3 4']
imap.literal = 'লাঞ্চ'.encode()
assert ok(imap.search('UTF-8', 'BODY')) == [b'1 2 3 4']
parts = ok(imap.fetch('1', '(FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY[HEADER] BODY[TEXT])'))
assert parts[0][1] + parts[1][1] == letter, parts
assert ok(imap.fetch('2', '(RFC822)'))[0][1] == letter
assert br'\Flagged' in ok(imap.store('1', '+FLAGS', r'(\Flagged)'))[0]
ok(imap.copy('1:2', 'Box')); ok(imap.uid('COPY', '3', 'Box')); ok(imap.uid('SEARCH', 'ALL'))
ok(imap.check()); ok(imap.store('2', '+FLAGS', r'(\Deleted)')); assert ok(imap.expunge()) == [b'2']
ok(imap.close()); ok(imap.enable('UTF8=ACCEPT')); ok(imap.append('Box', None, None, 'Subject: লাঞ্চ\r\n\r\n'.encode()))
ok(imap.select('Box', readonly=True)); assert imap.response('READ-ONLY')[1] is not None
assert ok(imap.search(None, 'ALL')) == [b'1 2 3 4']
ok(imap.unselect()); ok(imap.delete('Box')); ok(imap.unsubscribe('Box')); ok(imap.namespace())
assert imap.select('Box')[0] == 'NO'
assert imap.append('Box', None, None, letter)[1][0].startswith(b'[TRYCREATE]')
print('all')`;
  const plain = "From: a@example.org\r\nSubject: lunch\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
  const body = Buffer.from("লাঞ্চ\r\n").toString("latin1");
  assert.equal((await pythonImap(server.trial, script, plain + body)).trim(), "all");
});

test("imaplib logs in by AUTHENTICATE PLAIN, and over STARTTLS", async (t) => {
  const missing = programMissing("python3");
  if (missing !== undefined) return t.skip(missing);
  await using server = await spawnServer();
  const script = String.raw`
plain = imaplib.IMAP4(host, int(arguments[0]))
plain.starttls(ssl.create_default_context(cafile=ca))
plain.authenticate('PLAIN', lambda challenge: b'\0' + user.encode() + b'\0' + password.encode())
print(plain.select()[0])
plain.logout()`;
  assert.equal((await pythonImap(server.trial, script, String(server.trial.ports.imap))).trim(), "OK");
});

test("Python's zlib compresses a session of imaplib's, over TLS", async (t) => {
  const missing = programMissing("python3");
  if (missing !== undefined) return t.skip(missing);
  await using server = await spawnServer();
  const script = String.raw`
import io, zlib
imaplib.Commands['COMPRESS'] = ('AUTH', 'SELECTED')
class Inflated(io.RawIOBase):
    inflate, left = zlib.decompressobj(-15), b''
    def readable(self): return True
    def readinto(self, room):
        while not self.left: self.left = self.inflate.decompress(imap.sock.recv(65536))
        size = min(len(room), len(self.left))
        room[:size], self.left = self.left[:size], self.left[size:]
        return size
deflate, heard = zlib.compressobj(9, zlib.DEFLATED, -15), io.BufferedReader(Inflated())
assert 'COMPRESS=DEFLATE' in imap.capability()[1][0].decode()
assert imap._simple_command('COMPRESS', 'DEFLATE')[0] == 'OK'
imap.send = lambda said: imap.sock.sendall(deflate.compress(said) + deflate.flush(zlib.Z_SYNC_FLUSH))
imap.read, imap.readline = heard.read, heard.readline
letter = b'Subject: x\r\n\r\n' + b'A' * 1000000 + b'\r\n'
for _ in range(3): assert imap.append('INBOX', None, None, letter)[0] == 'OK'
last = imap.select()[1][0].decode()
assert imap.fetch(last, '(RFC822)')[1][0][1] == letter
try: again = imap._simple_command('COMPRESS', 'DEFLATE')
except imaplib.IMAP4.error as error: again = str(error)
assert 'BAD' in again and 'COMPRESSIONACTIVE' in again, again
print('all')`;
  assert.equal((await pythonImap(server.trial, script)).trim(), "all");
});

suite("curl", () => {
  test("lists, files, searches, fetches whole and in part, and deletes", async (t) => {
    const missing = programMissing("curl");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    const { trial } = server;
    assert.match(await curlImap(trial, ""), /^\* LIST \(\\HasNoChildren\) "\/" INBOX\r$/m);
    await curlImap(trial, "", "CREATE Box");
    await curlImap(trial, "Box", undefined, letter.toString("latin1"));
    assert.equal(await curlImap(trial, "Box?ALL"), "* SEARCH 1\r\n");
    assert.equal(await curlImap(trial, "Box;UID=1"), letter.toString("latin1"));
    assert.equal(
      await curlImap(trial, "Box;MAILINDEX=1;SECTION=HEADER.FIELDS%20(MESSAGE-ID)"),
      "Message-ID: <1@example.org>\r\n\r\n",
    );
    assert.match(await curlImap(trial, "Box", "STORE 1 +FLAGS (\\Deleted)"), /\\Deleted/);
    assert.match(await curlImap(trial, "Box", "EXPUNGE"), /^\* 1 EXPUNGE\r$/m);
    assert.match(await curlImap(trial, "", "STATUS Box (MESSAGES)"), /MESSAGES 0/);
  });

  for (const mechanism of ["PLAIN", "LOGIN", "SCRAM-SHA-256"]) {
    test(`logs in by ${mechanism}, over STARTTLS`, async (t) => {
      const missing = programMissing("curl");
      if (missing !== undefined) return t.skip(missing);
      if (mechanism.startsWith("SCRAM") && !(await runProgram("curl", ["--version"])).out.includes("GSASL"))
        return t.skip("this curl has no SCRAM");
      await using server = await spawnServer();
      const { host, ports } = server.trial;
      const args = ["--ssl-reqd", "--login-options", `AUTH=${mechanism}`];
      assert.match(await curlMail(server.trial, `imap://${host}:${ports.imap}/`, args), /INBOX/);
    });
  }
});

test("the line that trial mode prints for curl shows what is in INBOX", async (t) => {
  const missing = programMissing("curl");
  if (missing !== undefined) return t.skip(missing);
  await using server = await spawnServer();
  const line = /^ *(curl .*)$/m.exec(server.output())?.[1];
  assert.ok(line !== undefined, server.output());
  const { code, out, err } = await runProgram("sh", ["-c", line]);
  assert.equal(code, 0, err);
  assert.match(out, /^\* 1 FETCH /);
  assert.ok((await readFile(server.trial.caFile)).length > 0);
});
