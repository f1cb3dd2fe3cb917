// The disk is full: each protocol says so in its words, what is there is served, and when there is room again everything is
// as before, without a restart. Needs root for a small disk of its own.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { spoolFreeBytesMin } from "../../src/base/limits.ts";
import { ImapClient } from "../support/imap-client.ts";
import { ServerSite, sitePassword } from "../support/server-site.ts";
import { tempDir } from "../support/temp-dir.ts";
import { WireClient } from "../support/wire-client.ts";

const asha = "asha@example.org";
const workingBytes = 24 * 1024 * 1024;
/** Less than this at the end, and no mail would be taken over SMTP. */
const diskBytes = workingBytes + spoolFreeBytesMin;
const noMount = process.getuid?.() === 0 ? false : "needs root to mount a small disk";
const lookMs = 200;
const backMsMax = 35_000;
const letter = Buffer.from(`Subject: letter\r\n\r\n${"0123456789abcdef\r\n".repeat(3_000)}`);

async function deliver(site: ServerSite): Promise<string> {
  using wire = await WireClient.connect(site.at("smtp"));
  await wire.send(`EHLO x\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<${asha}>\r\n`);
  const heard = await wire.until(/^(?:250 2\.1\.5|4\d\d|5\d\d) .*\r\n/m);
  if (!heard.includes("250 2.1.5")) return heard;
  await wire.send("DATA\r\n");
  await wire.until(/^354 .*\r\n/m);
  await wire.send(Buffer.concat([letter, Buffer.from(".\r\n")]));
  return await wire.line();
}

test("a full disk is told in each protocol's words, reading goes on, and room brings everything back", {
  skip: noMount,
}, async (t) => {
  await using folder = await tempDir();
  const disk = join(folder.path, "disk");
  mkdirSync(disk);
  assert.equal(spawnSync("mount", ["-t", "tmpfs", "-o", `size=${diskBytes}`, "tmpfs", disk]).status, 0);
  try {
    await using site = await ServerSite.prepare({ accounts: [asha], folder: disk });
    await using server = await site.start();
    using client = await ImapClient.logIn(site.at("imaps"), asha, sitePassword);
    await client.ok("SELECT INBOX");
    let kept = 0;
    const filler = join(disk, "filler");
    writeFileSync(filler, new Uint8Array(workingBytes / 3 + spoolFreeBytesMin));
    let refusal = "";
    while (refusal === "" && kept < 1_000) {
      const { status, code, text } = await client.run("APPEND INBOX ", letter);
      if (status === "OK") kept++;
      else refusal = `${status} [${code}] ${text}`;
    }
    t.diagnostic(`after ${kept} messages: ${refusal}`);
    assert.match(refusal, /^NO \[UNAVAILABLE\] The server has no room/);
    // RFC 5321 4.2.3: 452, so that the sender tries again.
    assert.match(await deliver(site), /^452 4\.3\.1 /m);
    const large = await client.run("APPEND INBOX ", Buffer.alloc(9_000_000, "x"));
    assert.equal(large.status, "NO");

    for (let uid = 1; uid <= kept; uid++) {
      const { untagged } = await client.ok(`UID FETCH ${uid} BODY.PEEK[]`);
      assert.ok(untagged[0]?.literals[0]?.equals(letter), `message ${uid} of ${kept}`);
    }
    using newcomer = await ImapClient.logIn(site.at("imaps"), asha, sitePassword);
    await newcomer.ok("EXAMINE INBOX");

    rmSync(filler);
    // The store looks again by itself, sooner at first.
    for (let waitedMs = 0; (await client.run("APPEND INBOX ", letter)).status !== "OK"; waitedMs += lookMs) {
      assert.ok(waitedMs < backMsMax, "it did not come back");
      await sleep(lookMs);
    }
    assert.match(await deliver(site), /^250 /);
    await client.ok("UID STORE 1:* +FLAGS (\\Seen)");
    const { untagged } = await client.ok("STATUS INBOX (MESSAGES)");
    assert.match(untagged.map(({ text }) => text).join(), new RegExp(`MESSAGES ${kept + 2}`));
    const checked = await site.tryDakghar("check");
    assert.equal(checked.code, 0, checked.out + checked.err);
    assert.equal(await server.stop(), 0);
  } finally {
    spawnSync("umount", ["-l", disk]);
  }
});
