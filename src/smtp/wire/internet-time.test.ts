// Times of RFC 3339.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInternetTime } from "./internet-time.ts";

for (const [text, iso] of [
  ["2026-11-25T08:30:00Z", "2026-11-25T08:30:00.000Z"],
  ["2026-11-25t08:30:00z", "2026-11-25T08:30:00.000Z"],
  ["2026-11-25T08:30:00.5+06:00", "2026-11-25T02:30:00.500Z"],
  ["2026-11-25T00:30:00-08:00", "2026-11-25T08:30:00.000Z"],
  ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
  ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
] as const) {
  test(`reads ${text}`, () => assert.equal(new Date(parseInternetTime(text) ?? 0).toISOString(), iso));
}

for (const text of [
  "",
  "2026-11-25",
  "2026-11-25T08:30Z",
  "2026-11-25T08:30:00",
  "2026-11-25 08:30:00Z",
  "2026-02-30T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-11-25T24:00:00Z",
  "2026-11-25T08:30:00+24:00",
  "2026-11-25T08:30:00Zx",
]) {
  test(`does not read ${JSON.stringify(text)}`, () => assert.equal(parseInternetTime(text), undefined));
}
