// Whoever speaks something else: HTTP, TLS, another mail protocol, noise. The connection ends, and nothing that stands in
// what was sent is carried out.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { Chance } from "../support/chance.ts";
import { sitePassword } from "../support/server-site.ts";
import { WireClient } from "../support/wire-client.ts";
import { asha, Siege } from "./siege.ts";

/** What a web page can make a browser send to any port (RFC 9112 3): the body is the attacker's. */
const commands = [
  "EHLO x\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<asha@example.org>\r\nDATA\r\nSubject: smuggled\r\n\r\n.\r\nQUIT\r\n",
  `a LOGIN ${asha} "${sitePassword}"\r\na CREATE smuggled\r\n`,
  `USER ${asha}\r\nPASS ${sitePassword}\r\nDELE 1\r\nQUIT\r\n`,
];
const web = ["GET", "POST", "PUT", "CONNECT", "OPTIONS"].flatMap((method) =>
  commands.map(
    (body) => `${method} / HTTP/1.1\r\nHost: mail.example.org\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  ),
);
const clientHello = Buffer.from(`16030100c8010000c40303${"5a".repeat(192)}`, "hex").toString("latin1");

suite("another protocol", () => {
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin();
  });
  after(() => siege[Symbol.asyncDispose]());

  for (const port of ["smtp", "submission", "imap", "pop3"] as const) {
    test(`HTTP on the ${port} port ends the connection at its first line`, async () => {
      await siege.endure(async () => {
        for (const request of web) {
          using wire = await siege.connect(siege.site.at(port));
          await wire.line();
          await wire.send(request);
          const heard = await wire.rest();
          assert.ok(heard.split("\r\n").length <= 3, `${request.slice(0, 40)} was answered ${heard}`);
        }
      });
    });

    test(`TLS on the ${port} port, which begins without, ends the connection`, async () => {
      await siege.endure(async () => {
        using wire = await siege.connect(siege.site.at(port));
        await wire.line();
        await wire.send(clientHello);
        // Enough lines for whoever counts them.
        await wire.send("\r\n".repeat(30));
        await wire.rest();
      });
    });
  }

  for (const port of ["imaps", "pop3s", "submissions"] as const) {
    test(`plain text on the ${port} port, which begins with TLS, is never answered in plain text`, async () => {
      await siege.endure(async () => {
        for (const text of [...commands, "GET / HTTP/1.1\r\n\r\n"]) {
          using wire = await WireClient.connect({ port: siege.site.at(port).port });
          await wire.send(text);
          assert.doesNotMatch(await wire.rest(), /OK|220|250|ERR|BAD/);
        }
      });
    });
  }

  test("noise on every port is answered with faults or the end, and no session is opened by it", async () => {
    const chance = new Chance(7);
    const ports = ["smtp", "submission", "imap", "pop3", "imaps", "pop3s", "submissions"] as const;
    await siege.endure(async () => {
      const clients = ports.flatMap((port) =>
        Array.from({ length: 20 }, async () => {
          const noise = Buffer.from(Array.from({ length: chance.between(1, 2_000) }, () => chance.below(256)));
          using wire = await WireClient.connect({ port: siege.site.at(port).port });
          await wire.send(noise);
          wire.end();
          await wire.rest();
        }),
      );
      await Promise.all(clients);
    });
  });

  test("nothing of all that was carried out", async () => {
    using client = await siege.logIn();
    const { untagged } = await client.ok('LIST "" "*" RETURN (STATUS (MESSAGES))');
    const told = untagged.map(({ text }) => text).join("\n");
    assert.doesNotMatch(told, /smuggled/);
    assert.match(told, /STATUS INBOX \(MESSAGES 0\)/);
  });
});
