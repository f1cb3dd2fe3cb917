// What takes too long for every run: `npm run hostile`. Clients that hang are let go when their time is over, and answers
// to unknown names are timed more often.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { shutdownMsMax, tlsHandshakeMs } from "../../src/base/limits.ts";
import { Chance } from "../support/chance.ts";
import { noOwnNetwork, runInOwnNetwork } from "../support/own-network.ts";
import { WireClient } from "../support/wire-client.ts";
import { Siege } from "./siege.ts";

const slackMs = 5_000;
/** SIGTERM to the end: what systemd and people are told. */
const stopMsMax = 30_000;

suite("clients that hang", { concurrency: true }, () => {
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin();
  });
  after(() => siege[Symbol.asyncDispose]());

  const waits: readonly (readonly [
    name: string,
    port: "imap" | "imaps" | "pop3" | "smtp",
    said: string,
    ms: number,
  ])[] = [
    ["one that sends no handshake on a TLS port", "imaps", "", tlsHandshakeMs],
    ["one that agrees to STARTTLS and sends no handshake", "imap", "a STARTTLS\r\n", tlsHandshakeMs],
    ["one that sends half a ClientHello", "imaps", "\x16\x03\x01\x02\x00\x01", tlsHandshakeMs],
  ];
  for (const [name, port, said, ms] of waits)
    test(`${name} is let go after ${ms / 1_000} s`, async () => {
      using wire = await WireClient.connect({ port: siege.site.at(port).port }, ms + 2 * slackMs);
      await wire.send(said);
      const from = performance.now();
      await wire.rest();
      const passed = performance.now() - from;
      assert.ok(passed > ms - slackMs && passed < ms + slackMs, `${Math.round(passed)} ms`);
    });
});

test("a text of 45 MiB and one of 100,000 words are taken and found, and cost the same the second time", async () => {
  await using siege = await Siege.begin();
  const chance = new Chance(1);
  const word = (): string =>
    Array.from({ length: chance.between(3, 12) }, () => String.fromCharCode(97 + chance.below(26))).join("");
  const line = "0123456789abcdef\r\n";
  const fill = async (mailbox: string): Promise<void> => {
    using client = await siege.logIn(60_000);
    await client.ok(`CREATE ${mailbox}`);
    await client.ok(`APPEND ${mailbox} `, Buffer.from(`Subject: long\r\n\r\n${line.repeat(2_600_000)}`));
    await client.ok(
      `APPEND ${mailbox} `,
      Buffer.from(`Subject: words\r\n\r\n${Array.from({ length: 100_000 }, word).join(" ")} lastword\r\n`),
    );
    await client.ok(`SELECT ${mailbox}`);
    for (const [key, found] of [
      ["TEXT 56789abc", " 1"],
      ["BODY lastword", " 2"],
      ["FUZZY BODY lastward", " 2"],
      ["TEXT zzzzzzzz", ""],
    ] as const)
      for (let turn = 0; turn < 3; turn++, await sleep(300))
        assert.equal((await client.ok(`SEARCH ${key}`)).untagged[0]?.text, `* SEARCH${found}`, key);
  };
  await fill("large");
  // What reading and indexing it takes is there by now; the rest would be a leak.
  await siege.endure(() => fill("larger"));
});

test("a search is given up within half a minute after its client is gone", async () => {
  await using siege = await Siege.begin();
  using client = await siege.logIn();
  const text = "the quick brown fox jumps over the lazy dog\r\n".repeat(100);
  const tags = Array.from({ length: 300 }, () =>
    client.send("APPEND INBOX ", Buffer.from(`Subject: x\r\n\r\n${text}`)),
  );
  for (const tag of tags) await client.completion(tag);
  for (let at = 0; at < 30; at++) {
    using searcher = await siege.logIn();
    await searcher.ok("EXAMINE INBOX");
    searcher.send(`SEARCH ${Array.from({ length: 900 }, (_, word) => `NOT FUZZY BODY absent${word}x`).join(" ")}`);
  }
  await sleep(30_000);
  const before = processorMs(siege.server.pid);
  await sleep(2_000);
  assert.ok(processorMs(siege.server.pid) - before < 200);
});

test(`a server that is asked to stop waits at most ${shutdownMsMax / 1_000} s for one who takes nothing`, async () => {
  await using siege = await Siege.begin();
  using client = await siege.logIn();
  await client.ok("APPEND INBOX ", Buffer.from(`Subject: large\r\n\r\n${"0123456789abcdef\r\n".repeat(550_000)}`));
  using deaf = await siege.logIn();
  await deaf.ok("EXAMINE INBOX");
  deaf.wire.stopReading();
  deaf.send("FETCH 1 BODY.PEEK[]");
  const from = performance.now();
  assert.equal(await siege.server.stop(), 0);
  assert.ok(performance.now() - from < stopMsMax);
});

test("unknown and known names are answered in the same time, by thirty samples over each protocol", {
  skip: noOwnNetwork(),
}, async (t) => {
  const { code, output } = await runInOwnNetwork(join(import.meta.dirname, "guessing.ts"), ["alike", "30"]);
  assert.equal(code, 0, output);
  t.diagnostic(output.trim());
});

/** What a process has had of the processors. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
