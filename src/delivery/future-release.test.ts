// FUTURERELEASE (RFC 4865): a message is kept until the time that its sender has named, in everybody's eyes.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SmarthostDouble } from "../../test/support/smarthost.ts";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";
import { until } from "../../test/support/until.ts";
import type { QueueSelection } from "./queue-desk.ts";

const quiet = (): void => undefined;
const all: QueueSelection = { kind: "all" };

async function scene() {
  await using scope = new AsyncDisposableStack();
  const double = scope.use(await SmarthostDouble.open({ hideDSN: true }));
  const world = scope.use(await SmtpWorld.open({ smarthost: double.way({}) }));
  const alice = await world.account("alice", { copySent: true });
  const listener = await world.listen("submission");
  const held = scope.move();
  return {
    double,
    world,
    alice,
    rows: async () => (await world.office.desk.list({ selection: all, after: 0, rowsMax: 100 })).rows,
    async submit(recipients: readonly string[], parameter: string) {
      using client = await SmtpDialogue.loggedIn(listener, "alice");
      assert.match(await client.say(`MAIL FROM:<alice@example.org> ${parameter}`), /^250/);
      for (const recipient of recipients) assert.match(await client.say(`RCPT TO:<${recipient}>`), /^250/);
      assert.match(await client.say("DATA"), /^354/);
      client.write("Subject: later\r\n\r\nHello\r\n");
      assert.match(await client.say("."), /^250/);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

suite("a message with a time of release", () => {
  test("goes nowhere before, whatever falls due or is retried, and outlives a start", async () => {
    await using on = await scene();
    const before = Date.now();
    await on.submit(["a@one.example", "alice@example.org", "alice@example.org"], "HOLDFOR=3600");
    await on.submit(["b@one.example"], `HOLDUNTIL=${new Date(before + 7_200_000).toISOString()}`);
    await on.world.closeOffice();
    await on.world.openOffice();
    await on.world.office.queue.hurry("smarthost");
    assert.equal((await on.world.office.desk.change(all, "retry", quiet)).scheduled, 3);
    const rows = await on.rows();
    assert.deepEqual(
      rows.map(({ address, route, attempts }) => [address, route, attempts]),
      [
        ["a@one.example", "smarthost", 0],
        ["alice@example.org", "account", 0],
        ["b@one.example", "smarthost", 0],
      ],
    );
    const aheadMs = rows.map(({ releaseAtMs }) => (releaseAtMs ?? 0) - before);
    assert.ok((aheadMs[0] ?? 0) >= 3_600_000 && (aheadMs[0] ?? 0) < 3_660_000);
    assert.equal(aheadMs[2], 7_200_000);
    assert.equal(on.double.taken.length, 0);
    assert.deepEqual(await on.world.messages(on.alice), []);
    // What has been sent is in Sent.
    assert.equal((await on.world.messages(on.alice, "Sent")).length, 2);
  });

  test("goes by itself when the time has come", async () => {
    await using on = await scene();
    const before = Date.now();
    await on.submit(["a@one.example", "alice@example.org"], "HOLDFOR=1");
    await until(async () => (await on.world.office.queue.waiting()) === 0);
    assert.ok(Date.now() - before >= 1_000);
    assert.deepEqual(on.double.taken[0]?.recipients, ["a@one.example"]);
    assert.equal((await on.world.messages(on.alice)).length, 1);
  });

  test("goes at once when an administrator lets it, and its report tells what was asked for", async () => {
    await using on = await scene();
    on.double.toRecipient = () => [550, "no such user"];
    await on.submit(["a@one.example"], "HOLDFOR=3600");
    await on.world.office.desk.change(all, "release", quiet);
    assert.equal((await on.rows())[0]?.attempts, 0);
    await on.world.office.desk.change(all, "expedite", quiet);
    await until(async () => (await on.world.messages(on.alice)).length === 1);
    assert.match((await on.world.messages(on.alice))[0] ?? "", /^Future-Release-Request: for; 3600\r$/m);
  });

  test("is late, and expires, by its release and not by its coming", async () => {
    await using on = await scene();
    on.double.toRecipient = () => [450, "busy"];
    await on.submit(["a@one.example"], "HOLDFOR=1");
    await until(async () => (await on.rows())[0]?.attempts === 1);
    // It came long ago, was kept, and has been tried since a second ago.
    await on.world.age(6 * 24 * 60 * 60_000, 20);
    await on.world.dueNow();
    await until(async () => (await on.rows())[0]?.attempts === 21);
    assert.deepEqual(await on.world.messages(on.alice), []);
  });
});
