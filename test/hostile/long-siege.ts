// What takes too long for every run: `npm run hostile`. Clients that hang are let go when their time is over, and answers
// to unknown names are timed more often.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { shutdownMsMax, tlsHandshakeMs } from "../../src/base/limits.ts";
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
