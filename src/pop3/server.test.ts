// What a transcript cannot say: secrets, silence, floods, faults of the disk. Over real sockets of loopback.

import assert from "node:assert/strict";
import { once } from "node:events";
import { glob, truncate } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { stage } from "../../test/support/embedded.ts";
import { PostOffice, usualPolicy } from "../../test/support/post-office.ts";
import { scramFinal, scramFirst } from "../../test/support/scram-client.ts";
import { pop3IdleTimeoutMs, pop3LoginTimeoutMs } from "../base/limits.ts";
import { noFlags } from "../model/flags.ts";
import type { AccountId } from "../model/ids.ts";

/** A client that hears in order; `null` at the end of the connection. */
class Client {
  readonly socket: Socket;
  #heard = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    for (const event of ["readable", "end", "close", "error"]) socket.on(event, () => this.#wake());
  }

  static async connect(office: PostOffice, policy = usualPolicy): Promise<Client> {
    const socket = connect({ port: await office.portOf("pop3", policy), host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    const client = new Client(socket);
    assert.match((await client.line()) ?? "", /^\+OK /);
    return client;
  }

  async tls(): Promise<Client> {
    const secure = connectTls({ socket: this.socket, rejectUnauthorized: false });
    await once(secure, "secureConnect");
    return new Client(secure);
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Says the line, hears one. */
  async ask(text: string): Promise<string | null> {
    this.send(`${text}\r\n`);
    return await this.line();
  }

  async logIn(): Promise<this> {
    await this.ask("USER alice@example.org");
    assert.match((await this.ask("PASS secret")) ?? "", /^\+OK /);
    return this;
  }

  async line(): Promise<string | null> {
    return (await this.upTo("\r\n"))?.slice(0, -2).toString() ?? null;
  }

  /** What comes up to the terminator of a multi-line answer, which is not among it. */
  async lines(): Promise<string | null> {
    return (await this.upTo("\r\n.\r\n"))?.slice(0, -3).toString("latin1") ?? null;
  }

  /** All that comes until the end. */
  async rest(): Promise<string> {
    await this.upTo("\0 nothing like this");
    return this.#heard.toString();
  }

  async upTo(end: string): Promise<Buffer | null> {
    for (let from = 0; ; ) {
      const at = this.#heard.indexOf(end, from);
      if (at !== -1) {
        const found = this.#heard.subarray(0, at + end.length);
        this.#heard = this.#heard.subarray(found.length);
        return found;
      }
      from = Math.max(0, this.#heard.length - end.length);
      const chunk: Buffer | null = this.socket.read();
      if (chunk !== null) this.#heard = Buffer.concat([this.#heard, chunk]);
      else if (this.socket.readableEnded || this.socket.destroyed) return null;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

interface Visit {
  readonly office: PostOffice;
  readonly account: AccountId;
}

/** Alice with these messages in INBOX. */
async function visit(
  body: (visit: Visit) => Promise<void>,
  messages: readonly (string | Uint8Array)[] = [],
  hooks = {},
) {
  await using office = await PostOffice.open(hooks);
  const account = await office.newAccount("alice@example.org");
  using mail = await office.openMail(account);
  const inbox = await mail.byRole("inbox");
  assert.ok(inbox);
  const items = [];
  for (const message of messages) items.push({ message: await stage(mail, message), flags: noFlags });
  if (items.length > 0) await mail.append(inbox.id, items);
  await body({ office, account });
}

const sample = "Subject: one\r\n\r\ntext\r\n";

test("commands sent behind STLS in the clear are never answered inside TLS, however they are cut", () =>
  visit(async ({ office }) => {
    for (const sent of [
      ["STLS\r\nCAPA\r\n"],
      ["STLS\r\nCA", "PA\r\n"],
      ["STLS\r\n", "CAPA\r\n"],
      ["STLS\r\nUSER alice@example.org\r\nPASS"],
    ]) {
      const plain = await Client.connect(office);
      for (const piece of sent) plain.send(piece);
      assert.match((await plain.line()) ?? "", /^\+OK Begin/);
      try {
        const secure = await plain.tls();
        assert.equal(await secure.ask("NOOP"), "-ERR Log in first");
        secure.socket.destroy();
      } catch (error) {
        // A piece that came after +OK is no TLS record, and ends the connection: as good.
        assert.ok(sent.length > 1, String(error));
      }
    }
  }));

test("SCRAM-SHA-256 logs in, and tells the client that the server knows its verifier", () =>
  visit(
    async ({ office }) => {
      const login = { user: "alice@example.org", password: "secret", gs2Header: "n,," };
      const client = await Client.connect(office);
      await logInWithScram(client, "SCRAM-SHA-256", login);
      assert.equal(await client.ask("STAT"), "+OK 1 22");
    },
    [sample],
  ));

test("over TLS too SCRAM goes without -PLUS, and a client that could bind says so truly", () =>
  visit(async ({ office }) => {
    const plain = await Client.connect(office);
    await plain.ask("STLS");
    const secure = await plain.tls();
    assert.equal(await secure.ask("AUTH SCRAM-SHA-256-PLUS"), "-ERR No such authentication mechanism here");
    await logInWithScram(secure, "SCRAM-SHA-256", { user: "alice@example.org", password: "secret", gs2Header: "y,," });
    assert.equal(await secure.ask("STAT"), "+OK 0 0");
  }));

async function logInWithScram(client: Client, mechanism: string, login: Parameters<typeof scramFinal>[0]) {
  const challenge = await client.ask(`AUTH ${mechanism} ${Buffer.from(scramFirst(login)).toString("base64")}`);
  const serverFirst = Buffer.from(challenge?.slice(2) ?? "", "base64").toString();
  const { message, serverFinal } = scramFinal(login, serverFirst);
  const answer = await client.ask(Buffer.from(message).toString("base64"));
  assert.equal(Buffer.from(answer?.slice(2) ?? "", "base64").toString(), serverFinal);
  assert.match((await client.ask("")) ?? "", /^\+OK /);
}

test("a login that comes too soon after failed ones is put off, and not blamed on the password", () =>
  visit(async ({ office }) => {
    office.directory.throttledMs = 4_500;
    const client = await Client.connect(office);
    await client.ask("USER alice@example.org");
    assert.equal(await client.ask("PASS secret"), "-ERR [SYS/TEMP] Too many failed logins; try again in 5 s");
  }));

test("a message of some megabytes comes whole, byte for byte, and as long as LIST says", () =>
  visit(
    async ({ office }) => {
      const client = await (await Client.connect(office)).logIn();
      assert.equal(await client.ask("LIST 1"), `+OK 1 ${large.length}`);
      assert.equal(await client.ask("RETR 1"), `+OK ${large.length} octets`);
      const heard = (await client.lines())?.replace(/^\./gm, "");
      assert.equal(heard, large);
      assert.equal(await client.ask("NOOP"), "+OK Nothing done");
    },
    [large],
  ));

/** With dots at the beginning of lines, in all places relative to the pieces it is read in. */
const large = `Subject: large\r\n\r\n${Array.from({ length: 40_000 }, (_, at) => ".".repeat(at % 3) + "x".repeat(at % 83)).join("\r\n")}\r\n`;

test("a maildrop of thousands is listed whole", () =>
  visit(
    async ({ office }) => {
      const client = await (await Client.connect(office)).logIn();
      assert.equal(await client.ask("UIDL"), "+OK Unique ids of 3000 messages follow");
      const ids = (await client.lines())?.trimEnd().split("\r\n") ?? [];
      assert.equal(ids.length, 3_000);
      assert.equal(new Set(ids.map((line) => line.split(" ")[1])).size, 3_000);
      assert.ok(ids.every((line, at) => /^\d+ [!-~]{1,70}$/.test(line) && line.startsWith(`${at + 1} `)));
      await client.ask("LIST");
      assert.equal((await client.lines())?.trimEnd().split("\r\n").length, 3_000);
    },
    Array.from({ length: 3_000 }, () => sample),
  ));

test("a hundred thousand pipelined RETRs of a client that does not read hold up nobody and take little memory", () =>
  visit(
    async ({ office }) => {
      const flooding = await (await Client.connect(office)).logIn();
      const before = process.memoryUsage();
      for (let block = 0; block < 100; block++) flooding.send("RETR 1\r\n".repeat(1_000));
      const other = await (await Client.connect(office)).logIn();
      for (let round = 0; round < 5; round++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const asked = performance.now();
        await other.ask("NOOP");
        assert.ok(performance.now() - asked < 1_000);
      }
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      assert.ok(arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed < 50_000_000);
      // What it reads at last is right.
      await flooding.line();
      assert.equal(await flooding.lines(), medium);
      flooding.socket.destroy();
    },
    [medium],
  ));

const medium = `Subject: medium\r\n\r\n${`${"x".repeat(98)}\r\n`.repeat(1_000)}`;

test("pipelined commands are answered in order", () =>
  visit(
    async ({ office }) => {
      const client = await (await Client.connect(office)).logIn();
      client.send("RETR 1\r\nNOOP\r\nLIST 1\r\n".repeat(500));
      for (let round = 0; round < 500; round++) {
        assert.equal(await client.line(), "+OK 22 octets");
        assert.equal(await client.lines(), sample);
        assert.equal(await client.line(), "+OK Nothing done");
        assert.equal(await client.line(), "+OK 1 22");
      }
    },
    [sample],
  ));

test("who says nothing for a minute before login, or ten after, is let go without a word, and nothing is deleted", () =>
  visit(
    async ({ office }) => {
      const stranger = await Client.connect(office);
      const client = await (await Client.connect(office)).logIn();
      await client.ask("DELE 1");
      office.silence(pop3LoginTimeoutMs);
      assert.equal(await stranger.rest(), "");
      assert.match((await client.ask("NOOP")) ?? "", /^\+OK/);
      office.silence(pop3IdleTimeoutMs - 1_000);
      assert.match((await client.ask("NOOP")) ?? "", /^\+OK/);
      office.silence(pop3IdleTimeoutMs);
      assert.equal(await client.rest(), "");
      assert.deepEqual(
        office.pop3Events.filter(({ kind }) => kind === "ended").map((event) => "why" in event && event.why),
        ["idle", "idle"],
      );
      const next = await (await Client.connect(office)).logIn();
      assert.equal(await next.ask("STAT"), "+OK 1 22");
    },
    [sample],
  ));

test("a server that stops ends sessions without a word, and deletes nothing", () =>
  visit(
    async ({ office, account }) => {
      const client = await (await Client.connect(office)).logIn();
      await client.ask("DELE 1");
      await office.stop();
      assert.equal(await client.rest(), "");
      using mail = await office.openMail(account);
      assert.equal((await mail.byRole("inbox"))?.messages, 1);
    },
    [sample],
  ));

for (const [code, answer] of [
  ["ENOSPC", "-ERR [SYS/TEMP] Nothing was deleted; please try again later"],
  ["EIO", "-ERR [SYS/TEMP] Nothing was deleted; please try again later"],
] as const) {
  test(`when the disk fails with ${code} at QUIT, the client hears so and everything is still there`, async () => {
    let fault: string | undefined;
    const reached = (point: string): void => {
      if (point === "before-commit" && fault !== undefined) throw Object.assign(new Error("disk"), { code: fault });
    };
    await visit(
      async ({ office }) => {
        const client = await (await Client.connect(office)).logIn();
        await client.ask("DELE 1");
        await client.ask("DELE 2");
        fault = code;
        assert.equal(await client.ask("QUIT"), answer);
        assert.equal(await client.rest(), "");
        fault = undefined;
        const next = await (await Client.connect(office)).logIn();
        assert.equal(await next.ask("STAT"), "+OK 2 44");
      },
      [sample, sample],
      { reached },
    );
  });
}

test("an answer that breaks off halfway, since the file is damaged, ends with the connection and without a terminator", () =>
  visit(
    async ({ office, account }) => {
      const client = await (await Client.connect(office)).logIn();
      for await (const file of glob("accounts/**/bodies/*/*", { cwd: office.dataFolder })) {
        await truncate(join(office.dataFolder, file), 1_000_000);
      }
      assert.match((await client.ask("TOP 1 0")) ?? "", /^\+OK/);
      await client.lines();
      assert.match((await client.ask("RETR 1")) ?? "", /^\+OK/);
      assert.equal(await client.lines(), null);
      assert.deepEqual(
        office.pop3Events.filter(({ kind }) => kind === "store-fault" || kind === "ended").map(({ kind }) => kind),
        ["store-fault", "ended"],
      );
      office.faults.length = 0;
      await office.quiet();
      await office.mail.remove(account);
    },
    [large],
  ));

test("a fault of the server's own is told by a number that the log knows, and the session goes on", () =>
  visit(async ({ office }) => {
    const client = await Client.connect(office);
    office.directory.verifyPassword = async () => {
      throw new TypeError("the secret path /var/lib is not a function");
    };
    await client.ask("USER alice@example.org");
    const answer = (await client.ask("PASS secret")) ?? "";
    const [, id] = /^-ERR \[SYS\/TEMP\] The server made a mistake \(([0-9a-f]{12})\)$/.exec(answer) ?? [];
    const bugs = office.pop3Events.filter((event) => event.kind === "bug");
    assert.deepEqual(
      bugs.map(({ errorId, command }) => [errorId, command]),
      [[id, "PASS"]],
    );
    assert.match((await client.ask("CAPA")) ?? "", /^\+OK/);
  }));

test("no event of a session holds its password", () =>
  visit(async ({ office }) => {
    const client = await Client.connect(office);
    await client.ask("USER alice@example.org");
    await client.ask("PASS hunter2");
    await client.ask(`AUTH PLAIN ${Buffer.from("\0alice@example.org\0hunter2").toString("base64")}`);
    await client.ask("PASS hunter2");
    client.socket.destroy();
    await office.quiet();
    assert.doesNotMatch(JSON.stringify(office.pop3Events), /hunter2|aHVudGVyMg/);
  }));
