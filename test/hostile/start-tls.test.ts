// What stands in the clear behind STARTTLS and STLS (RFC 3207 4.2, RFC 9051 6.2.1, RFC 2595 4), and passwords without TLS
// (RFC 8314 3), against the running server.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sitePassword } from "../support/server-site.ts";
import { asha, Siege } from "./siege.ts";

const protocols = [
  {
    port: "smtp",
    greeting: /^220 .*\r\n/,
    start: "STARTTLS\r\n",
    goAhead: /^220 .*\r\n/,
    tail: "EHLO smuggled.example\r\n",
    marker: "NOOP\r\n",
    answer: /^250 2\.0\.0 Ok\r\n$/,
  },
  {
    port: "submission",
    greeting: /^220 .*\r\n/,
    start: "STARTTLS\r\n",
    goAhead: /^220 .*\r\n/,
    tail: "EHLO smuggled.example\r\nRSET\r\n",
    marker: "NOOP\r\n",
    answer: /^250 2\.0\.0 Ok\r\n$/,
  },
  {
    port: "imap",
    greeting: /^\* OK .*\r\n/,
    start: "s STARTTLS\r\n",
    goAhead: /^s OK .*\r\n/,
    tail: "smuggled NOOP\r\n",
    marker: "marker NOOP\r\n",
    answer: /^marker OK .*\r\n$/,
  },
  {
    port: "pop3",
    greeting: /^\+OK .*\r\n/,
    start: "STLS\r\n",
    goAhead: /^\+OK .*\r\n/,
    tail: "CAPA\r\n",
    marker: "XMARKER\r\n",
    answer: /^-ERR .*\r\n$/,
  },
] as const;

/** What the client sends in the clear, packet by packet. */
const cuts: readonly [name: string, packets: (start: string, tail: string) => readonly string[]][] = [
  ["in the same packet", (start, tail) => [start + tail]],
  ["in the same packet, without its line end", (start, tail) => [start + tail.trimEnd()]],
  ["in a packet that begins with the line end of the command", (start, tail) => [start.slice(0, -1), `\n${tail}`]],
  ["in a packet of its own, sent before the answer", (start, tail) => [start, tail]],
  ["in packets of one octet", (start, tail) => [start + tail.slice(0, 1), ...tail.slice(1).split("")]],
];
const atOnce = 10;

suite("in the clear", () => {
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin({ logLevel: "debug" });
  });
  after(() => siege[Symbol.asyncDispose]());

  for (const { port, greeting, start, goAhead, tail, marker, answer } of protocols) {
    test(`what stands behind ${start.trim()} on the ${port} port is never answered inside TLS, ten clients at once`, async () => {
      await siege.endure(async () => {
        for (const [name, packets] of cuts) {
          const clients = Array.from({ length: atOnce }, async () => {
            using wire = await siege.connect(siege.site.at(port));
            await wire.until(greeting);
            for (const packet of packets(start, tail)) {
              await wire.send(packet);
              if (name.includes("octet") || name.includes("begins")) await sleep(2);
            }
            await wire.until(goAhead);
            try {
              await wire.startTls();
            } catch {
              // What came in the clear after the go-ahead was read as a broken handshake: that is an end, too.
              return;
            }
            await wire.send(marker);
            const heard = (await wire.until(/\r\n/)) + (await wire.unasked());
            assert.match(heard, answer, `sent ${name}`);
          });
          await Promise.all(clients);
        }
      });
    });
  }

  test("a password in the clear is refused over every protocol, and is not logged", async () => {
    const plain = Buffer.from(`\0${asha}\0${sitePassword}`).toString("base64");
    const words = Buffer.from(sitePassword).toString("base64");
    const attempts: readonly (readonly ["imap" | "pop3" | "submission", readonly string[], RegExp])[] = [
      ["imap", [`a LOGIN ${asha} "${sitePassword}"`], /^a NO \[PRIVACYREQUIRED\]/m],
      ["imap", [`a AUTHENTICATE PLAIN ${plain}`], /^a NO \[PRIVACYREQUIRED\]/m],
      ["imap", ["a AUTHENTICATE LOGIN", words], /^a NO \[PRIVACYREQUIRED\]/m],
      ["pop3", [`USER ${asha}`, `PASS ${sitePassword}`], /^-ERR .*\r\n-ERR /m],
      ["pop3", [`AUTH PLAIN ${plain}`], /^-ERR /m],
      ["submission", ["EHLO x", `AUTH PLAIN ${plain}`], /^538 /m],
      ["submission", ["EHLO x", "AUTH LOGIN", words, words], /^538 /m],
      ["submission", ["EHLO x", `MAIL FROM:<${asha}>`], /^530 /m],
    ];
    await siege.endure(async () => {
      for (const [port, lines, refusal] of attempts) {
        using wire = await siege.connect(siege.site.at(port));
        await wire.line();
        for (const line of lines) await wire.send(`${line}\r\n`);
        assert.match(await wire.until(refusal), refusal);
      }
    });
    const log = siege.server.output();
    for (const secret of [sitePassword, plain, words]) assert.ok(!log.includes(secret), "the log has a password");
  });
});
