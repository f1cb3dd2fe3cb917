// The ticket system: fetchmail polls a support mailbox over POP3 with TLS, hands each message to a program and deletes it,
// while people have the same mailbox open over IMAP and mail keeps coming in. Each letter becomes one ticket, and whoever
// watches sees it go.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { createTransport } from "nodemailer";
import { programMissing, type RunningProgram, startProgram } from "../support/client-program.ts";
import type { MailPlace } from "../support/mail-place.ts";
import { runDakghar } from "../support/run-dakghar.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { tempDir } from "../support/temp-dir.ts";
import { pictureOf, until, WatchedMailbox } from "../support/watched-mailbox.ts";

/** Customers write to port 25, several at a time. */
async function customersWrite({ host, ports, caFile, user }: MailPlace, subjects: readonly string[]): Promise<void> {
  const ca = await readFile(caFile);
  const pooled = { host, port: ports.smtp, requireTLS: true, tls: { ca }, pool: true, maxConnections: 3 };
  const transport = createTransport(pooled);
  await Promise.all(
    subjects.map((subject) => transport.sendMail({ from: "ravi@example.net", to: user, subject, text: subject })),
  );
  transport.close();
}

interface TicketSystem {
  /** Polls until its scope ends; `handler` is a shell script that gets each message. */
  poll(handler: string): Promise<RunningProgram>;
  /** The subjects of the tickets so far. */
  tickets(): string[];
}

async function ticketSystem(home: string, { host, ports, caFile, user, password }: MailPlace): Promise<TicketSystem> {
  const [settings, handOver, box] = [join(home, "fetchmailrc"), join(home, "hand-over"), join(home, "tickets")];
  await writeFile(
    settings,
    `set no syslog
poll "${host}" protocol pop3 service ${ports.pop3s} username "${user}" password "${password}"
  ssl sslcertck sslcertfile "${caFile}" fetchall nokeep mda "${handOver}"\n`,
    { mode: 0o600 },
  );
  return {
    poll: async (handler) => {
      await writeFile(handOver, `#!/bin/sh\nbox="${box}"\n${handler}\n`);
      await chmod(handOver, 0o700);
      const files = ["--fetchmailrc", settings, "--pidfile", join(home, "pid"), "--idfile", join(home, "ids")];
      return await startProgram("fetchmail", [...files, "--nodetach", "--daemon", "1", "-v"], { home });
    },
    tickets: () => {
      const text = existsSync(box) ? readFileSync(box, "utf8") : "";
      return [...text.matchAll(/^Subject: (.*?)\r?$/gm)].map(([, subject = ""]) => subject);
    },
  };
}

const numbered = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `ticket ${from + at}`);

suite("the ticket system", () => {
  test("each letter becomes one ticket, while more come in, and those who idle see it go", async (t) => {
    const missing = programMissing("fetchmail");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { trial } = server;
    await using person = await WatchedMailbox.open(trial, "INBOX");
    await using phone = await WatchedMailbox.open(trial, "INBOX", { qresync: true });
    await person.imap.messageMove("1:*", "Archive");
    await person.idle();
    await phone.idle();
    const gone = (): boolean => person.picture().length === 0 && phone.picture().length === 0;
    await customersWrite(trial, numbered(0, 10));
    await until("all ten are there", () => person.count === 10 && phone.count === 10);
    const system = await ticketSystem(home.path, trial);
    await using _fetchmail = await system.poll('cat >>"$box"');
    await customersWrite(trial, numbered(10, 10));
    await until("the first are gone", () => system.tickets().length >= 10, 15_000);
    await customersWrite(trial, numbered(20, 3));
    await until("all are fetched", () => system.tickets().length >= 23, 15_000);
    await until("both have seen them go", gone);
    assert.deepEqual(system.tickets().sort(), numbered(0, 23).sort());
    assert.deepEqual(await pictureOf(trial, "INBOX"), []);
  });

  test("one that dies before it says QUIT has deleted nothing, and the next finds all of it", async (t) => {
    const missing = programMissing("fetchmail");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { trial } = server;
    await using person = await WatchedMailbox.open(trial, "INBOX");
    await person.imap.messageMove("1:*", "Archive");
    await customersWrite(trial, numbered(0, 3));
    await person.imap.noop();
    await person.idle();
    const system = await ticketSystem(home.path, trial);
    {
      // The second message hangs in the handler; the first has been marked as deleted by then.
      await using fetchmail = await system.poll('[ -e "$box" ] && sleep 60\ncat >>"$box"');
      await fetchmail.says(/DELE 1[^]*RETR 2/);
    }
    assert.equal(person.count, 3);
    assert.deepEqual(await person.completePicture(), await pictureOf(trial, "INBOX"));
    await person.idle();
    await using _fetchmail = await system.poll('cat >>"$box"');
    await until("all are gone", () => person.count === 0, 15_000);
    // The one that was handed on comes twice: better than never.
    const [first = "", ...rest] = system.tickets();
    assert.ok(rest.includes(first));
    assert.deepEqual(rest.sort(), numbered(0, 3));
  });

  test("where the account says so, what it deletes moves to Trash before the eyes of those who idle", async (t) => {
    const missing = programMissing("fetchmail");
    if (missing !== undefined) return t.skip(missing);
    await using server = await spawnServer();
    await using home = await tempDir();
    const { trial, dataDir } = server;
    const set = await runDakghar(`account set ${trial.user} --pop3-deletion trash`, { dataDir });
    assert.equal(set.code, 0, set.err);
    await using inbox = await WatchedMailbox.open(trial, "INBOX");
    await using trash = await WatchedMailbox.open(trial, "Trash");
    await inbox.idle();
    await trash.idle();
    await customersWrite(trial, ["to be answered"]);
    const system = await ticketSystem(home.path, trial);
    await using _fetchmail = await system.poll('cat >>"$box"');
    await until("both are in Trash", () => inbox.count === 0 && trash.count === 2, 15_000);
    assert.deepEqual(await trash.completePicture(), await pictureOf(trial, "Trash"));
    assert.equal(system.tickets().length, 2);
  });
});
