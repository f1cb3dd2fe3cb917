// Sizes and durations as people write them, and names as people mistype them.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatDuration, parseDuration } from "./human-duration.ts";
import { formatSize, parseSize } from "./human-size.ts";
import { nearestName } from "./nearest-name.ts";

suite("sizes", () => {
  for (const [text, bytes] of [
    ["50 MiB", 52_428_800],
    ["50MiB", 52_428_800],
    ["50 mib", 52_428_800],
    [" 1.5 GiB ", 1_610_612_736],
    ["10 MB", 10_000_000],
    ["512 B", 512],
    ["1.0001 KiB", undefined],
    ["50", undefined],
    ["MiB", undefined],
    ["-1 MiB", undefined],
    ["1e3 MiB", undefined],
    ["50 megs", undefined],
    ["99999999999999 GiB", undefined],
    ["", undefined],
  ] as const) {
    test(`${JSON.stringify(text)} is ${bytes ?? "none"}`, () => assert.equal(parseSize(text), bytes));
  }

  test("what is written is read back", () => {
    for (const bytes of [1, 1_000, 1_024, 65_536, 52_428_800, 3 * 1_024 ** 3]) {
      assert.equal(parseSize(formatSize(bytes)), bytes);
    }
  });
});

suite("durations", () => {
  for (const [text, ms] of [
    ["30 days", 2_592_000_000],
    ["1 day", 86_400_000],
    ["2h", 7_200_000],
    ["10 Minutes", 600_000],
    ["90 s", 90_000],
    ["0 seconds", 0],
    ["30", undefined],
    ["days", undefined],
    ["-1 day", undefined],
    ["1.5 hours", undefined],
    ["3 fortnights", undefined],
    ["P30D", undefined],
  ] as const) {
    test(`${JSON.stringify(text)} is ${ms ?? "none"}`, () => assert.equal(parseDuration(text), ms));
  }

  test("what is written is read back", () => {
    for (const ms of [0, 1_000, 60_000, 90_000, 3_600_000, 86_400_000, 2_592_000_000]) {
      assert.equal(parseDuration(formatDuration(ms)), ms);
    }
  });
});

suite("mistyped names", () => {
  const known = ["hostname", "data", "listeners", "passwordFile", "port"];
  for (const [typed, meant] of [
    ["hostnmae", "hostname"],
    ["HostName", "hostname"],
    ["listner", "listeners"],
    ["password", "passwordFile"],
    ["prot", "port"],
    ["colour", undefined],
    ["", undefined],
  ] as const) {
    test(`${JSON.stringify(typed)} means ${meant ?? "nothing here"}`, () =>
      assert.equal(nearestName(typed, known), meant));
  }
});
