// SMTP clients that want to use the server up: endless lines, junk, mail that is larger than it says, replies that nobody
// reads, mail cut off in the middle. In a process of its own, so that its memory is its own.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Siege } from "./siege.ts";

const mebibyte = 1024 * 1024;

suite("SMTP under siege", () => {
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin({ more: '[mail]\nmessageSize = "2MiB"\n' });
  });
  after(() => siege[Symbol.asyncDispose]());

  async function inTransaction() {
    const wire = await siege.connect(siege.site.at("smtp"));
    await wire.send("EHLO siege.example\r\n");
    await wire.until(/^250 .*\r\n/m);
    await wire.send("MAIL FROM:<a@example.net>\r\nRCPT TO:<asha@example.org>\r\n");
    await wire.until(/^250 2\.1\.5 .*\r\n/m);
    return wire;
  }

  async function inData() {
    const wire = await inTransaction();
    await wire.send("DATA\r\n");
    await wire.until(/^354 .*\r\n/m);
    return wire;
  }

  async function messages(): Promise<number> {
    using client = await siege.logIn();
    const { untagged } = await client.ok("STATUS INBOX (MESSAGES)");
    return Number(/MESSAGES (\d+)/.exec(untagged[0]?.text ?? "")?.[1]);
  }

  test("a command line of ten megabytes is not gathered, and the connection ends", async () => {
    await siege.endure(async () => {
      using wire = await siege.connect(siege.site.at("smtp"));
      await wire.line();
      for (let sent = 0; sent < 10 && !wire.closed; sent++) await wire.send(Buffer.alloc(mebibyte, "x"));
      assert.match(await wire.rest(), /^(?:|421 .*\r\n)$/);
    });
  });

  test("a message of one line that is larger than it may be is refused once its end has come", async () => {
    await siege.endure(async () => {
      using wire = await inData();
      for (let sent = 0; sent < 10; sent++) await wire.send(Buffer.alloc(mebibyte, "x"));
      await wire.send("\r\n.\r\nNOOP\r\n");
      assert.match(await wire.until(/^250 .*\r\n/m), /^552 5\.3\.4 .*\r\n250 /);
    });
  });

  test("a header of one line of ten megabytes is refused like any message of that size", async () => {
    await siege.endure(async () => {
      using wire = await inData();
      await wire.send("Subject: ");
      for (let sent = 0; sent < 10; sent++) await wire.send(Buffer.alloc(mebibyte, "x"));
      await wire.send("\r\n\r\ntext\r\n.\r\n");
      assert.match(await wire.line(), /^552 5\.3\.4 /);
    });
  });

  test("a message that never ends is read for a while and then no more", async () => {
    await siege.endure(async () => {
      using wire = await inData();
      const chunk = Buffer.from("this line is one of many\r\n".repeat(40_000));
      let sent = 0;
      while (!wire.closed && sent < 300 * mebibyte) {
        await wire.send(chunk);
        sent += chunk.length;
      }
      assert.ok(wire.closed, `still read after ${sent} bytes`);
    });
  });

  test("whoever sends a hundred thousand commands that lead nowhere hears 421, whether he reads or not", async () => {
    const junk = [
      "NOOP",
      "RSET",
      "VRFY asha",
      "XYZZY",
      "",
      "RCPT TO:<asha@example.org>",
      "RCPT TO:<nobody@example.org>",
    ];
    await siege.endure(async () => {
      const clients = junk.map(async (command) => {
        using wire = await inTransaction();
        wire.stopReading();
        void wire.send(`${command}\r\n`.repeat(100_000));
        // Faults are answered more and more slowly.
        await sleep(9_500);
        wire.readOn();
        assert.match(await wire.rest(), /^421 4\.7\.0 .*\r\n$/m, command);
      });
      await Promise.all(clients);
    });
  });

  for (const [how, leave] of [
    ["RST", (wire: { cut(): void }) => wire.cut()],
    ["FIN", (wire: { end(): void }) => wire.end()],
  ] as const)
    test(`half a message and then ${how} stores nothing, again and again`, async () => {
      const before = await messages();
      await siege.endure(async () => {
        for (let turn = 0; turn < 20; turn++) {
          using wire = await inData();
          await wire.send("Subject: half\r\n\r\n" + "half a message\r\n".repeat(20_000));
          if (turn % 2 === 0) await wire.send(".\r");
          leave(wire);
          if (how === "FIN") assert.match(await wire.rest(), /^(?:|421 .*\r\n)$/);
        }
      });
      assert.equal(await messages(), before);
    });

  test("addresses that would like to be paths, commands or log lines are refused or are nobody", async () => {
    const shapes = [
      "<../../etc/passwd@example.org>",
      "<asha@example.org/../..>",
      "<;id@example.org>",
      "<|id@example.org>",
      "<$(id)@example.org>",
      '<"a\\"b\\r\\nX: y"@example.org>',
      '<"../x"@example.org>',
      `<${"a".repeat(300)}@example.org>`,
      `<a@${"b.".repeat(600)}org>`,
      "<asha@[127.0.0.1]>",
      "<asha@[IPv6:::1]>",
      "<\x01@example.org>",
      "<a\x7f@example.org>",
      "<asha%example.net@example.org>",
      "<@a,@b:asha@example.net>",
      "<__proto__@example.org>",
      "<constructor@__proto__>",
    ];
    await siege.endure(async () => {
      for (const shape of shapes) {
        using wire = await inTransaction();
        await wire.send(`RCPT TO:${shape}\r\n`);
        assert.match(await wire.line(), /^5/, shape);
      }
    });
  });
});
