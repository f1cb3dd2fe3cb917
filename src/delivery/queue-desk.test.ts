// The queue in an administrator's hands, beside workers that go on meanwhile.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
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
  const alice = await world.account("alice");
  const listener = await world.listen("submission");
  const held = scope.move();
  const { desk, queue } = world.office;
  const rows = async (selection = all) => (await desk.list({ selection, after: 0, rowsMax: 100 })).rows;
  return {
    double,
    world,
    alice,
    desk,
    queue,
    rows,
    async submit(recipients: readonly string[], text = "Subject: x\r\n\r\nHello\r\n") {
      using client = await SmtpDialogue.loggedIn(listener, "alice");
      assert.match(await client.say("MAIL FROM:<alice@example.org>"), /^250/);
      for (const recipient of recipients) assert.match(await client.say(`RCPT TO:<${recipient}>`), /^250/);
      assert.match(await client.say("DATA"), /^354/);
      client.write(text);
      assert.match(await client.say("."), /^250/);
    },
    /** All have been attempted once and wait for the next time. */
    attempted: (times = 1) => until(async () => (await rows()).every((row) => row.attempts === times)),
    empty: () => until(async () => (await queue.waiting()) === 0),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

suite("the queue's desk", () => {
  test("what is held is not attempted when it is due, and goes once it is released", async () => {
    await using on = await scene();
    on.double.toRecipient = () => [450, "later"];
    await on.submit(["a@one.example", "b@two.example"]);
    await on.submit(["c@ONE.example"]);
    await on.attempted();
    const result = await on.desk.change({ kind: "domain", domain: "one.example" }, "hold", quiet);
    assert.deepEqual(result, { rows: 2, underWay: 0, held: 0, scheduled: 0 });
    on.double.toRecipient = () => undefined;
    await on.world.dueNow();
    await until(() => on.double.taken.length === 1);
    assert.deepEqual(on.double.taken[0]?.recipients, ["b@two.example"]);
    assert.deepEqual(
      (await on.rows()).map(({ address, held }) => [address, held]),
      [
        ["a@one.example", 1],
        ["c@ONE.example", 1],
      ],
    );
    assert.equal((await on.desk.change(all, "retry", quiet)).held, 2);
    assert.equal((await on.desk.change({ kind: "sender", sender: "ALICE@example.org" }, "release", quiet)).held, 2);
    await on.empty();
    assert.equal(on.double.taken.length, 3);
  });

  test("a retry does not wait for the schedule", async () => {
    await using on = await scene();
    on.double.toRecipient = () => [450, "later"];
    await on.submit(["a@one.example"]);
    await on.attempted();
    on.double.toRecipient = () => undefined;
    const [row] = await on.rows();
    await on.desk.change({ kind: "message", name: row?.name ?? "" }, "retry", quiet);
    await on.empty();
    assert.equal(on.double.taken.length, 1);
  });

  test("what is cancelled is gone with its file, in silence or with a report", async () => {
    await using on = await scene();
    on.double.toRecipient = () => [450, "later"];
    await on.submit(["a@one.example", "b@two.example"], `Subject: x\r\n\r\n${"x\r\n".repeat(60_000)}`);
    await on.attempted();
    const queued = join(on.world.spoolFolder, "queued");
    assert.equal((await readdir(queued)).length, 1);
    const silent = await on.desk.cancel({ kind: "domain", domain: "one.example" }, "nobody", quiet);
    assert.equal(silent.rows, 1);
    assert.equal((await readdir(queued)).length, 1);
    const told = await on.desk.cancel(all, "sender", quiet);
    assert.equal(told.rows, 1);
    assert.equal((await readdir(queued)).length, 0);
    await on.empty();
    const [report = "", more] = await on.world.messages(on.alice);
    assert.equal(more, undefined);
    assert.match(report, /^Final-Recipient: rfc822; b@two\.example\r\nAction: failed\r\nStatus: 5\.7\.1\r$/m);
    assert.doesNotMatch(report, /a@one\.example\r\nAction/);
    assert.equal(on.double.taken.length, 0);
  });

  test("what is under way is left alone by a cancel, and is held only if it does not succeed", async () => {
    await using on = await scene();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    on.double.toMessage = async () => {
      ask();
      await answered;
      return [450, "later"];
    };
    await on.submit(["a@one.example"]);
    await asked;
    assert.deepEqual(await on.desk.cancel(all, "nobody", quiet), { rows: 0, underWay: 1, held: 0, scheduled: 0 });
    assert.equal((await on.desk.change(all, "hold", quiet)).underWay, 1);
    answer();
    await until(async () => (await on.rows())[0]?.attempts === 1);
    assert.equal((await on.rows())[0]?.held, 1);
    assert.equal((await on.desk.cancel(all, "nobody", quiet)).rows, 1);
    assert.deepEqual(await on.rows(), []);
  });

  test("a long queue is listed in pages and changed in pieces, each recipient once", async () => {
    await using on = await scene();
    await on.desk.change(all, "hold", quiet);
    const letters = 3;
    const recipients = Array.from({ length: 900 }, (_, at) => `r${at}@one.example`);
    await on.world.office.stop();
    for (let letter = 0; letter < letters; letter++) {
      const writer = on.world.office.delivery.newLetter();
      await writer.write(Buffer.from("Subject: x\r\n\r\n"));
      await on.queue.put(await writer.finish(), {
        name: `letter${letter}`,
        sender: "alice@example.org",
        account: undefined,
        returned: undefined,
        envelopeId: undefined,
        international: false,
        recipients: recipients.map((address) => ({
          address,
          notify: undefined,
          originalRecipient: undefined,
          route: "smarthost",
          fault: undefined,
        })),
      });
    }
    const seen: number[] = [];
    let after: number | undefined = 0;
    for (let pages = 0; after !== undefined && pages < 10; pages++) {
      const page: Awaited<ReturnType<typeof on.desk.list>> = await on.desk.list({
        selection: all,
        after,
        rowsMax: 1_000,
      });
      seen.push(...page.rows.map(({ id }) => id));
      after = page.next;
    }
    assert.equal(new Set(seen).size, letters * recipients.length);
    assert.equal(seen.length, letters * recipients.length);
    assert.equal((await on.desk.change(all, "hold", quiet)).rows, seen.length);
    const { rows } = await on.desk.cancel({ kind: "message", name: "letter1" }, "nobody", quiet);
    assert.equal(rows, recipients.length);
    assert.equal((await on.desk.change(all, "release", quiet)).held, seen.length - rows);
  });
});
