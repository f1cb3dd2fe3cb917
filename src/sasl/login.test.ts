// LOGIN: its prompts, its initial response, its refusals.

import assert from "node:assert/strict";
import { test } from "node:test";
import { countingEntropy, MemoryCredentials } from "../../test/support/credentials.ts";
import { utf8 } from "../base/bytes.ts";
import { login } from "./login.ts";
import type { SaslContext } from "./mechanism.ts";

function context(): SaslContext {
  return {
    credentials: new MemoryCredentials({ "rahim@example.org": "s3cret", "করিম@example.org": "পাসওয়ার্ড" }),
    source: { remoteAddress: "192.0.2.1", protocol: "submission" },
    entropy: countingEntropy,
    channelBindings: undefined,
  };
}

test("LOGIN prompts Username: and then Password:, letter by letter as Outlook wants it", async () => {
  const exchange = login.start(context(), undefined);
  assert.deepEqual(await exchange.next(), { done: false, value: utf8("Username:") });
  assert.deepEqual(await exchange.next(utf8("rahim@example.org")), { done: false, value: utf8("Password:") });
  const step = await exchange.next(utf8("s3cret"));
  assert.ok(step.done);
  assert.equal(step.value.address, "rahim@example.org");
});

test("LOGIN takes the user name as an initial response", async () => {
  const exchange = login.start(context(), utf8("করিম@example.org"));
  assert.deepEqual(await exchange.next(), { done: false, value: utf8("Password:") });
  assert.equal((await exchange.next(utf8("পাসওয়ার্ড"))).done, true);
});

test("LOGIN refuses an empty name and an empty password as malformed", async () => {
  await assert.rejects(login.start(context(), new Uint8Array()).next(), { problem: { kind: "sasl-response-invalid" } });
  const exchange = login.start(context(), utf8("rahim@example.org"));
  await exchange.next();
  await assert.rejects(exchange.next(new Uint8Array()), { problem: { kind: "sasl-response-invalid" } });
});

test("LOGIN asks for the password of an unknown user too, and refuses both alike", async () => {
  for (const user of ["rahim@example.org", "nobody@example.org", "rahim\0@example.org"]) {
    const exchange = login.start(context(), utf8(user));
    assert.deepEqual(await exchange.next(), { done: false, value: utf8("Password:") });
    await assert.rejects(exchange.next(utf8("wrong")), { problem: { kind: "credentials-wrong" } });
  }
});
