// What a transcript cannot say: secrets, silence, floods, faults of the disk, many at once. Over real sockets of loopback.

import assert from "node:assert/strict";
import { glob, truncate } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { stage } from "../../test/support/embedded.ts";
import { ImapClient } from "../../test/support/imap-client.ts";
import { PostOffice, usualPolicy } from "../../test/support/post-office.ts";
import { scramFinal, scramFirst } from "../../test/support/scram-client.ts";
import { WireClient } from "../../test/support/wire-client.ts";
import { imapAppendHeldBytesMax, imapIdleTimeoutMs, imapLoginTimeoutMs, inlineBodyBytesMax } from "../base/limits.ts";
import { noFlags } from "../model/flags.ts";
import type { AccountId } from "../model/ids.ts";

const user = "alice@example.org";
const password = "secret";
const sample = "Subject: sample\r\n\r\nText\r\n";

interface Visit {
  readonly office: PostOffice;
  readonly account: AccountId;
  readonly port: number;
  readonly logIn: () => Promise<ImapClient>;
  /** Logs in and selects INBOX. */
  readonly select: () => Promise<ImapClient>;
}

async function visit(
  body: (visit: Visit) => Promise<void>,
  messages: readonly string[] = [],
  hooks: Parameters<typeof PostOffice.open>[0] = {},
): Promise<void> {
  await using office = await PostOffice.open(hooks);
  const account = await office.newAccount(user);
  const port = await office.portOf("imap");
  using mail = await office.openMail(account);
  if (messages.length > 0) await fill(office, account, messages);
  const logIn = (): Promise<ImapClient> => ImapClient.logIn({ port }, user, password);
  const select = async (): Promise<ImapClient> => {
    const client = await logIn();
    await client.ok("SELECT INBOX");
    return client;
  };
  await body({ office, account, port, logIn, select });
  mail[Symbol.dispose]();
  assert.deepEqual(office.faults, []);
}

async function fill(office: PostOffice, account: AccountId, messages: readonly string[]): Promise<void> {
  using mail = await office.openMail(account);
  const inbox = await mail.byRole("inbox");
  assert.ok(inbox !== undefined);
  const items = [];
  for (const message of messages) items.push({ message: await stage(mail, message), flags: noFlags });
  await mail.append(inbox.id, items);
}

const endings = (office: PostOffice): (string | undefined)[] =>
  office.imapEvents.flatMap((event) => (event.kind === "ended" ? [event.why] : []));

suite("STARTTLS", () => {
  for (const [how, pieces] of [
    ["in one piece", ["a STARTTLS\r\nb NOOP\r\n"]],
    ["with half a command", ["a STARTTLS\r\nb NO"]],
    ["in pieces before the answer", ["a STARTTLS\r\n", "b NOOP\r\n"]],
    ["with a login", [`a STARTTLS\r\nb LOGIN ${user} ${password}\r\nc SELECT INBOX\r\n`]],
  ] as const) {
    test(`commands sent behind STARTTLS in the clear, ${how}, are never answered inside TLS`, () =>
      visit(async ({ port }) => {
        using wire = await WireClient.connect({ port });
        await wire.line();
        for (const piece of pieces) await wire.send(piece);
        assert.equal(await wire.line(), "a OK Begin TLS now");
        try {
          await wire.startTls();
          await wire.send("d NOOP\r\ne SELECT INBOX\r\n");
          assert.equal(await wire.line(), "d OK NOOP completed");
          assert.equal(await wire.line(), "e BAD Log in first");
        } catch (error) {
          // What came after OK is no TLS record, and ends the connection: as good.
          assert.ok(pieces.length > 1, String(error));
        }
      }));
  }
});

suite("logging in", () => {
  test("SCRAM-SHA-256 logs in, and tells the client that the server knows its verifier", () =>
    visit(async ({ port }) => {
      using wire = await WireClient.connect({ port });
      await wire.line();
      await logInWithScram(wire, "SCRAM-SHA-256", { user, password, gs2Header: "n,," });
    }));

  test("SCRAM-SHA-256-PLUS is bound to the TLS connection under it", () =>
    visit(async ({ port }) => {
      using wire = await WireClient.connect({ port });
      await wire.line();
      await wire.send("a STARTTLS\r\n");
      await wire.line();
      await wire.startTls();
      const channelBinding = wire.exportKeyingMaterial(32, "EXPORTER-Channel-Binding");
      const login = { user, password, gs2Header: "p=tls-exporter,,", channelBinding };
      await logInWithScram(wire, "SCRAM-SHA-256-PLUS", login);
    }));

  test("a wrong proof is AUTHENTICATIONFAILED", () =>
    visit(async ({ port }) => {
      using wire = await WireClient.connect({ port });
      await wire.line();
      const answer = await scram(wire, "SCRAM-SHA-256", { user, password: "wrong", gs2Header: "n,," });
      assert.equal(answer.heard, "a NO [AUTHENTICATIONFAILED] Wrong user name or password");
    }));

  test("a login that comes too soon after failed ones is put off, and not blamed on the password", () =>
    visit(async ({ office, port }) => {
      office.directory.throttledMs = 4_500;
      using client = await ImapClient.connect({ port });
      assert.equal((await client.run(`LOGIN ${user} ${password}`)).code, "UNAVAILABLE");
    }));

  test("no event of a session holds its password", () =>
    visit(async ({ office, port }) => {
      using client = await ImapClient.connect({ port });
      await client.run(`LOGIN ${user} hunter2`);
      await client.run(`AUTHENTICATE PLAIN ${Buffer.from(`\0${user}\0hunter2`).toString("base64")}`);
      await client.run("LOGIN hunter2");
      client.wire.cut();
      await office.quiet();
      assert.doesNotMatch(JSON.stringify(office.imapEvents), /hunter2|aHVudGVyMg/);
      assert.ok(office.imapEvents.length >= 3);
    }));
});

interface ScramAnswer {
  readonly heard: string;
  readonly serverFinal: string;
}

async function scram(
  wire: WireClient,
  mechanism: string,
  login: Parameters<typeof scramFinal>[0],
): Promise<ScramAnswer> {
  await wire.send(`a AUTHENTICATE ${mechanism} ${Buffer.from(scramFirst(login)).toString("base64")}\r\n`);
  const serverFirst = Buffer.from((await wire.line()).slice(2), "base64").toString();
  const { message, serverFinal } = scramFinal(login, serverFirst);
  await wire.send(`${Buffer.from(message).toString("base64")}\r\n`);
  return { heard: await wire.line(), serverFinal };
}

async function logInWithScram(wire: WireClient, mechanism: string, login: Parameters<typeof scramFinal>[0]) {
  const { heard, serverFinal } = await scram(wire, mechanism, login);
  assert.equal(Buffer.from(heard.slice(2), "base64").toString(), serverFinal);
  await wire.send("\r\n");
  assert.match(await wire.line(), /^a OK \[CAPABILITY IMAP4rev1 /);
}

suite("ends of a session", () => {
  test("who does not log in within a minute is told BYE, whether or not it says something", () =>
    visit(async ({ office, port }) => {
      using silent = await ImapClient.connect({ port });
      using busy = await ImapClient.connect({ port });
      await busy.ok("NOOP");
      office.silence(imapLoginTimeoutMs);
      assert.equal(await silent.wire.rest(), "* BYE Nothing was heard for too long\r\n");
      assert.equal(await busy.wire.rest(), "* BYE Nothing was heard for too long\r\n");
    }));

  test("after login it may be silent for half an hour, in IDLE too", () =>
    visit(async ({ office, select }) => {
      using client = await select();
      using idling = await select();
      idling.send("IDLE");
      assert.equal((await idling.response()).text, "+ idling");
      office.silence(imapIdleTimeoutMs - 5_000);
      await client.ok("NOOP");
      await idling.wire.send("DONE\r\n");
      await idling.response();
      office.silence(imapIdleTimeoutMs);
      assert.equal(await client.wire.rest(), "* BYE Nothing was heard for too long\r\n");
      await idling.wire.rest();
      assert.deepEqual(endings(office), ["idle", "idle"]);
    }));

  test("a server that stops says BYE to all, whatever they are about, and files no half message", () =>
    visit(async ({ office, account, port, select }) => {
      using idling = await select();
      idling.send("IDLE");
      await idling.response();
      using appending = await select();
      await appending.wire.send("x APPEND INBOX {100}\r\n");
      assert.equal(await appending.wire.line(), "+ OK");
      await appending.wire.send("half");
      using proving = await ImapClient.connect({ port });
      await proving.wire.send("x AUTHENTICATE PLAIN\r\n");
      assert.equal(await proving.wire.line(), "+ ");
      using free = await select();
      await office.stop();
      for (const client of [idling, appending, proving, free])
        assert.equal(await client.wire.rest(), "* BYE The server is stopping\r\n");
      using mail = await office.openMail(account);
      assert.equal((await mail.byRole("inbox"))?.messages, 0);
    }));

  test("the sessions of an account that is disabled end with BYE and why, those of others go on", () =>
    visit(async ({ office, account, port, select }) => {
      await office.newAccount("bob@example.org");
      using bob = await ImapClient.logIn({ port }, "bob@example.org", password);
      using idling = await select();
      idling.send("IDLE");
      await idling.response();
      using client = await select();
      const [sessions] = office.imapSessions;
      assert.ok(sessions !== undefined);
      sessions.end(account, "the account has been disabled");
      assert.equal(await idling.wire.rest(), "* BYE the account has been disabled\r\n");
      assert.equal(await client.wire.rest(), "* BYE the account has been disabled\r\n");
      await bob.ok("NOOP");
      for (let turn = 0; sessions.count(account) > 0 && turn < 1_000; turn++) await sleep(1);
      assert.equal(sessions.count(account), 0);
    }));

  test("what was pipelined before the client ended its half is still answered", () =>
    visit(async ({ select }) => {
      using client = await select();
      await client.wire.send("x NOOP\r\ny NOOP\r\n");
      client.wire.end();
      assert.equal(await client.wire.rest(), "x OK NOOP completed\r\ny OK NOOP completed\r\n");
    }));

  test("nothing that follows LOGOUT is answered", () =>
    visit(async ({ select }) => {
      using client = await select();
      await client.wire.send("x LOGOUT\r\ny NOOP\r\n");
      assert.equal(await client.wire.rest(), "* BYE Good-bye\r\nx OK LOGOUT completed\r\n");
    }));
});

suite("faults of our own", () => {
  test("a bug is told by a number that the log knows, without its words, and the session goes on", () =>
    visit(async ({ office, port }) => {
      using client = await ImapClient.connect({ port });
      office.directory.verifyPassword = async () => {
        throw new TypeError("the secret path is not a function");
      };
      const answer = await client.run(`LOGIN ${user} ${password}`);
      const bugs = office.imapEvents.filter((event) => event.kind === "bug");
      assert.deepEqual(
        [answer.status, answer.code, answer.text],
        ["NO", "SERVERBUG", `Internal error ${bugs[0]?.errorId}`],
      );
      assert.equal(bugs[0]?.command, "LOGIN");
      await client.ok("NOOP");
      office.faults.length = 0;
    }));

  for (const [code, told] of [
    ["ENOSPC", "UNAVAILABLE"],
    ["EIO", "UNAVAILABLE"],
  ] as const) {
    test(`when the disk fails with ${code}, APPEND and STORE are refused, reading goes on, and later it is as before`, async () => {
      let fault: string | undefined;
      const reached = (point: string): void => {
        const writes = point === "before-commit" || point === "before-journal";
        if (writes && fault !== undefined) throw Object.assign(new Error("disk"), { code: fault });
      };
      await visit(
        async ({ office, select }) => {
          using client = await select();
          fault = code;
          const refused = await client.run("APPEND INBOX ", Buffer.from(sample));
          assert.deepEqual([refused.status, refused.code], ["NO", told]);
          assert.equal((await client.run("STORE 1 +FLAGS (\\Seen)")).code, told);
          assert.match((await client.ok("FETCH 1 BODY.PEEK[TEXT]")).untagged[0]?.text ?? "", /^\* 1 FETCH/);
          fault = undefined;
          await client.ok("APPEND INBOX ", Buffer.from(sample));
          assert.equal((await client.ok("SEARCH UNSEEN")).untagged[0]?.text, "* SEARCH 1 2");
          office.faults.length = 0;
        },
        [sample],
        { reached },
      );
    });
  }

  test("a message whose file is gone does not keep a client from the others", () =>
    visit(
      async ({ office, account, select }) => {
        using client = await select();
        for await (const file of glob("accounts/**/bodies/*/*", { cwd: office.dataFolder }))
          await truncate(join(office.dataFolder, file), 0);
        const answer = await client.run("UID FETCH 1:* (BODY.PEEK[1])");
        assert.deepEqual([answer.status, answer.code], ["NO", "CORRUPTION"]);
        assert.deepEqual(
          answer.untagged.map(({ text }) => text.slice(0, 20)),
          ["* 1 FETCH (UID 1 BOD", "* 3 FETCH (UID 3 BOD"],
        );
        await client.ok("NOOP");
        office.faults.length = 0;
        client[Symbol.dispose]();
        await office.quiet();
        await office.mail.remove(account);
      },
      [sample, large, sample],
    ));

  test("a literal that breaks off, since the file is cut short, ends the connection", () =>
    visit(
      async ({ office, account, select }) => {
        using client = await select();
        for await (const file of glob("accounts/**/bodies/*/*", { cwd: office.dataFolder }))
          await truncate(join(office.dataFolder, file), 200_000);
        client.send("FETCH 1 BODY.PEEK[]");
        const heard = await client.wire.rest();
        assert.match(heard, new RegExp(`^\\* 1 FETCH \\(BODY\\[\\] \\{${large.length}\\}\r\n`));
        assert.ok(heard.length < large.length);
        assert.doesNotMatch(heard, /BYE|CORRUPTION/);
        client[Symbol.dispose]();
        await office.quiet();
        assert.deepEqual(
          office.imapEvents.flatMap((event) => (event.kind === "logged-in" ? [] : [event.kind])),
          ["store-fault", "ended"],
        );
        office.faults.length = 0;
        await office.mail.remove(account);
      },
      [large],
    ));
});

/** Large enough for a file of its own. */
const large = `Subject: large\r\n\r\n${`${"x".repeat(98)}\r\n`.repeat(5_000)}`;

suite("many and much", () => {
  test("fifty watchers in IDLE hear of a message within 20 ms of its commit", () =>
    visit(async ({ office, select }) => {
      const port = await office.portOf("imap", { ...usualPolicy, sessionsPerAccountMax: 100 });
      const watchers: ImapClient[] = [];
      for (let count = 0; count < 50; count++) {
        const watcher = await ImapClient.logIn({ port }, user, password);
        await watcher.ok("SELECT INBOX");
        watcher.send("IDLE");
        await watcher.response();
        watchers.push(watcher);
      }
      using writer = await select();
      const waits: number[] = [];
      for (let round = 0; round < 5; round++) {
        const heard = watchers.map(async (watcher) => {
          for (;;) if (/^\* \d+ EXISTS/.test((await watcher.response()).text)) return performance.now();
        });
        await writer.ok("APPEND INBOX ", Buffer.from(sample));
        const committed = performance.now();
        for (const at of await Promise.all(heard)) waits.push(at - committed);
      }
      waits.sort((a, b) => a - b);
      // Clients and server share one process here; bench/notice.ts has them apart.
      assert.ok((waits.at(Math.floor(waits.length / 2)) ?? Infinity) < 20, `${waits.join(" ")} ms`);
      for (const watcher of watchers) watcher[Symbol.dispose]();
    }));

  test("a hundred thousand pipelined FETCHes of a client that does not read hold up nobody and take little memory", () =>
    visit(
      async ({ select }) => {
        using flooding = await select();
        flooding.wire.stopReading();
        const before = process.memoryUsage();
        for (let block = 0; block < 100; block++) void flooding.wire.send("x FETCH 1 BODY.PEEK[]\r\n".repeat(1_000));
        using other = await select();
        for (let round = 0; round < 5; round++) {
          await sleep(20);
          const asked = performance.now();
          await other.ok("NOOP");
          assert.ok(performance.now() - asked < 1_000);
        }
        const { arrayBuffers, heapUsed } = process.memoryUsage();
        assert.ok(arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed < 50_000_000);
        flooding.wire.readOn();
        const answer = await flooding.response();
        assert.equal(answer.literals[0]?.toString(), medium);
      },
      [medium],
    ));

  test("a message of some megabytes comes and goes byte for byte, whole and in parts", () =>
    visit(async ({ select }) => {
      using client = await select();
      const message = Buffer.from(Array.from({ length: 300_000 }, (_, at) => `${at % 7}\r\n`).join(""));
      await client.ok("APPEND INBOX ", message);
      const whole = await client.ok("FETCH 1 BODY.PEEK[]");
      assert.ok(whole.untagged[0]?.literals[0]?.equals(message));
      const part = await client.ok("FETCH 1 BODY.PEEK[]<500000.200000>");
      assert.ok(part.untagged[0]?.literals[0]?.equals(message.subarray(500_000, 700_000)));
      const last = await client.ok(`FETCH 1 BODY.PEEK[]<${message.length - 3}.100>`);
      assert.equal(last.untagged[0]?.literals[0]?.toString(), message.subarray(-3).toString());
    }));

  test("one APPEND takes thousands of messages, all or none, up to what they may hold in memory", () =>
    visit(async ({ select }) => {
      using client = await select();
      const append = (count: number, message: Buffer): ReturnType<ImapClient["run"]> =>
        client.run("APPEND INBOX", ...Array.from({ length: count }, () => [" ", message]).flat());
      await append(2_000, Buffer.from(sample));
      const most = Math.floor(imapAppendHeldBytesMax / inlineBodyBytesMax);
      const refused = await append(most, Buffer.alloc(inlineBodyBytesMax, "x"));
      assert.deepEqual([refused.status, refused.code], ["NO", "LIMIT"]);
      const { untagged } = await client.ok("STATUS INBOX (MESSAGES)");
      assert.equal(untagged[0]?.text, "* STATUS INBOX (MESSAGES 2000)");
    }));

  test("an APPEND that the client breaks off files nothing", () =>
    visit(async ({ office, account, select }) => {
      using client = await select();
      await client.wire.send(`x APPEND INBOX {${5_000_000}+}\r\n${"a".repeat(1_000_000)}`);
      client.wire.cut();
      await office.quiet();
      using mail = await office.openMail(account);
      assert.equal((await mail.byRole("inbox"))?.messages, 0);
    }));

  test("flags of thousands are told in order while others expunge and append", () =>
    visit(
      async ({ select }) => {
        using reader = await select();
        using writer = await select();
        await writer.ok("UID STORE 2:1000 +FLAGS.SILENT (\\Deleted)");
        const fetching = reader.run("FETCH 1:* (UID FLAGS)");
        await writer.ok("EXPUNGE");
        await writer.ok("APPEND INBOX ", Buffer.from(sample));
        const { untagged } = await fetching;
        const lines = untagged.map(({ text }) => /^\* (\d+) FETCH \(UID (\d+) FLAGS/.exec(text)).filter((line) => line);
        for (const line of lines) assert.equal(line?.[1], line?.[2], "numbers mean what they meant before");
        const news = await reader.ok("NOOP");
        const gone = news.untagged.filter(({ text }) => text.endsWith(" EXPUNGE")).length;
        assert.equal(gone, 999);
        assert.equal((await reader.ok("UID SEARCH ALL")).untagged[0]?.text.split(" ").length, 2 + 4_000 - 999 + 1);
      },
      Array.from({ length: 4_000 }, () => "\r\n"),
    ));
});

/** Some sockets' buffers long. */
const medium = `Subject: medium\r\n\r\n${`${"x".repeat(98)}\r\n`.repeat(1_000)}`;

suite("hostile words", () => {
  for (const [what, octets] of [
    ["a million parentheses", `x SEARCH ${"(".repeat(1_000_000)}\r\n`],
    ["NOT without end", `x SEARCH ${"NOT ".repeat(10_000)}\r\n`],
    ["a quoted string without end", `x SEARCH FROM "${"\\\\".repeat(100_000)}\r\n`],
    ["a literal of 2^64", "x SEARCH FROM {18446744073709551616}\r\n"],
    ["a negative literal", "x SEARCH FROM {-1}\r\n"],
    ["sequence sets of 60 KiB", `x FETCH ${"1,".repeat(30_000)}1 FROB\r\n`],
    ["wildcards by the thousand", `x LIST "" "${"%*".repeat(1_000)}z"\r\n`],
    ["a section a thousand parts deep", `x FETCH 1 BODY[${"1.".repeat(1_000)}1]\r\n`],
    ["thousands of header names", `x FETCH 1 BODY.PEEK[HEADER.FIELDS (${"a ".repeat(10_000)}b)]\r\n`],
  ] as const) {
    test(`${what}: answered at once, and the session goes on`, () =>
      visit(
        async ({ select }) => {
          using client = await select();
          const began = performance.now();
          await client.wire.send(octets);
          await client.wire.until(/^x (?:OK|NO|BAD) .*\r\n/m);
          await client.ok("NOOP");
          assert.ok(performance.now() - began < 2_000);
        },
        [sample],
      ));
  }

  test("names with line ends and control characters come back in no answer", () =>
    visit(async ({ logIn }) => {
      using client = await logIn();
      for (const name of ["a\r\nb", "a\nx OK", "\x07", "a\0b", "../../etc", "%s", "' OR 1=1 --"]) {
        const answer = await client.run("CREATE ", Buffer.from(name));
        const { untagged } = await client.ok('LIST "" "*"');
        for (const { text } of untagged) assert.doesNotMatch(text, /[\0-\x1f]/);
        if (answer.status === "OK") await client.ok("DELETE ", Buffer.from(name));
      }
    }));
});

test("a session is told to the log at its login and at its end", () =>
  visit(async ({ office, select }) => {
    using client = await select();
    await client.ok("LOGOUT");
    client[Symbol.dispose]();
    await office.quiet();
    const kinds = office.imapEvents.map(({ kind }) => kind);
    assert.deepEqual(kinds, ["logged-in", "ended"]);
    assert.deepEqual(endings(office), ["client"]);
  }));
