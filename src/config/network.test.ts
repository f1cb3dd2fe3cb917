// What is a network, and what is none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNetwork } from "./network.ts";

test("an address is a network of its own, and a slash says how many bits the others share", () => {
  assert.deepEqual(parseNetwork("192.0.2.7"), { address: "192.0.2.7", prefix: 32, family: "ipv4" });
  assert.deepEqual(parseNetwork("10.0.0.0/8"), { address: "10.0.0.0", prefix: 8, family: "ipv4" });
  assert.deepEqual(parseNetwork("::/0"), { address: "::", prefix: 0, family: "ipv6" });
  assert.deepEqual(parseNetwork("2001:db8::1"), { address: "2001:db8::1", prefix: 128, family: "ipv6" });
});

test("what is no network is none", () => {
  for (const text of [
    "",
    "*",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0.0/08",
    "10/8",
    "fe80::1%eth0",
    "a.example",
  ])
    assert.equal(parseNetwork(text), undefined, text);
});
