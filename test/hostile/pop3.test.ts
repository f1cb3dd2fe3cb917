// POP3 clients that want to use the server up (RFC 1939, RFC 2449), and a maildrop that others change meanwhile.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sitePassword } from "../support/server-site.ts";
import { asha, Siege } from "./siege.ts";

const mebibyte = 1024 * 1024;

suite("POP3 under siege", () => {
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin();
    using client = await siege.logIn();
    for (let n = 1; n <= 5; n++)
      await client.ok("APPEND INBOX ", Buffer.from(`Subject: ${n}\r\n\r\n${"text of a message\r\n".repeat(5_000)}`));
  });
  after(() => siege[Symbol.asyncDispose]());

  async function stranger() {
    const wire = await siege.connect(siege.site.at("pop3s"));
    await wire.line();
    return wire;
  }

  async function session() {
    const wire = await stranger();
    await wire.send(`USER ${asha}\r\nPASS ${sitePassword}\r\n`);
    await wire.until(/^\+OK \d.*\r\n/m);
    return wire;
  }

  async function uniqueIds(): Promise<string> {
    using wire = await session();
    await wire.send("UIDL\r\n");
    return await wire.until(/^\.\r\n/m);
  }

  test("a line that goes on and on ends the connection, before login and after", async () => {
    await siege.endure(async () => {
      for (const begin of [stranger, session]) {
        using wire = await begin();
        for (let sent = 0; sent < 6 && !wire.closed; sent++) await wire.send(Buffer.alloc(mebibyte, "x"));
        assert.match(await wire.rest(), /^(?:|-ERR .*\r\n)$/);
      }
    });
  });

  test("numbers that no message has are refused, and the session goes on", async () => {
    await siege.endure(async () => {
      for (const number of ["0", "-1", "6", "4294967296", "9".repeat(30), "abc", "1e0", "0x1", "1;2", "*", "\xff"]) {
        using wire = await session();
        for (const verb of ["RETR", "DELE", "LIST", "UIDL", "TOP"]) {
          await wire.send(`${verb} ${number}${verb === "TOP" ? " 1" : ""}\r\n`);
          assert.match(await wire.line(), /^-ERR/, `${verb} ${number}`);
        }
        await wire.send("NOOP\r\n");
        assert.match(await wire.line(), /^\+OK/);
      }
    });
  });

  test("more lines than there are is all of them, or a fault, but nothing else", async () => {
    await siege.endure(async () => {
      using wire = await session();
      await wire.send("TOP 1 999999999\r\n");
      assert.match(await wire.until(/^\.\r\n/m), /^\+OK/);
      await wire.send(`TOP 1 ${"9".repeat(30)}\r\nNOOP\r\n`);
      assert.match(await wire.until(/^(?:-ERR.*|\.)\r\n\+OK.*\r\n/m), /^(?:\+OK|-ERR)/);
    });
  });

  test("a hundred thousand retrievals of a client that does not read take little memory", async () => {
    await siege.endure(async () => {
      using wire = await session();
      wire.stopReading();
      void wire.send("RETR 1\r\n".repeat(100_000));
      await sleep(1_500);
      assert.ok(wire.unsent > 0 || !wire.closed);
    });
  });

  test("deletions of a session that is cut, drops or takes them back are none, and unique ids stay", async () => {
    const before = await uniqueIds();
    await siege.endure(async () => {
      for (const leave of ["cut", "end", "RSET\r\nQUIT\r\n", "stranded"]) {
        using wire = await session();
        await wire.send("DELE 1\r\nDELE 2\r\nDELE 3\r\n");
        await wire.until(/^\+OK Message 3.*\r\n/m);
        if (leave === "cut") wire.cut();
        else if (leave === "end") wire.end();
        else if (leave.endsWith("\n")) await wire.send(leave);
        if (leave === "end" || leave.endsWith("\n")) await wire.rest();
      }
    });
    assert.equal(await uniqueIds(), before);
  });
});
