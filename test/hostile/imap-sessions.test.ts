// IMAP clients that have logged in and ask for too much: endless arguments, numbers without end, names that would be
// paths, replies that nobody reads, changes without a pause (RFC 9051, RFC 3516, RFC 7888).

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ImapClient } from "../support/imap-client.ts";
import { Siege } from "./siege.ts";

const mebibyte = 1024 * 1024;
const farewell = /^(?:(?:A|\*) BAD .*\r\n){0,2}\* BYE .*\r\n$/m;
/** How long a command that asks for much may take when little is there. */
const littleMs = 1_000;

suite("IMAP after login, under siege", () => {
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin();
    using client = await siege.logIn();
    for (const [n, text] of ["one", "two", "=?broken base64"].entries()) {
      const message = `Subject: ${n}\r\nContent-Transfer-Encoding: base64\r\n\r\n${text}\r\n`;
      await client.ok("APPEND INBOX ", Buffer.from(message));
    }
  });
  after(() => siege[Symbol.asyncDispose]());

  async function selected(): Promise<ImapClient> {
    const client = await siege.logIn();
    await client.ok("SELECT INBOX");
    return client;
  }

  async function soon<T>(doing: Promise<T>): Promise<T> {
    const from = performance.now();
    const done = await doing;
    assert.ok(performance.now() - from < littleMs, "it took long");
    return done;
  }

  test("a hundred thousand literals of one command stop at their sum", async () => {
    await siege.endure(async () => {
      using client = await selected();
      const literal = `{1024+}\r\n${"x".repeat(1_024)} `;
      let sent = 0;
      void client.wire.send("A SEARCH ");
      for (; sent < 100_000 && !client.wire.closed; sent += 100) await client.wire.send(`TEXT ${literal}`.repeat(100));
      void client.wire.send("\r\nB NOOP\r\n");
      const heard = await client.wire.until(/^(?:B OK|\* BYE) .*\r\n/m);
      assert.match(heard, /^(?:A|\*) BAD /m);
    });
  });

  test("a line that goes on and on is refused, and the connection ends", async () => {
    await siege.endure(async () => {
      for (const beginning of [
        "A SEARCH TEXT ",
        'A SEARCH TEXT "',
        "A FETCH ",
        "A LIST ",
        "A STORE 1 FLAGS (",
        "A APPEND ",
      ]) {
        using client = await selected();
        void client.wire.send(beginning);
        for (let sent = 0; sent < 6 && !client.wire.closed; sent++) await client.wire.send(Buffer.alloc(mebibyte, "9"));
        assert.match(await client.wire.rest(), farewell, beginning);
      }
    });
  });

  test("nesting ends at its bound, whatever nests", async () => {
    await siege.endure(async () => {
      using client = await selected();
      for (const command of [
        `SEARCH ${"(".repeat(60_000)}`,
        `SEARCH ${"NOT ".repeat(15_000)}ALL`,
        `SEARCH ${"OR ALL ".repeat(8_000)}ALL`,
        `SEARCH ${"OR ".repeat(15_000)}ALL ALL`,
        `FETCH 1 ${"(".repeat(60_000)}FLAGS`,
        `FETCH 1 BODY[${"1.".repeat(30_000)}1]`,
        `STORE 1 FLAGS ${"(".repeat(60_000)}`,
        `STATUS INBOX ${"(".repeat(60_000)}`,
        `LIST ${"(".repeat(60_000)}`,
        `ID ${"(".repeat(60_000)}`,
      ]) {
        const answer = await soon(client.run(command));
        assert.ok(answer.status !== "OK" || command.startsWith("FETCH 1 BODY["), command.slice(0, 20));
        await client.ok("NOOP");
      }
    });
  });

  test("numbers that name far more messages than there are cost no more than those", async () => {
    await siege.endure(async () => {
      using client = await selected();
      const fetched = async (command: string): Promise<string[]> =>
        (await soon(client.ok(command))).untagged.map(({ text }) => text).filter((text) => text.includes("FETCH"));
      for (const set of ["1:4294967295", "4294967295:1", "1:*", "*:1", "1,2,3,1,2,3,1:3"])
        assert.equal((await fetched(`UID FETCH ${set} (FLAGS)`)).length, 3, set);
      assert.equal((await fetched("UID FETCH 4294967295:* (FLAGS)")).length, 1);
      assert.equal((await fetched(`UID FETCH ${"1,".repeat(30_000)}1 (FLAGS)`)).length, 1);
      const odd = Array.from({ length: 10_000 }, (_, n) => 2 * n + 1).join(",");
      assert.equal((await fetched(`UID FETCH ${odd} (FLAGS)`)).length, 2);
      assert.equal((await fetched("UID STORE 1:1000000 +FLAGS (\\Flagged)")).length, 3);
      await soon(client.ok("UID SEARCH UID 1:4294967295 NOT UID 2:4294967294"));
      await soon(client.ok("UID COPY 1:4294967295 Drafts"));
      await soon(client.ok("UID EXPUNGE 1:4294967295"));
      for (const set of [
        "0",
        "*:0",
        "1:",
        ":1",
        "4294967296",
        "1,,2",
        "-1",
        "1:4294967296",
        "9".repeat(1_000),
        "1:*:2",
      ]) {
        assert.equal((await soon(client.run(`FETCH ${set} FLAGS`))).status, "BAD", set);
        assert.equal((await soon(client.run(`UID FETCH ${set} FLAGS`))).status, "BAD", set);
      }
    });
  });

  test("parts, sections and ranges that are not there are NIL, empty or refused", async () => {
    await siege.endure(async () => {
      using client = await selected();
      for (const item of [
        `BODY.PEEK[${"1.".repeat(999)}1]`,
        "BODY.PEEK[]<4294967295.1>",
        "BODY.PEEK[]<0.4294967295>",
        "BODY.PEEK[]<4294967295.4294967295>",
        "BODY.PEEK[4294967295]",
        "BODY.PEEK[1.MIME]<1.1>",
        `BODY.PEEK[HEADER.FIELDS (${Array.from({ length: 8_000 }, (_, n) => `F${n}`).join(" ")})]`,
        "BINARY.PEEK[1]",
        "BINARY.SIZE[1]",
        "BINARY.PEEK[1]<4294967295.1>",
        `BINARY.PEEK[${"9.".repeat(200)}1]`,
      ]) {
        const { status, code } = await soon(client.run(`FETCH 3 (${item})`));
        assert.ok(
          status === "OK" || (status === "NO" && code === "UNKNOWN-CTE"),
          `${item.slice(0, 40)}: ${status} ${code}`,
        );
      }
      for (const item of [
        "BODY[]<1.0>",
        "BODY[]<-1.1>",
        "BODY[]<18446744073709551616.1>",
        "BODY[0]",
        "BODY[1..2]",
        "BINARY[1.]",
        "BODY[HEADER.FIELDS ()]",
      ])
        assert.equal((await soon(client.run(`FETCH 3 (${item})`))).status, "BAD", item);
    });
  });

  test("mailbox names that would be paths, wildcards or lines stay names, or are refused, and no file is named after them", async () => {
    const names: (string | Uint8Array)[] = [
      '".."',
      '"../x"',
      '"/etc/passwd"',
      '"a//b"',
      '"/"',
      '"a/../../b"',
      '"."',
      '"*"',
      '"%"',
      '"a*b"',
      '"&AGE-"',
      '"&2ADcAA-"',
      '"&AAA-"',
      '"&"',
      '"&Jjo!"',
      '"\\\\..\\\\x"',
      Buffer.from("a\r\nb OK forged"),
      Buffer.from("nul\0"),
      Buffer.from([0xff, 0xfe]),
      Buffer.from("x".repeat(60_000)),
      Buffer.from(`${"d/".repeat(500)}d`),
      '"&IC4-cod.exe"',
      '"con"',
      '"__proto__"',
      '"constructor"',
    ];
    const before = await allFiles(siege.site.folder);
    await siege.endure(async () => {
      using client = await siege.logIn();
      for (const name of names)
        for (const verb of ["CREATE", "SUBSCRIBE", "SELECT", "STATUS", "RENAME", "DELETE", "UNSUBSCRIBE"]) {
          const rest = { STATUS: [" (MESSAGES)"], RENAME: [" x", name] }[verb] ?? [];
          const answer = await soon(client.run(`${verb} `, name, ...rest));
          for (const { text } of [...answer.untagged, answer]) assert.doesNotMatch(text, /[\r\n]|^b OK forged/);
        }
      await client.ok('LIST "" "*"');
    });
    const fresh = (await allFiles(siege.site.folder)).filter((path) => !before.includes(path));
    assert.deepEqual(
      fresh.filter((path) => !/\/bodies\/(?:[0-9a-f]{2}(?:\/[0-9a-f]{64})?|staging(?:\/\d+)?)$/.test(path)),
      [],
    );
  });

  test("search text that looks like SQL, a pattern or a format is searched for as it stands", async () => {
    await siege.endure(async () => {
      using client = await selected();
      for (const text of [
        "' OR 1=1 --",
        "%",
        "_",
        "%s%n",
        '"); drop table message; --',
        "\\",
        ".*",
        "(?:a+)+$",
        "\x7f",
      ]) {
        const { untagged } = await soon(client.ok("UID SEARCH CHARSET UTF-8 TEXT ", Buffer.from(text, "latin1")));
        assert.deepEqual(
          untagged.map((response) => response.text),
          ["* SEARCH"],
          text,
        );
      }
      const nul = await client.run("UID SEARCH TEXT ", Buffer.from("a\0b"));
      assert.notEqual(nul.status, "OK");
    });
  });

  test("nothing after LOGOUT is heard", async () => {
    await siege.endure(async () => {
      using client = await siege.logIn();
      void client.wire.send("A LOGOUT\r\nB CREATE after\r\nC NOOP\r\n");
      assert.match(await client.wire.rest(), /^\* BYE .*\r\nA OK .*\r\n$/);
      using again = await siege.logIn();
      assert.deepEqual((await again.ok('LIST "" after')).untagged, []);
    });
  });

  test("IDLE ends with DONE and with nothing else, and what else comes is a fault", async () => {
    await siege.endure(async () => {
      for (const line of ["NOOP", "A NOOP", "DONE DONE", "", "D", "done x", "x".repeat(70_000)]) {
        using client = await selected();
        const tag = client.send("IDLE");
        await client.wire.until(/^\+ .*\r\n/m);
        void client.wire.send(`${line}\r\n`);
        const heard = await client.wire.until(new RegExp(`^${tag} \\w+ .*\\r\\n`, "m"));
        assert.match(heard, line.startsWith("DONE") || line.startsWith("done") ? /OK|BAD/ : /BAD/, line.slice(0, 20));
      }
    });
  });

  test("a storm of changes reaches those who idle, and costs nothing for one who does not read", async () => {
    await siege.endure(async () => {
      using deaf = await selected();
      deaf.send("IDLE");
      await deaf.wire.until(/^\+ .*\r\n/m);
      deaf.wire.stopReading();
      using watcher = await selected();
      watcher.send("IDLE");
      await watcher.wire.until(/^\+ .*\r\n/m);
      using busy = await selected();
      const tags = Array.from({ length: 3_000 }, (_, n) =>
        busy.send(`UID STORE 1:* ${n % 2 === 0 ? "+" : "-"}FLAGS.SILENT (\\Answered)`),
      );
      for (const tag of tags) assert.equal((await busy.completion(tag)).status, "OK");
      await busy.ok("UID STORE 1:* +FLAGS.SILENT ($Last)");
      await watcher.wire.until(/FETCH .*\$Last/);
    });
  });

  test("a reply of half a gigabyte that nobody reads does not pile up", async () => {
    using client = await siege.logIn();
    await client.ok("CREATE Large");
    await client.ok("APPEND Large ", Buffer.from(`Subject: large\r\n\r\n${"0123456789abcdef\r\n".repeat(550_000)}`));
    await client.ok("SELECT Large");
    for (let copies = 1; copies < 64; copies *= 2) await client.ok("UID COPY 1:* Large");
    await siege.endure(async () => {
      using slow = await siege.logIn();
      await slow.ok("EXAMINE Large");
      slow.wire.stopReading();
      slow.send("FETCH 1:* BODY.PEEK[]");
      for (let looks = 0; looks < 15; looks++) {
        await sleep(100);
        // A little is read now and then.
        slow.wire.readOn();
        await sleep(1);
        slow.wire.stopReading();
      }
    });
  });
});

async function allFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map((entry) => `${entry.parentPath}/${entry.name}`);
}
