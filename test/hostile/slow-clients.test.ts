// Clients that take their time before they log in: the time is what it is, however often they say something.

import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { WireClient } from "../support/wire-client.ts";
import { Siege } from "./siege.ts";

const loginWaitMs = 5_000;
/** Deadlines are looked at once a second. */
const slackMs = 3_000;

suite("slow clients", { concurrency: true }, () => {
  let siege: Siege;
  before(async () => {
    siege = await Siege.begin({ limits: `loginWait = "${loginWaitMs / 1_000}s"` });
  });
  after(() => siege[Symbol.asyncDispose]());

  for (const [name, port, said, everyMs] of [
    ["an IMAP client that says nothing", "imap", "", 60_000],
    ["an IMAP client that drips a line octet by octet", "imap", "x", 300],
    ["an IMAP client that asks again and again", "imap", "a NOOP\r\n", 300],
    ["an IMAP client that stops within a literal", "imaps", 'a ID ("x" {100+}\r\n', 60_000],
    ["an IMAP client that stops within AUTHENTICATE", "imaps", "a AUTHENTICATE PLAIN\r\n", 60_000],
    ["a POP3 client that says nothing", "pop3", "", 60_000],
    ["a POP3 client that drips a line octet by octet", "pop3", "x", 300],
    ["a POP3 client that asks again and again", "pop3", "CAPA\r\n", 300],
    ["a POP3 client that stops within AUTH", "pop3s", "AUTH PLAIN\r\n", 60_000],
  ] as const)
    test(`${name} is let go in time`, async () => {
      const from = performance.now();
      using wire = await WireClient.connect(siege.site.at(port), 2 * loginWaitMs + slackMs);
      await wire.send(said);
      const again = setInterval(() => void wire.send(said), everyMs);
      await wire.rest().finally(() => clearInterval(again));
      const passedMs = performance.now() - from;
      assert.ok(passedMs > loginWaitMs - slackMs && passedMs < loginWaitMs + slackMs, `${Math.round(passedMs)} ms`);
    });
});
