// POP3 with clients that nobody here wrote: Python's poplib, curl and fetchmail against the running server. What they
// fetch is what was put there, what they delete is gone for IMAP, and what they do not delete stays.

import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { programMissing, runProgram, runWell } from "../support/client-program.ts";
import { curlMail } from "../support/curl-mail.ts";
import { pythonImap } from "../support/python-imap.ts";
import { pythonPop } from "../support/python-pop.ts";
import { spawnServer, type Trial } from "../support/spawn-server.ts";
import { tempDir } from "../support/temp-dir.ts";

/** Messages that are hard on a line protocol, as octet strings. */
const messages: readonly string[] = [
  "From: asha@example.org\r\nSubject: plain\r\n\r\nHello\r\n",
  "Subject: dots\r\n\r\n.\r\n..\r\n.hidden\r\nnot. here\r\n.\r\n",
  "Subject: no end\r\n\r\nlast line",
  "Subject: long\r\n\r\n" + `${"x".repeat(998)}\r\n`.repeat(300),
  "Subject: eight bits\r\nContent-Type: text/plain; charset=latin1\r\n\r\ncaf\xe9 \xff\r\n",
  "\r\nno header\r\n",
  "Subject: no body\r\n\r\n",
];

/** Empties INBOX and puts the messages there, over IMAP. */
async function fill(place: Trial): Promise<void> {
  await using folder = await tempDir();
  const file = join(folder.path, "messages");
  await writeFile(file, messages.map((message) => Buffer.from(message, "latin1").toString("base64")).join("\n"));
  const script = `
import base64
imap.select('INBOX')
imap.store('1:*', '+FLAGS', '(\\\\Deleted)')
imap.expunge()
for message in open(arguments[0]).read().split('\\n'):
    assert imap.append('INBOX', None, None, base64.b64decode(message))[0] == 'OK'`;
  await pythonImap(place, script, file);
}

const inboxCount = async (place: Trial): Promise<number> => {
  return Number(await pythonImap(place, `print(int(imap.select('INBOX')[1][0]))`));
};

suite("POP3 clients", () => {
  test("poplib fetches every message byte for byte, and LIST tells their sizes", async (t) => {
    const missing = programMissing("python3");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await fill(server.trial);
    const script = `
assert pop.stat()[0] == ${messages.length}
for line in pop.list()[1]:
    number, size = map(int, line.split())
    lines, octets = pop.retr(number)[1:]
    whole = b'\\r\\n'.join(lines)
    # poplib leaves out the last line end, and cannot say whether there was one.
    assert size in (len(whole), len(whole) + 2), (number, size, len(whole))
    print(base64.b64encode(whole).decode())
top = pop.top(2, 1)[1]
assert top == [b'Subject: dots', b'', b'.'], top
pop.quit()`;
    const fetched = (await pythonPop(server.trial, script)).trimEnd().split("\n");
    assert.deepEqual(
      fetched.map((line) => Buffer.from(line, "base64").toString("latin1")),
      messages.map((message) => message.replace(/\r\n$/, "")),
    );
  });

  test("poplib finds the same unique ids after a restart, and after mailboxes were made and renamed", async (t) => {
    const missing = programMissing("python3");
    if (missing !== undefined) return t.skip(missing);
    await using folder = await tempDir();
    const uidl = `print('\\n'.join(line.decode() for line in pop.uidl()[1]))\npop.quit()`;
    let before: string;
    {
      await using server = await spawnServer({ dataDir: folder.path });
      await fill(server.trial);
      before = await pythonPop(server.trial, uidl);
      await pythonImap(server.trial, `imap.create('One')\nimap.rename('One', 'Two')\nimap.delete('Two')`);
      assert.equal(await server.stop(), 0);
    }
    await using server = await spawnServer({ dataDir: folder.path });
    const after = await pythonPop(server.trial, uidl);
    assert.equal(after, before);
    const ids = after.trimEnd().split("\n");
    assert.equal(new Set(ids.map((line) => line.split(" ")[1])).size, messages.length);
  });

  test("the ticket system: poplib fetches and deletes, and an IMAP session in the mailbox sees it go", async (t) => {
    const missing = programMissing("python3");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await fill(server.trial);
    const { host, ports, caFile, user, password } = server.trial;
    const script = `
import poplib
def ticket_system(quits):
    pop = poplib.POP3_SSL(arguments[0], int(arguments[1]), context=ssl.create_default_context(cafile=ca))
    pop.user(user)
    pop.pass_(password)
    fetched = [b'\\n'.join(pop.retr(number + 1)[1]) for number in range(pop.stat()[0])]
    for number in range(len(fetched)):
        pop.dele(number + 1)
    pop.quit() if quits else pop.close()
    return len(fetched)
assert int(imap.select('INBOX')[1][0]) == ${messages.length}
assert ticket_system(quits=False) == ${messages.length}
assert imap.noop()[0] == 'OK'
assert imap.response('EXPUNGE')[1] == [None]
assert ticket_system(quits=True) == ${messages.length}
assert imap.noop()[0] == 'OK'
expunged = imap.response('EXPUNGE')[1]
assert len(expunged) == ${messages.length}, expunged
assert ticket_system(quits=True) == 0
print(imap.search(None, 'ALL')[1])`;
    const said = await pythonImap({ host, ports, caFile, user, password }, script, host, String(ports.pop3s));
    assert.equal(said.trim(), "[b'']");
  });

  test("poplib upgrades by STLS, and is refused a password before", async (t) => {
    const missing = programMissing("python3");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    const { host, ports, caFile, user, password } = server.trial;
    const script = `
import poplib, ssl, sys
host, port, ca, user, password = sys.argv[1:]
pop = poplib.POP3(host, int(port))
assert 'STLS' in pop.capa()
pop.stls(ssl.create_default_context(cafile=ca))
capabilities = pop.capa()
assert 'STLS' not in capabilities and 'SCRAM-SHA-256' in capabilities['SASL'], capabilities
assert capabilities['EXPIRE'] == ['NEVER'] and capabilities['UTF8'] == ['USER']
assert pop.utf8().startswith(b'+OK')
pop.user(user)
pop.pass_(password)
print(pop.stat()[0])
pop.quit()`;
    assert.equal(
      (await runWell("python3", ["-c", script, host, String(ports.pop3), caFile, user, password])).trim(),
      "1",
    );
  });

  test("curl lists, fetches and deletes, over TLS, by STLS, and with AUTH PLAIN and AUTH LOGIN", async (t) => {
    const missing = programMissing("curl", "python3");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await fill(server.trial);
    const { host, ports } = server.trial;
    const url = `pop3s://${host}:${ports.pop3s}/`;
    const plainUrl = `pop3://${host}:${ports.pop3}/`;
    assert.equal((await curlMail(server.trial, url, [])).trim().split("\r\n").length, messages.length);
    assert.equal(await curlMail(server.trial, `${plainUrl}2`, ["--ssl-reqd"]), messages[1]);
    for (const mechanism of ["PLAIN", "LOGIN"]) {
      const fetched = await curlMail(server.trial, `${url}1`, ["--login-options", `AUTH=${mechanism}`]);
      assert.equal(fetched, messages[0]);
    }
    assert.equal(await curlMail(server.trial, `${url}4`, []), messages[3]);
    await curlMail(server.trial, `${url}1`, ["--request", "DELE", "--head"]);
    assert.equal(await inboxCount(server.trial), messages.length - 1);
  });

  test("fetchmail keeps what it is told to keep, fetches only what is new, and deletes what it has handed on", async (t) => {
    const missing = programMissing("fetchmail", "python3");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    await fill(server.trial);
    const fetchmail = await fetchmailIn(home.path, server.trial);
    assert.equal(await fetchmail.fetch("--keep"), messages.length);
    // Nothing is new: fetchmail has kept the unique ids.
    assert.equal(await fetchmail.fetch("--keep"), 0);
    assert.equal(await inboxCount(server.trial), messages.length);
    await pythonImap(server.trial, `imap.append('INBOX', None, None, b'Subject: new\\r\\n\\r\\nnew\\r\\n')`);
    assert.equal(await fetchmail.fetch("--keep"), 1);
    await fetchmail.fetch("--nokeep", "--all");
    assert.equal(await inboxCount(server.trial), 0);
    const handedOn = await readFile(join(home.path, "handed-on"), "latin1");
    for (const text of ["Hello", ".hidden", "last line", "caf\xe9 \xff"]) assert.ok(handedOn.includes(text), text);
  });
});

/** fetchmail with a home of its own, which hands messages to a script that counts them. */
async function fetchmailIn(home: string, { host, ports, caFile, user, password }: Trial) {
  const settings = join(home, "fetchmailrc");
  const handOver = join(home, "hand-over");
  const handedOn = join(home, "handed-on");
  await writeFile(handOver, `#!/bin/sh\necho "--- message" >>"${handedOn}"\ncat >>"${handedOn}"\n`);
  await chmod(handOver, 0o700);
  await writeFile(
    settings,
    `poll "${host}" proto POP3 port ${ports.pop3s} uidl
  user "${user}" pass "${password}" is "someone" here
  ssl sslcertck sslcertfile "${caFile}"
  mda "${handOver}"
`,
    { mode: 0o600 },
  );
  const count = async (): Promise<number> => {
    return (await readFile(handedOn, "latin1").catch(() => "")).split("--- message\n").length - 1;
  };
  return {
    /** How many messages it has handed on in this run. */
    async fetch(...options: readonly string[]): Promise<number> {
      const before = await count();
      const args = [
        "--fetchmailrc",
        settings,
        "--idfile",
        join(home, "ids"),
        "--pidfile",
        join(home, "pid"),
        ...options,
      ];
      const { code, out, err } = await runProgram("fetchmail", args, { home });
      // 1: there was no new mail.
      assert.ok(code === 0 || code === 1, `fetchmail ended with ${code}:\n${out}${err}`);
      return (await count()) - before;
    },
  };
}
