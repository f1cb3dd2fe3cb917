// A configured server: from `dakghar init` to its end, with certificates and ports of its own.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { makeTlsPair } from "./support/certificates.ts";
import { freePort } from "./support/free-port.ts";
import { runDakghar } from "./support/run-dakghar.ts";
import { rootDir } from "./support/source-tree.ts";
import { type TempDir, tempDir } from "./support/temp-dir.ts";

const names = ["imap", "imaps", "pop3", "pop3s", "submission", "submissions", "smtp", "status"] as const;
type Ports = Readonly<Record<(typeof names)[number], number>>;

interface Installation extends AsyncDisposable {
  readonly folder: string;
  readonly configFile: string;
  readonly ports: Ports;
  /** `dakghar WORDS --config FILE` */
  readonly dakghar: (words: string, input?: string) => ReturnType<typeof runDakghar>;
  readonly start: () => Promise<Running>;
}

interface Running extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly output: () => string;
}

async function writeCertificate(folder: string, name: string): Promise<void> {
  const { certificate, key } = makeTlsPair({ names: [name] });
  await writeFile(join(folder, "certificate.pem"), certificate);
  await writeFile(join(folder, "key.pem"), key, { mode: 0o600 });
}

async function installation(more = ""): Promise<Installation> {
  const temp: TempDir = await tempDir();
  const folder = temp.path;
  await writeCertificate(folder, "mail.example.org");
  const ports: Record<string, number> = {};
  for (const name of names) ports[name] = await freePort();
  const listeners = names.map((name) => `${name} = { addresses = ["127.0.0.1"], port = ${ports[name]} }`);
  const configFile = join(folder, "dakghar.toml");
  await writeFile(
    configFile,
    `hostname = "mail.example.org"
data = "data"

[tls]
certificate = "certificate.pem"
key = "key.pem"

[listeners]
${listeners.join("\n")}
lmtp = { enabled = true, path = "lmtp.sock" }
${more}`,
  );
  return {
    folder,
    configFile,
    ports: ports as Ports,
    dakghar: (words, input = "") => runDakghar([...words.split(" "), "--config", configFile], { input }),
    start: () => start(configFile),
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  };
}

async function start(configFile: string): Promise<Running> {
  const main = join(rootDir, "src/app/main.ts");
  const child = spawn(process.execPath, [main, "serve", "--config", configFile], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const state = { over: false };
  void ended.then(() => (state.over = true));
  while (!output.includes("the server is ready") && !state.over) await sleep(5);
  return {
    process: child,
    ended,
    output: () => output,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Everything a plain connection hears for these lines, until the server closes or nothing comes for a while. */
/** What comes until `awaited` is heard, the server closes, or half a minute has gone by. */
async function hear(socket: Socket, text: string, awaited: RegExp): Promise<string> {
  let heard = "";
  socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
  socket.on("error", () => undefined);
  if (text !== "") socket.write(text);
  for (let waitedMs = 0; waitedMs < 30_000 && !awaited.test(heard) && !socket.closed; waitedMs += 5) await sleep(5);
  socket.destroy();
  return heard;
}

const tcp = (port: number): Socket => connectTcp({ host: "127.0.0.1", port });
const tls = (port: number): Socket => connect({ host: "127.0.0.1", port, rejectUnauthorized: false });

async function nameServed(port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

suite("a configured server", { concurrency: 2 }, () => {
  test("init writes a file that explains itself, makes the data folder, and keeps what is there", async () => {
    await using temp = await tempDir();
    const file = join(temp.path, "etc/dakghar.toml");
    const data = join(temp.path, 'a "data" folder');
    const made = await runDakghar(["init", "--config", file, "--data", data]);
    assert.equal(made.code, 0, made.err);
    assert.match(await readFile(file, "utf8"), /^# The configuration of Dakghar\..*^hostname = /ms);
    assert.ok((await readFile(file, "utf8")).includes(`data = ${JSON.stringify(data)}`));
    assert.equal((await stat(data)).mode & 0o777, 0o700);
    await writeFile(file, "mine");
    assert.equal((await runDakghar(["init", "--config", file])).code, 1);
    assert.equal(await readFile(file, "utf8"), "mine");
  });

  test("every fault of the file is told at once, with its line, and nothing is started or made", async () => {
    await using temp = await tempDir();
    const file = join(temp.path, "bad.toml");
    await writeFile(file, 'hostname = "mail.example.org"\ndata = "data"\n[listeners.imap]\nport = 0\n[mial]\n');
    const said = await runDakghar(["serve", "--config", file]);
    assert.equal(said.code, 78);
    assert.match(said.err, /bad\.toml:4: listeners\.imap\.port: 0 will not do; write a whole number/);
    assert.match(said.err, /bad\.toml:5: mial: there is no such setting; did you mean mail\?/);
    assert.match(said.err, /tls: is missing/);
    assert.doesNotMatch(said.err, /\n {4}at /);
    await assert.rejects(stat(join(temp.path, "data")));
    assert.equal((await runDakghar(["serve", "--config", join(temp.path, "none.toml")])).code, 78);
    assert.equal((await runDakghar(["account", "list", "--config", file])).code, 78);
  });

  test("files that the configuration names and that are not there are faults of the configuration", async () => {
    await using server = await installation();
    await writeFile(join(server.folder, "key.pem"), "no key");
    const bad = await server.dakghar("serve");
    assert.equal(bad.code, 78);
    assert.match(bad.err, /key\.pem: holds no private key/);
    await writeFile(
      server.configFile,
      (await readFile(server.configFile, "utf8")).replace("certificate.pem", "nothing.pem"),
    );
    const missing = await server.dakghar("serve");
    assert.equal(missing.code, 78);
    assert.match(missing.err, /tls\.certificate: .*nothing\.pem: there is no such file/);
  });

  test("it takes no password without TLS, serves accounts made by its command, and ends with 0", async () => {
    await using server = await installation();
    await using running = await server.start();
    assert.match(running.output(), /"the server is ready"/);
    await server.dakghar("domain add example.org");
    const added = await server.dakghar("account add asha@example.org --password-stdin", "correct horse\n");
    assert.equal(added.code, 0, added.err);
    const { ports } = server;
    const logIn = "a LOGIN asha@example.org {13+}\r\ncorrect horse\r\n";
    assert.match(await hear(tcp(ports.imap), logIn, /\na /), /a NO \[PRIVACYREQUIRED\]/);
    assert.match(await hear(tcp(ports.pop3), "USER asha@example.org\r\n", /-ERR/), /-ERR/);
    assert.match(await hear(tcp(ports.submission), "EHLO x\r\nAUTH PLAIN AHgAeQ==\r\n", /\n5\d\d /), /\n5\d\d /);
    assert.match(await hear(tls(ports.imaps), logIn, /\na /), /a OK/);
    const settings: { endpoints: readonly object[] } = JSON.parse(
      (await server.dakghar("settings asha@example.org --json")).out,
    );
    assert.deepEqual(settings.endpoints[0], {
      service: "imap",
      server: "mail.example.org",
      port: ports.imaps,
      encryption: "SSL/TLS",
    });
    assert.ok(!running.output().includes("correct horse"));
    running.process.kill("SIGTERM");
    assert.equal(await running.ended, 0);
  });

  test("LMTP over its socket files mail, the status page counts, and the socket of a killed server is no obstacle", async () => {
    await using server = await installation();
    const deliver = async (): Promise<string> => {
      const socket = connectTcp(join(server.folder, "lmtp.sock"));
      socket.write("LHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<asha@example.org>\r\nDATA\r\n");
      let heard = "";
      socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
      while (!heard.includes("\n354 ") && !socket.closed) await sleep(5);
      return await hear(socket, "Subject: hello\r\n\r\nhi\r\n.\r\nQUIT\r\n", /221 /);
    };
    {
      await using running = await server.start();
      await server.dakghar("domain add example.org");
      await server.dakghar("account add asha@example.org --generate-password");
      assert.match(await deliver(), /^250 2\.0\.\d .*\r\n221 /);
      const page = request({ host: "127.0.0.1", port: server.ports.status, path: "/metrics" }).end();
      const [response] = await once(page, "response");
      let metrics = "";
      for await (const chunk of response) metrics += String(chunk);
      assert.match(metrics, /dakghar_deliveries_total\{protocol="lmtp",outcome="delivered"\} 1\n/);
      running.process.kill("SIGKILL");
      await running.ended;
    }
    // Without a server the commands work on the same folder, which relative paths of the file name from where it lies.
    assert.match((await server.dakghar("account show asha@example.org")).out, /1 messages/);
    await using again = await server.start();
    assert.match(again.output(), /"the server is ready"/);
    assert.match(await deliver(), /^250 2\.0\.\d /);
  });

  test("SIGHUP takes new certificates without dropping a connection, and keeps the old ones when the new are bad", async () => {
    await using server = await installation();
    await using running = await server.start();
    const { imaps } = server.ports;
    const standing = tls(imaps);
    await once(standing, "secureConnect");
    assert.equal(await nameServed(imaps), "mail.example.org");
    const reload = async (said: string): Promise<void> => {
      running.process.kill("SIGHUP");
      while (!running.output().includes(said)) await sleep(5);
    };
    await writeCertificate(server.folder, "new.example.org");
    await reload("the certificates have been read again");
    assert.equal(await nameServed(imaps), "new.example.org");
    await writeFile(join(server.folder, "key.pem"), "no key");
    await reload("the old ones stay");
    assert.equal(await nameServed(imaps), "new.example.org");
    assert.match(await hear(standing, "a NOOP\r\n", /a /), /a OK/);
  });

  test("a client that does not go is waited for, but a second signal ends the server at once", async () => {
    await using server = await installation();
    await using running = await server.start();
    const hung = connectTcp({ host: "127.0.0.1", port: server.ports.smtp, allowHalfOpen: true });
    let heard = "";
    hung.on("error", () => undefined).on("data", (chunk: Buffer) => (heard += chunk.toString()));
    while (!heard.includes("220 ")) {
      assert.ok(!hung.destroyed, `no greeting: ${hung.errored?.message}`);
      await sleep(5);
    }
    running.process.kill("SIGTERM");
    await sleep(500);
    assert.match(heard, /\r\n421 /);
    assert.equal(running.process.exitCode, null);
    running.process.kill("SIGTERM");
    const from = performance.now();
    assert.equal(await running.ended, 1);
    assert.ok(performance.now() - from < 1_000);
    hung.destroy();
  });

  test("a second server on the folder says who holds it, and a command waits for no server that is gone", async () => {
    await using server = await installation();
    await using running = await server.start();
    const other = join(server.folder, "other");
    await mkdir(other);
    const text = (await readFile(server.configFile, "utf8")).replace('data = "data"', 'data = "../data"');
    await writeFile(
      join(other, "dakghar.toml"),
      text.replaceAll('= "certificate', '= "../certificate').replaceAll('= "key', '= "../key'),
    );
    const second = await runDakghar(["serve", "--config", join(other, "dakghar.toml")]);
    assert.equal(second.code, 75);
    assert.match(second.err, new RegExp(`process ${running.process.pid}: dakghar serve`));
    running.process.kill("SIGKILL");
    await running.ended;
    assert.equal((await server.dakghar("account list")).code, 0);
  });
});
