// SCRAM verifiers, real and fake.

import assert from "node:assert/strict";
import { test } from "node:test";
import { countingEntropy } from "../../test/support/credentials.ts";
import { utf8 } from "../base/bytes.ts";
import { fakeScramVerifier, makeScramVerifier } from "./scram-verifier.ts";

test("a verifier holds neither the password nor anything that two users of it share", async () => {
  let drawn = 0;
  const entropy = { bytes: (length: number) => new Uint8Array(length).fill(drawn++) };
  const [one, other] = [await makeScramVerifier("pencil", entropy), await makeScramVerifier("pencil", entropy)];
  assert.equal(one.iterations, 10_000);
  assert.equal(one.salt.length, 16);
  assert.notDeepEqual(one.storedKey, other.storedKey);
  assert.notDeepEqual(one.serverKey, other.serverKey);
});

test("a fake verifier has the shape of a real one", async () => {
  const real = await makeScramVerifier("pencil", countingEntropy);
  const fake = fakeScramVerifier(utf8("secret"), "nobody@example.org");
  assert.equal(fake.iterations, real.iterations);
  for (const part of ["salt", "storedKey", "serverKey"] as const) assert.equal(fake[part].length, real[part].length);
});

test("a fake verifier is the same each time, and another for another name or server", () => {
  const fake = fakeScramVerifier(utf8("secret"), "nobody@example.org");
  assert.deepEqual(fakeScramVerifier(utf8("secret"), "nobody@example.org"), fake);
  assert.notDeepEqual(fakeScramVerifier(utf8("secret"), "someone@example.org").salt, fake.salt);
  assert.notDeepEqual(fakeScramVerifier(utf8("another"), "nobody@example.org").salt, fake.salt);
});
