// THREAD's nested lists, however deep.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type ThreadItem, writeThread } from "./thread-response.ts";
import { Writer } from "./writer.ts";

const item = (number: number | null, ...children: ThreadItem[]): ThreadItem => ({ number, children });

function written(...threads: ThreadItem[]): string {
  const to = new Writer();
  writeThread(to, threads);
  return Buffer.from(to.take()).toString("latin1");
}

for (const [text, threads] of [
  ["* THREAD\r\n", []],
  [
    "* THREAD (2)(3 6 (4 23)(44 7 96))\r\n",
    [item(2), item(3, item(6, item(4, item(23)), item(44, item(7, item(96)))))],
  ],
  ["* THREAD ((3)(5 6))\r\n", [item(null, item(3), item(5, item(6)))]],
  ["* THREAD (1 (2)(3 (4)(5)))\r\n", [item(1, item(2), item(3, item(4), item(5)))]],
] as const) {
  test(`writes ${text.trimEnd()}`, () => assert.equal(written(...threads), text));
}

test("writes threads that branch fifty thousand times, one below another", () => {
  let deep = item(1);
  for (let count = 0; count < 50_000; count++) deep = item(1, deep, item(2));
  assert.ok(written(deep).endsWith("(2))\r\n"));
});
