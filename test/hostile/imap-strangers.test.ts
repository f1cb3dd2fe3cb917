// IMAP clients that have not logged in and want to use the server up (RFC 9051 4.3, 6.2, 9; RFC 7888).

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { asha, Siege } from "./siege.ts";

const mebibyte = 1024 * 1024;
/** RFC 9051 7.1.5: faults, then BYE, then nothing. */
const farewell = /^(?:(?:A|\*) BAD .*\r\n){0,2}\* BYE .*\r\n$/;

suite("IMAP before login, under siege", () => {
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin();
  });
  after(() => siege[Symbol.asyncDispose]());

  /** On the TLS port, where passwords are taken. */
  async function stranger() {
    const wire = await siege.connect(siege.site.at("imaps"));
    await wire.line();
    return wire;
  }

  test("a literal of a size that cannot be is refused without being asked for", async () => {
    const sizes = ["4294967295", "4294967296", "18446744073709551616", "-1", "0x10", "1e3", "", " 5", "9".repeat(40)];
    await siege.endure(async () => {
      for (const size of sizes) {
        using wire = await stranger();
        await wire.send(`A LOGIN {${size}}\r\n`);
        assert.match((await wire.line()) + (await wire.unasked(5)), /^A BAD /, size);
      }
    });
  });

  test("a literal of a gigabyte that comes unasked is not waited for", async () => {
    await siege.endure(async () => {
      for (const command of [
        "A LOGIN {1000000000+}",
        "A ID ({1000000000+}",
        "A APPEND INBOX {1000000000+}",
        "A X {99999+}",
      ]) {
        using wire = await stranger();
        await wire.send(`${command}\r\n`);
        assert.match(await wire.rest(), farewell, command);
      }
    });
  });

  test("a line that goes on and on is refused, quoted, escaped or bare", async () => {
    const beginnings = ["A LOGIN ", 'A LOGIN "', "A SEARCH FROM ", 'A SEARCH FROM "', "A", "A ", "", "A ID ("];
    await siege.endure(async () => {
      for (const beginning of beginnings)
        for (const filling of ["A", "\\\\", '\\"', " ", "("]) {
          using wire = await stranger();
          await wire.send(beginning);
          const chunk = Buffer.from(filling.repeat(mebibyte / filling.length), "latin1");
          for (let sent = 0; sent < 6 && !wire.closed; sent++) await wire.send(chunk);
          const heard = await wire.rest();
          assert.match(heard, farewell, beginning + filling);
        }
    });
  });

  test("a million parentheses are no reason to stop", async () => {
    await siege.endure(async () => {
      for (const command of ["A ID ", "A LOGIN ", "A FETCH 1 ", "A SEARCH "]) {
        using wire = await stranger();
        await wire.send(`${command}${"(".repeat(8_000)}\r\n`);
        assert.match(await wire.line(), /^A BAD /);
      }
    });
  });

  test("tags that are none are answered without a tag, or with it, and never as another's", async () => {
    await siege.endure(async () => {
      for (const tag of [
        "+",
        "*",
        "(",
        "{",
        '"',
        "\\",
        "%",
        "]a".slice(1) + "\x7f",
        "é",
        "t".repeat(1_024),
        " ",
        "\0",
        "A\0",
      ]) {
        using wire = await stranger();
        await wire.send(Buffer.from(`${tag} NOOP\r\nB NOOP\r\n`, "latin1"));
        const heard = await wire.until(/^B OK .*\r\n/m);
        assert.match(heard, /^\* BAD .*\r\nB OK /, JSON.stringify(tag));
      }
    });
  });

  test("AUTHENTICATE with lines that never end, wrong base64, wrong counts of NUL or another's name logs nobody in", async () => {
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    const responses = [
      "!!!!",
      "=",
      "====",
      base64("no nul at all"),
      base64("\0\0"),
      base64(`\0${asha}\0pass\0word`),
      base64(`\0${asha}\0`),
      base64(`bina@example.org\0${asha}\0wrong`),
      base64(`\0${asha}\r\nLOG\0wrong`),
      base64(`\0${"a".repeat(5_000)}\0x`),
      `${base64(`\0${asha}\0wrong`)}=`,
      "",
    ];
    await siege.endure(async () => {
      for (const response of responses) {
        using wire = await stranger();
        await wire.send(`A AUTHENTICATE PLAIN\r\n`);
        assert.equal((await wire.line()).slice(0, 1), "+");
        await wire.send(`${response}\r\n`);
        assert.match(await wire.line(), /^A (?:NO|BAD) /, response.slice(0, 50));
      }
      using endless = await stranger();
      await endless.send("A AUTHENTICATE PLAIN\r\n");
      await endless.line();
      for (let sent = 0; sent < 20 && !endless.closed; sent++) await endless.send(Buffer.alloc(mebibyte, "QUFB"));
      assert.match(await endless.rest(), farewell);
    });
  });

  test("an exchange cancelled again and again ends the connection, and one left in the middle leaves nothing", async () => {
    await siege.endure(async () => {
      using wire = await stranger();
      let cancelled = 0;
      while (!wire.closed && cancelled < 10_000) {
        await wire.send("A AUTHENTICATE PLAIN\r\n*\r\n");
        cancelled++;
        if (!(await wire.until(/^(?:A|\*) \w+ .*\r\n/m)).includes("BAD")) break;
        if ((await wire.unasked(1)).includes("BYE")) break;
      }
      assert.ok(cancelled < 100, `${cancelled} times`);
      for (let turn = 0; turn < 200; turn++) {
        using left = await stranger();
        await left.send("A AUTHENTICATE SCRAM-SHA-256\r\n");
        await left.line();
        if (turn % 2 === 0) left.cut();
      }
    });
  });

  test("names with line ends, NUL, quotes of other languages and format signs are nobody's, and stay within their log line", async () => {
    const names = [
      `${asha}\r\nB NOOP`,
      `${asha}\n{"level":"error","message":"forged"}`,
      "%s%s%n%x",
      "' OR 1=1 --",
      `${asha}'--`,
      `${asha}\0`,
      "\x1b[31mred",
      "\xff\xfe",
      "*)(uid=*))(|(uid=*",
      "../../etc/passwd",
      "__proto__",
    ];
    const written = siege.server.output().length;
    await siege.endure(async () => {
      // Wrong names are answered more and more slowly; it is their log lines that count here.
      const attempts = names.map(async (name) => {
        using wire = await stranger();
        const octets = Buffer.from(name, "latin1");
        await wire.send(`A LOGIN {${octets.length}+}\r\n${octets.toString("latin1")} {5+}\r\nwrong\r\n`);
        const heard = await wire.unasked(3_000);
        assert.match(heard, /^(?:A (?:NO|BAD) [^\r\n]*\r\n)?$/, JSON.stringify(name));
      });
      await Promise.all(attempts);
    });
    const lines = siege.server
      .output()
      .slice(written)
      .split("\n")
      .filter((line) => line !== "");
    for (const line of lines) assert.notEqual(JSON.parse(line).message, "forged");
    assert.ok(!siege.server.output().includes("\x1b"), "the log has a control character");
  });

  test("two thousand strangers who say nothing are in nobody's way", async () => {
    await siege.endure(async () => {
      const strangers = await Promise.all(
        Array.from({ length: 2_000 }, () => siege.connect({ port: siege.site.at("imap").port })),
      );
      for (const wire of strangers) await wire.line();
      for (const wire of strangers) wire[Symbol.dispose]();
    });
  });
});
