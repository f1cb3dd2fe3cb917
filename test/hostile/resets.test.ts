// Clients that are gone in the middle of anything, with a RST or without a word: no session of theirs is left, nothing is
// noted as a bug, nothing is left open.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Chance } from "../support/chance.ts";
import { sitePassword } from "../support/server-site.ts";
import { WireClient } from "../support/wire-client.ts";
import { openFiles } from "./open-files.ts";
import { asha, Siege } from "./siege.ts";

const clientsCount = 400;
const atOnce = 20;
const plain = Buffer.from(`\0${asha}\0${sitePassword}`).toString("base64");

type Port = "imap" | "imaps" | "pop3" | "pop3s" | "smtp" | "submission" | "submissions";

/** What a client says before it goes, line by line; it may go between any two octets. */
const dialogues: readonly (readonly [Port, string])[] = [
  ["imap", "a STARTTLS\r\n"],
  ["imap", "\x16\x03\x01\x00\xc8\x01\x00"],
  [
    "imaps",
    `a LOGIN ${asha} "${sitePassword}"\r\nb SELECT INBOX\r\nc FETCH 1:* BODY[]\r\nd IDLE\r\nDONE\r\ne LOGOUT\r\n`,
  ],
  ["imaps", `a LOGIN ${asha} "${sitePassword}"\r\nb APPEND Drafts {300000+}\r\n${"x".repeat(299_000)}`],
  ["imaps", "a AUTHENTICATE SCRAM-SHA-256\r\nbiwsbj14LHI9eA==\r\n"],
  ["pop3", "STLS\r\n"],
  ["pop3s", `USER ${asha}\r\nPASS ${sitePassword}\r\nRETR 1\r\nRETR 2\r\nDELE 1\r\n`],
  ["pop3s", `AUTH PLAIN\r\n${plain}\r\nUIDL\r\n`],
  ["smtp", "EHLO x\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<asha@example.org>\r\nDATA\r\nSubject: cut\r\n\r\ntext\r\n"],
  ["smtp", "EHLO x\r\nSTARTTLS\r\n"],
  ["submission", "EHLO x\r\nSTARTTLS\r\n\x16\x03\x01"],
  [
    "submissions",
    `EHLO x\r\nAUTH PLAIN ${plain}\r\nMAIL FROM:<${asha}>\r\nRCPT TO:<${asha}>\r\nDATA\r\nFrom: <${asha}>\r\n`,
  ],
];

suite("clients that are gone", () => {
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin({ logLevel: "debug" });
    using client = await siege.logIn();
    const message = Buffer.from(`Subject: large\r\n\r\n${"0123456789abcdef\r\n".repeat(30_000)}`);
    for (let n = 0; n < 3; n++) await client.ok("APPEND INBOX ", message);
  });
  after(() => siege[Symbol.asyncDispose]());

  test("four hundred clients that are cut off at any octet leave nothing behind", async () => {
    const chance = new Chance(3);
    // The databases of an account stay open as long as somebody uses it, and threads come and go by themselves.
    const isLasting = /^pipe:|^anon_inode:|\/accounts\/\w+\/(?:mail\.db|flags\.log|index\/)/;
    const descriptors = (): number => openFiles(siege.server.pid).filter((one) => !isLasting.test(one)).length;
    const before = descriptors();
    await siege.endure(async () => {
      for (let gone = 0; gone < clientsCount; gone += atOnce)
        await Promise.all(Array.from({ length: atOnce }, () => leave(siege, chance.fork())));
    });
    for (let waitedMs = 0; descriptors() > before && waitedMs < 8_000; waitedMs += 100) await sleep(100);
    assert.ok(descriptors() <= before, `too much is left open: ${openFiles(siege.server.pid).join(" ")}`);
    using client = await siege.logIn();
    const { untagged } = await client.ok('LIST "" (INBOX Drafts) RETURN (STATUS (MESSAGES))');
    assert.match(untagged.map(({ text }) => text).join(), /INBOX \(MESSAGES 3\).*Drafts \(MESSAGES 0\)/);
  });
});

async function leave(siege: Siege, chance: Chance): Promise<void> {
  const [name, dialogue] = chance.pick(dialogues);
  const { port, tls } = siege.site.at(name);
  // Now and then it does not even get as far as the handshake.
  using wire = await WireClient.connect({ port, tls: tls && chance.happens(0.9) });
  const words = dialogue.slice(0, chance.below(dialogue.length + 1));
  for (const line of words.split(/(?<=\n)/)) {
    await wire.send(line);
    if (chance.happens(0.5)) await sleep(chance.below(15));
  }
  if (chance.happens(0.3)) wire.stopReading();
  await sleep(chance.below(30));
  if (chance.happens(0.7)) wire.cut();
}
