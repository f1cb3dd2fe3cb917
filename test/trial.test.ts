// Trial mode as a newcomer and a script see it: the real program, reached by its own facts.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat } from "node:fs/promises";
import { request } from "node:https";
import { connect as connectTcp, createServer } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { runDakghar } from "./support/run-dakghar.ts";
import { type SpawnedServer, spawnServer } from "./support/spawn-server.ts";
import { tempDir } from "./support/temp-dir.ts";

const run = promisify(execFile);

async function tlsTo(server: SpawnedServer, port: number, host = server.trial.host): Promise<TLSSocket> {
  const ca = await readFile(server.trial.caFile);
  const socket = connect({ host, port, ca, ...(host === "localhost" ? { servername: host } : {}) });
  socket.on("error", () => undefined);
  await once(socket, "secureConnect");
  return socket;
}

/** Says `lines`, one after the other's answer, and gives all that came back. */
async function converse(socket: TLSSocket, lines: readonly string[]): Promise<string> {
  let heard = "";
  socket.on("data", (chunk: Buffer) => (heard += chunk.toString("utf8")));
  for (const [at, line] of lines.entries()) {
    socket.write(`a${at} ${line}\r\n`);
    for (let waitedMs = 0; !heard.includes(`\na${at} `) && waitedMs < 5_000; waitedMs += 5) await sleep(5);
  }
  return heard;
}

async function inbox(server: SpawnedServer): Promise<string> {
  const socket = await tlsTo(server, server.trial.ports.imaps);
  const { user, password } = server.trial;
  const heard = await converse(socket, [`LOGIN ${user} ${password}`, "SELECT INBOX", "LOGOUT"]);
  socket.destroy();
  return heard;
}

suite("trial mode", { concurrency: 2 }, () => {
  test("the facts for scripts are whole, true, and for the owner alone", async () => {
    await using server = await spawnServer();
    const file = join(server.dataDir, "trial.json");
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const facts: unknown = JSON.parse(await readFile(file, "utf8"));
    const { user, password, host, caFile, ports } = server.trial;
    assert.deepEqual(facts, { user, password, host, caFile, ports });
    assert.deepEqual(Object.keys(ports), [
      "imap",
      "imaps",
      "pop3",
      "pop3s",
      "submission",
      "submissions",
      "smtp",
      "https",
    ]);
    for (const port of Object.values(ports)) {
      const socket = connectTcp({ host: "127.0.0.1", port });
      await once(socket, "connect");
      socket.destroy();
    }
    for (const host of ["localhost", "127.0.0.1"]) (await tlsTo(server, ports.imaps, host)).destroy();
  });

  test("the table has what a mail program asks for, and the line to paste lists the INBOX", async (t) => {
    await using server = await spawnServer();
    const { user, password, ports } = server.trial;
    const rows = server.output().match(/^(?:Incoming|Outgoing) mail .*$/gm) ?? [];
    assert.deepEqual(
      rows.map((row) => row.split(/ {2,}/)),
      [
        ["Incoming mail (IMAP)", "localhost", String(ports.imaps), "SSL/TLS", user, password],
        ["Incoming mail (IMAP)", "localhost", String(ports.imap), "STARTTLS", user, password],
        ["Incoming mail (POP)", "localhost", String(ports.pop3s), "SSL/TLS", user, password],
        ["Incoming mail (POP)", "localhost", String(ports.pop3), "STARTTLS", user, password],
        ["Outgoing mail (SMTP)", "localhost", String(ports.submissions), "SSL/TLS", user, password],
        ["Outgoing mail (SMTP)", "localhost", String(ports.submission), "STARTTLS", user, password],
      ],
    );
    const line = server.output().match(/^ {2}(curl .*)$/m)?.[1];
    assert.ok(line !== undefined);
    try {
      await run("curl", ["--version"]);
    } catch {
      t.skip("curl is not installed");
      return;
    }
    const { stdout } = await run("sh", ["-c", line]);
    assert.match(stdout, /^\* 1 FETCH .*ENVELOPE/);
  });

  test("the welcome is there in English and Bengali", async () => {
    await using server = await spawnServer();
    const socket = await tlsTo(server, server.trial.ports.imaps);
    const { user, password } = server.trial;
    const heard = await converse(socket, [
      `LOGIN ${user} ${password}`,
      "SELECT INBOX",
      "FETCH 1 (BODYSTRUCTURE BODY.PEEK[1])",
    ]);
    socket.destroy();
    assert.match(heard, /\* 1 EXISTS/);
    const base64 = heard.match(/BODY\[1\] \{\d+\}\r\n([A-Za-z0-9+/=\r\n]+)/)?.[1] ?? "";
    const text = Buffer.from(base64, "base64").toString("utf8");
    assert.match(text, /Welcome to Dakghar!/);
    assert.match(text, /ডাকঘরে স্বাগতম!/);
  });

  test("it ends cleanly, and the next start goes on with the same account, mail and authority", async () => {
    await using folder = await tempDir();
    const start = () => spawnServer({ dataDir: folder.path });
    let first: SpawnedServer["trial"];
    let ca: Buffer;
    {
      await using server = await start();
      first = server.trial;
      ca = await readFile(first.caFile);
      const socket = await tlsTo(server, first.ports.imaps);
      await converse(socket, [`LOGIN ${first.user} ${first.password}`, "CREATE Work"]);
      const heard = await converse(socket, ["SELECT INBOX", "COPY 1 INBOX", "LOGOUT"]);
      assert.match(heard, /a1 OK/);
      assert.equal(await server.stop(), 0);
      assert.ok(!(await readdir(folder.path)).some((name) => name === "trial.json" || name === "control.sock"));
    }
    await using server = await start();
    assert.deepEqual([server.trial.user, server.trial.password], [first.user, first.password]);
    assert.deepEqual(await readFile(server.trial.caFile), ca);
    assert.match(await inbox(server), /\* 2 EXISTS/);
  });

  test("a password that was changed is not printed any more", async () => {
    await using folder = await tempDir();
    const dataDir = folder.path;
    {
      await using server = await spawnServer({ dataDir });
      const changed = await runDakghar(`account passwd ${server.trial.user} --password-stdin`, {
        dataDir,
        input: "mine\n",
      });
      assert.equal(changed.code, 0, changed.err);
    }
    await using server = await spawnServer({ dataDir });
    assert.equal(server.trial.password, "");
    assert.match(server.output(), /\(as you set it\)/);
    assert.ok(!server.output().includes("mine"));
  });

  test("changing a password logs out who is logged in, over every protocol", async () => {
    await using server = await spawnServer();
    const { user, password, ports } = server.trial;
    const imap = await tlsTo(server, ports.imaps);
    await converse(imap, [`LOGIN ${user} ${password}`]);
    const pop3 = await tlsTo(server, ports.pop3s);
    pop3.write(`USER ${user}\r\nPASS ${password}\r\nSTAT\r\n`);
    let heard = "";
    pop3.on("data", (chunk: Buffer) => (heard += chunk.toString()));
    while (heard.split("\n").length < 5) await sleep(5);
    let bye = "";
    imap.on("data", (chunk: Buffer) => (bye += chunk.toString()));
    const closed = Promise.all([once(imap, "close"), once(pop3, "close")]);
    await runDakghar(`account passwd ${user} --generate-password`, { dataDir: server.dataDir });
    await closed;
    assert.match(bye, /^\* BYE .*the password has been changed/);
  });

  test("a port that is taken is named, and nothing stays half open", async () => {
    await using folder = await tempDir();
    const blocker = createServer().listen(1995, "127.0.0.1");
    try {
      await Promise.race([once(blocker, "listening"), once(blocker, "error")]);
      const said = await runDakghar("serve", { dataDir: folder.path });
      assert.equal(said.code, 75, said.err);
      assert.match(
        said.err,
        /^dakghar: The listener "\w+" cannot be opened on \S+ port \d+: something else listens there/m,
      );
      assert.ok(!(await readdir(folder.path)).includes("trial.json"));
    } finally {
      blocker.close();
    }
  });

  test("SIGTERM says good-bye to whoever is connected and waits for nobody who is idle", async () => {
    await using server = await spawnServer();
    const { user, password, ports } = server.trial;
    const idler = await tlsTo(server, ports.imaps);
    await converse(idler, [`LOGIN ${user} ${password}`, "SELECT INBOX"]);
    idler.write("i IDLE\r\n");
    const smtp = connectTcp({ host: "127.0.0.1", port: ports.smtp });
    let [imapSaid, smtpSaid] = ["", ""];
    idler.on("data", (chunk: Buffer) => (imapSaid += chunk.toString()));
    smtp.on("data", (chunk: Buffer) => (smtpSaid += chunk.toString()));
    while (!imapSaid.includes("+ ") || !smtpSaid.includes("220 ")) await sleep(5);
    const from = performance.now();
    assert.equal(await server.stop(), 0);
    assert.ok(performance.now() - from < 5_000);
    assert.match(imapSaid, /\* BYE /);
    assert.match(smtpSaid, /421 /);
  });

  test("the HTTPS port has a page and a health endpoint, and takes nothing in", async () => {
    await using server = await spawnServer();
    const ca = await readFile(server.trial.caFile);
    const fetched = async (path: string, method = "GET"): Promise<readonly [number | undefined, string]> => {
      const sent = request({ host: "localhost", port: server.trial.ports.https, path, method, ca }).end();
      const [response] = await once(sent, "response");
      let text = "";
      for await (const chunk of response) text += String(chunk);
      return [response.statusCode, text];
    };
    assert.deepEqual(await fetched("/health"), [200, '{"status":"ok"}\n']);
    const [status, page] = await fetched("/");
    assert.equal(status, 200);
    assert.match(page, /ডাকঘর/);
    assert.ok(!page.includes(server.trial.password));
    assert.equal((await fetched("/", "POST"))[0], 405);
    assert.equal((await fetched("/../trial.json"))[0], 404);
  });
});
