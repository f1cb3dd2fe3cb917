// Who is in a network.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Networks } from "./networks.ts";

test("addresses are in the networks that hold them, of their own family only", () => {
  const networks = new Networks([
    { address: "10.0.0.0", prefix: 8, family: "ipv4" },
    { address: "192.0.2.7", prefix: 32, family: "ipv4" },
    { address: "2001:db8::", prefix: 32, family: "ipv6" },
    { address: "::1", prefix: 128, family: "ipv6" },
  ]);
  for (const address of ["10.255.0.1", "192.0.2.7", "2001:db8:1::9", "::1"]) assert.ok(networks.has(address), address);
  for (const address of ["11.0.0.1", "192.0.2.8", "2001:db9::1", "::2", "local", "", "10.0.0"])
    assert.ok(!networks.has(address), address);
});
