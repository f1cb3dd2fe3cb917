// How passwords are kept and checked.

import assert from "node:assert/strict";
import { test } from "node:test";
import { realEntropy } from "../../test/support/stored-directory.ts";
import { ProblemRefusal } from "../model/problem.ts";
import { PasswordHasher } from "./password-hash.ts";

test("a password is told from others, in every script, and its hash tells its parameters", async () => {
  const hasher = new PasswordHasher(realEntropy);
  const kept = await hasher.hash("ডাকঘর ৭");
  assert.match(kept, /^\$argon2id\$v=19\$m=47104,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.ok(await hasher.verify("ডাকঘর ৭", kept));
  assert.ok(!(await hasher.verify("ডাকঘর ৮", kept)));
  assert.notEqual(await hasher.hash("ডাকঘর ৭"), kept);
});

test("a hash that another program made is checked with its own parameters", async () => {
  // From the test vectors of the reference implementation.
  const kept = "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";
  assert.ok(await new PasswordHasher(realEntropy).verify("password", kept));
});

test("nobody's password is never right", async () => {
  assert.ok(!(await new PasswordHasher(realEntropy).verify("", undefined)));
});

test("a hash that cannot be read is damage, not a wrong password", async () => {
  await assert.rejects(
    new PasswordHasher(realEntropy).verify("secret", "$argon2i$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA"),
    (error: unknown) => error instanceof ProblemRefusal && error.problem.kind === "data-damaged",
  );
});

test("more passwords than can wait are told to come back, and the line goes on", async () => {
  const hasher = new PasswordHasher(realEntropy, 3);
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => hasher.verify("secret", undefined)));
  const kinds = results.map((result) =>
    result.status === "rejected" && result.reason instanceof ProblemRefusal ? result.reason.problem.kind : "checked",
  );
  assert.deepEqual(kinds, [...Array(5).fill("checked"), ...Array(3).fill("credentials-throttled")]);
  assert.equal(await hasher.verify("secret", undefined), false);
});
