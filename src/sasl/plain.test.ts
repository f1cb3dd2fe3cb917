// PLAIN: what it accepts, what it calls malformed, what it calls wrong.

import assert from "node:assert/strict";
import { test } from "node:test";
import { countingEntropy, MemoryCredentials } from "../../test/support/credentials.ts";
import { utf8 } from "../base/bytes.ts";
import type { SaslContext } from "./mechanism.ts";
import { plain } from "./plain.ts";

const bengali = { user: "করিম@উদাহরণ.বাংলা", password: "আমার সোনার বাংলা" };

function context(): SaslContext & { readonly credentials: MemoryCredentials } {
  return {
    credentials: new MemoryCredentials({ "rahim@example.org": "s3cret", [bengali.user]: bengali.password }),
    source: { remoteAddress: "192.0.2.1", protocol: "imap" },
    entropy: countingEntropy,
    channelBindings: undefined,
  };
}

test("PLAIN takes an initial response", async () => {
  const step = await plain.start(context(), utf8("\0rahim@example.org\0s3cret")).next();
  assert.ok(step.done);
  assert.equal(step.value.address, "rahim@example.org");
});

test("PLAIN without an initial response sends an empty challenge first", async () => {
  const exchange = plain.start(context(), undefined);
  assert.deepEqual(await exchange.next(), { done: false, value: new Uint8Array() });
  const step = await exchange.next(utf8("rahim@example.org\0rahim@example.org\0s3cret"));
  assert.equal(step.done, true);
});

test("PLAIN reads names and passwords in Bengali, in either normal form", async () => {
  const message = `\0${bengali.user.normalize("NFD")}\0${bengali.password.normalize("NFD")}`;
  const step = await plain.start(context(), utf8(message)).next();
  assert.ok(step.done);
  assert.equal(step.value.address, bengali.user);
});

test("PLAIN tells the port where the attempt comes from", async () => {
  const asked = context();
  await plain.start(asked, utf8("\0rahim@example.org\0s3cret")).next();
  assert.deepEqual(asked.credentials.asked, [
    { ask: "password", user: "rahim@example.org", source: { remoteAddress: "192.0.2.1", protocol: "imap" } },
  ]);
});

for (const [why, message] of [
  ["empty", ""],
  ["no NUL", "rahim@example.org"],
  ["one NUL", "rahim@example.org\0s3cret"],
  ["two NULs and nothing else", "\0\0"],
  ["no password", "\0rahim@example.org\0"],
  ["no user", "\0\0s3cret"],
  ["NUL in the password", "\0rahim@example.org\0s3\0cret"],
  ["only NULs", "\0".repeat(9_000)],
] as const) {
  test(`PLAIN refuses a message that is malformed: ${why}`, async () => {
    const asked = context();
    await assert.rejects(plain.start(asked, utf8(message)).next(), { problem: { kind: "sasl-response-invalid" } });
    assert.deepEqual(asked.credentials.asked, []);
  });
}

for (const [why, message] of [
  ["the password is wrong", "\0rahim@example.org\0secret"],
  ["the user is unknown", "\0nobody@example.org\0s3cret"],
  ["it wants to act for another user", "karim@example.org\0rahim@example.org\0s3cret"],
  ["the password cannot be prepared", "\0rahim@example.org\0s3cret\u0007"],
  ["the user name is longer than any address", `\0${"a".repeat(8_000)}\0s3cret`],
] as const) {
  test(`PLAIN says no more than credentials-wrong when ${why}`, async () => {
    await assert.rejects(plain.start(context(), utf8(message)).next(), { problem: { kind: "credentials-wrong" } });
  });
}

test("a cancelled exchange asks nobody, ten thousand times over", async () => {
  const asked = context();
  for (let round = 0; round < 10_000; round++) {
    const exchange = plain.start(asked, undefined);
    await exchange.next();
  }
  assert.deepEqual(asked.credentials.asked, []);
});
