// Mail that comes through a proxy is from its client: in Received, in the log, and in what swaks sends.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";

const ownMachine = { address: "127.0.0.0", prefix: 8, family: "ipv4" } as const;

test("Received and the log name the client, not its proxy; STARTTLS works through it", async () => {
  await using world = await SmtpWorld.open();
  const alice = await world.account("alice");
  const listener = await world.listen("smtp", { proxyFrom: [ownMachine] });
  using client = new SmtpDialogue(await listener.connect());
  client.write("PROXY TCP6 2001:db8::25 2001:db8::1 4242 25\r\n");
  assert.match(await client.reply(), /^220 /);
  await client.say("EHLO client.example.net");
  assert.match(await client.say("STARTTLS"), /^220 /);
  client.socket = await listener.connectTls({ socket: client.socket });
  await client.say("EHLO client.example.net");
  assert.match(await client.send("Subject: x\r\n\r\n", "a@example.net", "alice@example.org"), /^250 /);
  const [message = ""] = await world.messages(alice);
  assert.match(message, /\r\nReceived: from client\.example\.net \(\[IPv6:2001:db8::25\]\)\r\n\tby \S+ with ESMTPS /);
  assert.ok(world.events.some((event) => event.kind === "accepted" && event.remoteAddress === "2001:db8::25"));
});

test("swaks delivers through it, as a proxy of version 1 and of version 2", async (t) => {
  const run = promisify(execFile);
  if ((await run("swaks", ["--version"]).catch(() => undefined)) === undefined) return t.skip("swaks is not installed");
  await using world = await SmtpWorld.open();
  const alice = await world.account("alice");
  const { port } = await world.listen("smtp", { proxyFrom: [ownMachine] });
  for (const version of ["1", "2"]) {
    const line = [
      `--server 127.0.0.1 --port ${port} --from a@example.net --to alice@example.org`,
      `--proxy-version ${version} --proxy-family ${version === "1" ? "TCP4" : "AF_INET"}`,
      "--proxy-source 192.0.2.99 --proxy-source-port 4242 --proxy-dest 192.0.2.1 --proxy-dest-port 25",
      ...(version === "2" ? ["--proxy-protocol STREAM --proxy-command PROXY"] : []),
    ];
    await run("swaks", line.join(" ").split(" "));
  }
  const messages = await world.messages(alice);
  assert.equal(messages.length, 2);
  for (const message of messages) assert.match(message, /\r\nReceived: from \S+ \(\[192\.0\.2\.99\]\)\r\n/);
});
