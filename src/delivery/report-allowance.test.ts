// Backscatter is bounded; people of this server hear of everything.

import assert from "node:assert/strict";
import { test } from "node:test";
import { realEntropy } from "../../test/support/stored-directory.ts";
import { reportsAbroadPerHourMax, reportsAbroadPerSenderMax } from "../base/limits.ts";
import type { QueueRoute } from "../store/work/queue-insert.ts";
import { ReportAllowance } from "./report-allowance.ts";
import { Reports } from "./reports.ts";
import { emptyLetter } from "./spool.ts";

test("an address gets so many reports an hour, others theirs, until all have had enough", () => {
  let nowMs = 0;
  const allowance = new ReportAllowance({ monotonicMs: () => nowMs });
  const take = (sender: string, times: number) =>
    Array.from({ length: times }, () => allowance.take(sender)).filter((answer) => answer === "granted").length;
  assert.equal(take("Victim@one.example", reportsAbroadPerSenderMax), reportsAbroadPerSenderMax);
  assert.equal(take("victim@one.example", 1), 0);
  assert.equal(take("other@one.example", 1), 1);
  nowMs += 60 * 60_000;
  assert.equal(take("victim@one.example", 1), 1);
  let granted = 0;
  for (let at = 0; at < 2 * reportsAbroadPerHourMax; at++) granted += take(`${at}@two.example`, 1);
  assert.equal(granted, reportsAbroadPerHourMax - 1);
});

for (const [route, made] of [
  ["account", 100],
  ["smarthost", reportsAbroadPerSenderMax],
] as const satisfies readonly (readonly [QueueRoute, number])[]) {
  test(`of a hundred failures a sender on the route "${route}" hears ${made} times`, async () => {
    const unreported: string[] = [];
    const reports = new Reports({
      clock: { nowMs: () => 0, monotonicMs: () => 0 },
      entropy: realEntropy,
      host: "mail.example.org",
      routeOf: async () => route,
      unreported: (sender) => unreported.push(sender),
    });
    const subject = {
      letter: emptyLetter,
      sender: "victim@one.example",
      envelopeId: undefined,
      returned: undefined,
      arrivedAtMs: 0,
      triedFromMs: 0,
      releaseRequest: undefined,
    };
    const fault = { status: "5.1.1", text: "no", remote: undefined };
    const news = {
      address: "a@example.org",
      originalRecipient: undefined,
      action: "failed",
      fault,
      remote: undefined,
    } as const;
    let count = 0;
    for (let at = 0; at < 100; at++) count += (await reports.about(subject, [news])).length;
    assert.equal(count, made);
    assert.equal(unreported.length, 100 - made);
  });
}
