// Who is let in: in total, from one address, and how fast.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { AcceptLimits, clientOf } from "./accept-limits.ts";

const clock = { now: 0, nowMs: () => 0, monotonicMs: () => clock.now };
const wide = { connectionsMax: 100, connectionsPerAddressMax: 100, newPerMinutePerAddressMax: 100 };

test("one address gets its places, another its own", () => {
  const limits = new AcceptLimits({ ...wide, connectionsPerAddressMax: 2 }, clock);
  assert.equal(limits.enter("192.0.2.1"), undefined);
  assert.equal(limits.enter("192.0.2.1"), undefined);
  assert.equal(limits.enter("192.0.2.1"), "address-full");
  assert.equal(limits.enter("192.0.2.2"), undefined);
  limits.leave("192.0.2.1");
  assert.equal(limits.enter("192.0.2.1"), undefined);
  assert.equal(limits.total, 3);
});

test("a full server refuses everyone, itself too", () => {
  const limits = new AcceptLimits({ ...wide, connectionsMax: 2 }, clock);
  limits.enter("192.0.2.1");
  limits.enter("127.0.0.1");
  assert.equal(limits.enter("192.0.2.2"), "server-full");
  assert.equal(limits.enter("::1"), "server-full");
  limits.leave("127.0.0.1");
  assert.equal(limits.enter("192.0.2.2"), undefined);
});

test("an address that comes too fast waits for the next minute, even when it has left each time", () => {
  const limits = new AcceptLimits({ ...wide, newPerMinutePerAddressMax: 3 }, clock);
  const comeAndGo = () => {
    const why = limits.enter("192.0.2.1");
    if (why === undefined) limits.leave("192.0.2.1");
    return why;
  };
  clock.now = 59_000;
  assert.deepEqual(
    [comeAndGo(), comeAndGo(), comeAndGo(), comeAndGo()],
    [undefined, undefined, undefined, "address-too-fast"],
  );
  clock.now = 61_000;
  assert.equal(comeAndGo(), undefined);
});

test("this machine itself is counted in total only", () => {
  const limits = new AcceptLimits({ ...wide, connectionsPerAddressMax: 1, newPerMinutePerAddressMax: 1 }, clock);
  for (const address of ["127.0.0.1", "127.8.8.8", "::1", "local", "127.0.0.1"])
    assert.equal(limits.enter(address), undefined);
  assert.equal(limits.total, 5);
});

test("bounds can be changed under way", () => {
  const limits = new AcceptLimits({ ...wide, connectionsPerAddressMax: 1 }, clock);
  limits.enter("192.0.2.1");
  assert.equal(limits.enter("192.0.2.1"), "address-full");
  limits.change(wide);
  assert.equal(limits.enter("192.0.2.1"), undefined);
});

suite("an IPv6 client is its /64", () => {
  for (const [address, client] of [
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:0db8:0:0:1::", "2001:db8:0:0::/64"],
    ["::2", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["192.0.2.1", "192.0.2.1"],
    ["::1", undefined],
  ] as const) {
    test(`${address} is ${client ?? "this machine"}`, () => assert.equal(clientOf(address), client));
  }
});
