// The queue under kill -9: what was put in and acknowledged goes out at least once; what the next server has taken and
// we had no time to note goes out twice, never not at all.

import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { SmarthostDouble } from "../support/smarthost.ts";
import { rootDir } from "../support/source-tree.ts";
import { tempDir } from "../support/temp-dir.ts";
import { until } from "../support/until.ts";
import type { Order } from "./queue-child.ts";

class Process implements Disposable {
  readonly child: ChildProcess;
  readonly gone: Promise<unknown>;

  constructor(folder: string, port: number) {
    this.child = fork(join(rootDir, "test/crash/queue-child.ts"), [folder, String(port)]);
    this.gone = once(this.child, "exit");
  }

  static async start(folder: string, port: number): Promise<Process> {
    const process = new Process(folder, port);
    await once(process.child, "message");
    return process;
  }

  /** Undefined when it dies over it. */
  async order(order: Order): Promise<unknown> {
    const answer = once(this.child, "message").then(([said]: unknown[]) => said);
    this.child.send(order);
    return await Promise.race([answer, this.gone.then(() => undefined)]);
  }

  async crash(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.gone;
  }

  [Symbol.dispose](): void {
    this.child.kill("SIGKILL");
  }
}

for (const [point, times] of [
  ["before-commit", 2],
  ["after-commit", 1],
] as const) {
  test(`killed ${point} of noting that the smarthost has taken it, a message is sent ${times === 2 ? "twice" : "once"}`, async () => {
    await using folder = await tempDir();
    await using smarthost = await SmarthostDouble.open();
    using first = await Process.start(folder.path, smarthost.port);
    smarthost.toMessage = async () => {
      smarthost.toMessage = () => undefined;
      assert.equal(await first.order({ kind: "die", at: point }), "armed");
      return undefined;
    };
    assert.equal(await first.order({ kind: "put", recipient: "a@one.example" }), "accepted");
    await first.gone;
    assert.equal(smarthost.taken.length, 1);
    using second = await Process.start(folder.path, smarthost.port);
    await until(async () => (await second.order({ kind: "waiting" })) === 0);
    assert.equal(smarthost.taken.length, times);
  });
}

test("killed at any point of taking a message in, it is there if that was acknowledged, and whole", async () => {
  await using folder = await tempDir();
  await using smarthost = await SmarthostDouble.open();
  const promised: string[] = [];
  for (const point of ["before-commit", "after-commit", "after-flush", undefined]) {
    using victim = await Process.start(folder.path, smarthost.port);
    if (point !== undefined) await victim.order({ kind: "die", at: point });
    const recipient = `${point ?? "never"}@one.example`;
    if ((await victim.order({ kind: "put", recipient })) === "accepted") promised.push(recipient);
    await victim.crash();
  }
  assert.deepEqual(promised, ["never@one.example"]);
  using last = await Process.start(folder.path, smarthost.port);
  await until(() =>
    promised.every((address) => smarthost.taken.some(({ recipients }) => recipients.includes(address))),
  );
  for (const { text } of smarthost.taken) assert.equal(text, "Subject: promised\r\n\r\nHello\r\n");
  assert.ok(last.child.connected);
});

test("killed after a hold, a release and a cancel were acknowledged, the next start knows of them", async () => {
  await using folder = await tempDir();
  await using smarthost = await SmarthostDouble.open();
  smarthost.toRecipient = () => [450, "later"];
  const states: unknown[] = [];
  const recipient = "a@one.example";
  for (const change of ["hold", "release", "hold", "cancel", undefined] as const) {
    using victim = await Process.start(folder.path, smarthost.port);
    if (states.length === 0) {
      await victim.order({ kind: "put", recipient });
      await until(async () => String(await victim.order({ kind: "rows" })) === `${recipient} free 1`);
    } else states.push(await victim.order({ kind: "rows" }));
    if (states.length === 0) states.push("put");
    if (change !== undefined) assert.equal(await victim.order({ kind: "desk", change }), "done");
    await victim.crash();
  }
  assert.deepEqual(states, ["put", ["a@one.example held 1"], ["a@one.example free 1"], ["a@one.example held 1"], []]);
});

test("killed before a cancel was acknowledged, the mail is there or gone, and never in somebody's hands", async () => {
  await using folder = await tempDir();
  await using smarthost = await SmarthostDouble.open();
  smarthost.toRecipient = () => [450, "later"];
  for (const point of ["before-commit", "after-commit"]) {
    {
      using victim = await Process.start(folder.path, smarthost.port);
      await victim.order({ kind: "put", recipient: "a@one.example" });
      await until(async () => /free [1-9]/.test(String(await victim.order({ kind: "rows" }))));
      await victim.order({ kind: "die", at: point });
      assert.equal(await victim.order({ kind: "desk", change: "cancel" }), undefined);
    }
    using next = await Process.start(folder.path, smarthost.port);
    await next.order({ kind: "desk", change: "cancel" });
    assert.equal(await next.order({ kind: "waiting" }), 0);
    await next.crash();
  }
});
