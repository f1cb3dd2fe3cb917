// Mail is not taken in where the disk has no room for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SmtpDialogue } from "../../test/support/smtp-dialogue.ts";
import { SmtpWorld } from "../../test/support/smtp-world.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import { spoolFreeBytesMin, spoolRoomKnownMs } from "../base/limits.ts";
import { ProblemRefusal, refuse } from "../model/problem.ts";
import { DiskRoom, freeBytesOf } from "./disk-room.ts";
import { refuseLetter } from "./letter-refusal.ts";

const isDiskFull = (error: unknown): boolean => error instanceof ProblemRefusal && error.problem.kind === "disk-full";

function room(free: () => number) {
  let nowMs = 0;
  let asked = 0;
  const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
  const freeBytes = async (): Promise<number> => {
    asked += 1;
    return free();
  };
  return {
    room: new DiskRoom({ folder: "/", clock, freeBytes }),
    pass: (ms: number) => (nowMs += ms),
    asked: () => asked,
  };
}

test("a disk with less than the bound takes no mail, and is asked once in a while only", async () => {
  let free = spoolFreeBytesMin;
  const on = room(() => free);
  await on.room.check();
  free -= 1;
  await on.room.check();
  assert.equal(on.asked(), 1);
  on.pass(spoolRoomKnownMs);
  await assert.rejects(on.room.check(), isDiskFull);
  await assert.rejects(on.room.check(), isDiskFull);
  assert.equal(on.asked(), 2);
  free += 1;
  on.pass(spoolRoomKnownMs);
  await on.room.check();
});

test("a disk that cannot be asked keeps nothing out", async () => {
  const on = room(() => {
    throw new Error("EIO");
  });
  await on.room.check();
});

test("the disk under a folder has some room", async () => {
  await using folder = await tempDir();
  assert.ok((await freeBytesOf(folder.path)) > 0);
});

for (const [service, hello] of [
  ["smtp", "EHLO client.example.net"],
  ["submission", undefined],
  ["lmtp", "LHLO client.example.net"],
] as const) {
  test(`MAIL is 452 4.3.1 over ${service} while there is no room, and taken when there is some`, async () => {
    await using world = await SmtpWorld.open();
    await world.account("alice");
    const listener = await world.listen(service);
    using client =
      hello === undefined
        ? await SmtpDialogue.loggedIn(listener, "alice")
        : await SmtpDialogue.greeted(listener, hello);
    const { delivery } = world.office;
    const check = delivery.checkRoom.bind(delivery);
    delivery.checkRoom = async () => {
      throw refuse({ kind: "disk-full" });
    };
    assert.match(await client.say("MAIL FROM:<alice@example.org>"), /^452 4\.3\.1 The server has no room/);
    delivery.checkRoom = async () => {
      throw refuseLetter({ kind: "queue-full" });
    };
    assert.match(await client.say("MAIL FROM:<alice@example.org>"), /^452 4\.3\.1 Too much mail waits/);
    delivery.checkRoom = check;
    assert.match(await client.say("MAIL FROM:<alice@example.org>"), /^250/);
  });
}
