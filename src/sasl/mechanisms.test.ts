// Which mechanisms are offered where.

import assert from "node:assert/strict";
import { test } from "node:test";
import { mechanismNamed, offeredMechanisms } from "./mechanisms.ts";

const names = (...given: Parameters<typeof offeredMechanisms>) => offeredMechanisms(...given).map(({ name }) => name);

test("over TLS everything is offered, the strongest first", () => {
  assert.deepEqual(
    names(() => undefined, "refused"),
    ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN"],
  );
});

test("without TLS nothing is offered", () => assert.deepEqual(names(undefined, "refused"), []));

test("where plain text is allowed, all but channel binding is offered", () => {
  assert.deepEqual(names(undefined, "allowed"), ["SCRAM-SHA-256", "PLAIN", "LOGIN"]);
});

test("a mechanism is found by its name in any letter case, and only if offered", () => {
  const offered = offeredMechanisms(undefined, "allowed");
  assert.equal(mechanismNamed(offered, "plain")?.name, "PLAIN");
  assert.equal(mechanismNamed(offered, "SCRAM-SHA-256-PLUS"), undefined);
  assert.equal(mechanismNamed(offered, "CRAM-MD5"), undefined);
});
