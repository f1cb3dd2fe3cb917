// More connections than the system gives descriptors for: those that stand go on, refusals are refusals, and when there is
// room again everything is as before.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ImapClient } from "../support/imap-client.ts";
import { sitePassword } from "../support/server-site.ts";
import { WireClient } from "../support/wire-client.ts";
import { asha, Siege } from "./siege.ts";

const descriptorsMax = 120;
const noPrlimit = spawnSync("which", ["prlimit"]).status === 0 ? false : "needs prlimit";

test("out of descriptors, sessions that stand go on, and newcomers get in once there is room", {
  skip: noPrlimit,
}, async () => {
  await using siege = await Siege.begin({ start: { under: ["prlimit", `--nofile=${descriptorsMax}`] } });
  using standing = await siege.logIn();
  await standing.ok("SELECT INBOX");
  const large = Buffer.from(`Subject: large\r\n\r\n${"0123456789abcdef\r\n".repeat(20_000)}`);
  await standing.ok("APPEND INBOX ", large);

  const crowd = await Promise.all(
    Array.from({ length: 2 * descriptorsMax }, () => WireClient.connect({ port: siege.site.at("imap").port })),
  );
  await sleep(300);
  for (let turn = 0; turn < 5; turn++) {
    await standing.ok("NOOP");
    await standing.ok("STORE 1 +FLAGS (\\Seen)");
    await standing.ok("APPEND INBOX ", Buffer.from("Subject: small\r\n\r\n"));
    // It needs a file: there is one, or the client is told that there is not.
    const { status, code } = await standing.run("APPEND INBOX ", large);
    assert.ok(status === "OK" || (status === "NO" && code === "UNAVAILABLE"), `${status} ${code}`);
    const read = await standing.run("FETCH 1 BODY.PEEK[TEXT]");
    assert.ok(read.status === "OK" || read.status === "NO", read.text);
  }
  for (const one of crowd) one[Symbol.dispose]();
  await sleep(300);
  await siege.endure(async () => {
    using newcomer = await ImapClient.logIn(siege.site.at("imaps"), asha, sitePassword);
    await newcomer.ok("SELECT INBOX");
    await newcomer.ok("APPEND INBOX ", large);
    const { untagged } = await newcomer.ok("FETCH 1 BODY.PEEK[]");
    assert.equal(untagged[0]?.literals[0]?.length, large.length);
  });
  assert.doesNotMatch(siege.server.output(), /"message":"(?:a session|something) failed"/);
  const checked = await siege.site.tryDakghar("check");
  assert.equal(checked.code, 0, checked.out);
});
