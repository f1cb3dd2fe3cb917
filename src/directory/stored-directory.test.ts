// Whose an address is, who may log in, and what the directory refuses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { directoryFixture } from "../../test/support/stored-directory.ts";
import type { ProblemKind } from "../model/problem.ts";
import { ProblemRefusal } from "../model/problem.ts";
import type { AttemptSource } from "../sasl/credential-port.ts";
import { scramVerifierOf } from "../sasl/scram-verifier.ts";

const source: AttemptSource = { remoteAddress: "192.0.2.1", protocol: "imap" };
const refused = (kind: ProblemKind) => (error: unknown) =>
  error instanceof ProblemRefusal && error.problem.kind === kind;

test("mail finds its account by address, alias, tag and catch-all, in this order", async () => {
  await using fixture = await directoryFixture();
  const { directory } = fixture;
  const asha = await fixture.account("asha@example.org");
  const bimal = await fixture.account("bimal@example.org");
  await directory.addAddress("post@example.org", asha);
  await directory.addAddress("asha+shop@example.org", bimal);
  const owner = async (address: string) => {
    const found = await directory.resolveRecipient(address);
    return found.kind === "account" ? [found.accountId, found.tag] : found.kind;
  };
  assert.deepEqual(await owner("Asha@EXAMPLE.org"), [asha, undefined]);
  assert.deepEqual(await owner("POST@example.org"), [asha, undefined]);
  assert.deepEqual(await owner("asha+Bank@example.org"), [asha, "Bank"]);
  assert.deepEqual(await owner("post+x@example.org"), [asha, "x"]);
  assert.deepEqual(await owner("asha+shop@example.org"), [bimal, undefined]);
  assert.equal(await owner("nobody@example.org"), "unknown");
  await directory.addAddress("@example.org", bimal);
  assert.deepEqual(await owner("nobody@example.org"), [bimal, undefined]);
  assert.deepEqual(await owner("asha@example.org"), [asha, undefined]);
  assert.equal(await owner("asha@example.com"), "foreign");
  assert.equal(await owner("asha@[192.0.2.1]"), "invalid");
  assert.equal(await owner("asha"), "invalid");
});

test("mail to a Bengali address finds its account in every spelling", async () => {
  await using fixture = await directoryFixture();
  const id = await fixture.account("ডাক@উদাহরণ.বাংলা");
  for (const address of ["ডাক@উদাহরণ.বাংলা", "ডাক@xn--d5b6ci4b4b3a.xn--54b7fta0cc", "ডাক+কাজ@উদাহরণ.বাংলা"]) {
    const found = await fixture.directory.resolveRecipient(address);
    assert.equal(found.kind === "account" ? found.accountId : found.kind, id);
  }
  assert.equal((await fixture.directory.account(id)).address, "ডাক@উদাহরণ.বাংলা");
});

test("the postmaster is the oldest account of the domain until somebody else has the address", async () => {
  await using fixture = await directoryFixture();
  const { directory, clock } = fixture;
  assert.deepEqual(await directory.resolveRecipient("postmaster@example.org"), { kind: "unknown" });
  const asha = await fixture.account("asha@example.org");
  clock.ms += 1_000;
  const bimal = await fixture.account("bimal@example.org");
  const postmaster = async (address: string) => {
    const found = await directory.resolveRecipient(address);
    return found.kind === "account" ? found.accountId : found.kind;
  };
  assert.equal(await postmaster("postmaster@example.org"), asha);
  assert.equal(await postmaster("PostMaster"), asha);
  assert.equal(await postmaster("postmaster@উদাহরণ.বাংলা"), "unknown");
  await directory.addAddress("postmaster@example.org", bimal);
  assert.equal(await postmaster("Postmaster@example.org"), bimal);
});

test("an account owns what is delivered to it, and nothing else", async () => {
  await using fixture = await directoryFixture();
  const { directory } = fixture;
  const asha = await fixture.account("asha@example.org");
  const bimal = await fixture.account("bimal@example.org");
  await directory.addAddress("post@example.org", asha);
  for (const own of ["asha@example.org", "ASHA@example.org", "post@example.org", "asha+shop@example.org"])
    assert.ok(await directory.ownsAddress(asha, own), own);
  for (const foreign of ["bimal@example.org", "nobody@example.org", "asha@example.com", "asha", ""])
    assert.ok(!(await directory.ownsAddress(asha, foreign)), foreign);
  assert.ok(!(await directory.ownsAddress(bimal, "post@example.org")));
});

test("log-in takes the primary address and aliases in every spelling, but no tag and no catch-all", async () => {
  await using fixture = await directoryFixture();
  const { directory } = fixture;
  const id = await fixture.account("Asha@example.org");
  await directory.addAddress("post@example.org", id);
  await directory.addAddress("@example.org", id);
  for (const user of ["asha@example.org", "ASHA@Example.Org", "post@example.org"])
    assert.deepEqual(await directory.verifyPassword(user, "secret", source), {
      accountId: id,
      address: "Asha@example.org",
    });
  for (const user of ["nobody@example.org", "asha+x@example.org", "@example.org", "asha", ""])
    await assert.rejects(directory.verifyPassword(user, "secret", source), refused("credentials-wrong"));
});

test("a wrong password and an unknown user are refused alike, and slower each time", async () => {
  await using fixture = await directoryFixture();
  await fixture.account("asha@example.org");
  for (const user of ["asha@example.org", "nobody@example.org"]) {
    fixture.clock.slept.length = 0;
    const from = { ...source, remoteAddress: user === "asha@example.org" ? "192.0.2.1" : "192.0.2.2" };
    for (let at = 0; at < 6; at++)
      await assert.rejects(fixture.directory.verifyPassword(user, "wrong", from), refused("credentials-wrong"));
    assert.deepEqual(fixture.clock.slept, [2_000, 4_000, 8_000]);
  }
});

test("guessing at an account under its aliases is guessing at one account", async () => {
  await using fixture = await directoryFixture();
  const id = await fixture.account("asha@example.org");
  await fixture.directory.addAddress("post@example.org", id);
  for (let at = 0; at < 4; at++) {
    const user = at % 2 === 0 ? "asha@example.org" : "post@example.org";
    const from = { ...source, remoteAddress: `192.0.2.${at}` };
    await assert.rejects(fixture.directory.verifyPassword(user, "wrong", from), refused("credentials-wrong"));
  }
  assert.deepEqual(fixture.clock.slept, [2_000]);
});

test("a new password counts at once, and the old one no more, however lately it was right", async () => {
  await using fixture = await directoryFixture();
  const { directory } = fixture;
  const id = await fixture.account("asha@example.org");
  await directory.verifyPassword("asha@example.org", "secret", source);
  await directory.setPassword(id, "new secret");
  await assert.rejects(directory.verifyPassword("asha@example.org", "secret", source), refused("credentials-wrong"));
  await directory.verifyPassword("asha@example.org", "new secret", source);
});

test("a repeated log-in costs no hash", async () => {
  await using fixture = await directoryFixture();
  await fixture.account("asha@example.org");
  const login = () => fixture.directory.verifyPassword("asha@example.org", "secret", source);
  await login();
  const from = performance.now();
  for (let at = 0; at < 100; at++) await login();
  const perLogin = (performance.now() - from) / 100;
  assert.ok(perLogin < 2, `${perLogin} ms`);
});

test("the same log-in many times at once is one hash and no guess", async () => {
  await using fixture = await directoryFixture();
  await fixture.account("asha@example.org");
  const logins = Array.from({ length: 300 }, () =>
    fixture.directory.verifyPassword("asha@example.org", "secret", source),
  );
  assert.equal(new Set((await Promise.all(logins)).map(({ address }) => address)).size, 1);
  assert.deepEqual(fixture.clock.slept, []);
});

test("a disabled account is told only to who has its password, and takes mail", async () => {
  await using fixture = await directoryFixture();
  const { directory } = fixture;
  const id = await fixture.account("asha@example.org");
  await directory.changeAccount(id, { disabled: true });
  await assert.rejects(directory.verifyPassword("asha@example.org", "secret", source), refused("account-disabled"));
  await assert.rejects(directory.verifyPassword("asha@example.org", "wrong", source), refused("credentials-wrong"));
  await assert.rejects(directory.settleScram("asha@example.org", "right", source), refused("account-disabled"));
  assert.equal((await directory.resolveRecipient("asha@example.org")).kind, "account");
  await directory.changeAccount(id, { disabled: false });
  await directory.verifyPassword("asha@example.org", "secret", source);
});

test("SCRAM checks against the same password, and an unknown user gets a verifier that stays the same", async () => {
  await using fixture = await directoryFixture();
  const { directory } = fixture;
  await fixture.account("asha@example.org");
  const verifier = await directory.scramVerifier("ASHA@example.org", source);
  const made = await scramVerifierOf("secret", verifier.salt, verifier.iterations);
  assert.deepEqual(made.storedKey, verifier.storedKey);
  const nobody = await directory.scramVerifier("nobody@example.org", source);
  assert.deepEqual(await directory.scramVerifier("NOBODY@example.org", source), nobody);
  assert.deepEqual(await (await fixture.reopened()).scramVerifier("nobody@example.org", source), nobody);
  assert.equal(nobody.iterations, verifier.iterations);
  assert.equal(nobody.salt.length, verifier.salt.length);
});

test("wrong SCRAM proofs are slowed down like wrong passwords", async () => {
  await using fixture = await directoryFixture();
  await fixture.account("asha@example.org");
  const proofs = Array.from({ length: 50 }, () => fixture.directory.settleScram("asha@example.org", "wrong", source));
  const settled = await Promise.allSettled(proofs);
  assert.ok(settled.every(({ status }) => status === "rejected"));
  // Each waited its turn, or was told to come back.
  const waitedMs = fixture.clock.slept.reduce((sum, ms) => sum + ms, 0);
  const toldToComeBack = fixture.outcomes.filter((outcome) => outcome === "throttled").length;
  assert.ok(waitedMs / 15_000 + toldToComeBack > 40, `${waitedMs} ms, ${toldToComeBack}`);
});

test("what is there twice, missing or no address is refused by name", async () => {
  await using fixture = await directoryFixture();
  const { directory } = fixture;
  const id = await fixture.account("asha@example.org");
  const add = (address: string) =>
    directory.addAccount({ id: directory.newAccountId(), address, displayName: "", password: "secret" });
  await assert.rejects(add("ASHA@example.org"), refused("address-exists"));
  await assert.rejects(add("asha@example.com"), refused("domain-missing"));
  await assert.rejects(add("asha"), refused("address-invalid"));
  assert.equal((await directory.accounts()).length, 1);
  await assert.rejects(directory.addDomain("EXAMPLE.org"), refused("domain-exists"));
  await assert.rejects(directory.addDomain("xn--d5b6ci4b4b3a.xn--54b7fta0cc"), refused("domain-exists"));
  await assert.rejects(directory.addDomain("exa mple"), refused("address-invalid"));
  await assert.rejects(directory.removeDomain("example.org"), refused("domain-in-use"));
  await assert.rejects(directory.removeDomain("example.com"), refused("domain-missing"));
  await assert.rejects(directory.addAddress("asha@example.org", id), refused("address-exists"));
  await assert.rejects(directory.addAddress("post@example.com", id), refused("domain-missing"));
  await assert.rejects(directory.addAddress("post@example.org", directory.newAccountId()), refused("account-missing"));
  await assert.rejects(directory.removeAddress("asha@example.org"), refused("address-primary"));
  await assert.rejects(directory.removeAddress("post@example.org"), refused("address-missing"));
  await assert.rejects(directory.accountAt("nobody@example.org"), refused("account-missing"));
});

test("an account goes with its addresses, and then its domain may go", async () => {
  await using fixture = await directoryFixture();
  const { directory } = fixture;
  const id = await fixture.account("asha@example.org");
  await directory.addAddress("post@example.org", id);
  await directory.addAddress("@example.org", id);
  assert.deepEqual(
    (await directory.addresses(id)).map(({ address, kind }) => [address, kind]),
    [
      ["@example.org", "catch-all"],
      ["asha@example.org", "primary"],
      ["post@example.org", "alias"],
    ],
  );
  await directory.removeAccount(id);
  assert.deepEqual(await directory.addresses(), []);
  assert.equal((await directory.resolveRecipient("post@example.org")).kind, "unknown");
  await assert.rejects(directory.verifyPassword("asha@example.org", "secret", source), refused("credentials-wrong"));
  await directory.removeDomain("example.org");
  assert.deepEqual(
    (await directory.domains()).map(({ domain }) => domain),
    ["উদাহরণ.বাংলা"],
  );
});

test("settings are kept one by one", async () => {
  await using fixture = await directoryFixture();
  const { directory } = fixture;
  const id = await fixture.account("asha@example.org");
  assert.deepEqual((await directory.account(id)).settings, {
    pop3Deletion: "expunge",
    copySent: false,
    withoutCapabilities: [],
    administrator: false,
  });
  await directory.changeAccount(id, { settings: { pop3Deletion: "trash" } });
  await directory.changeAccount(id, { settings: { copySent: true }, displayName: "আশা" });
  await directory.changeAccount(id, { settings: { withoutCapabilities: ["MOVE", "SORT"] } });
  await directory.changeAccount(id, { settings: { administrator: true } });
  const { settings, displayName } = await directory.account(id);
  assert.deepEqual(
    { settings, displayName },
    {
      settings: { pop3Deletion: "trash", copySent: true, withoutCapabilities: ["MOVE", "SORT"], administrator: true },
      displayName: "আশা",
    },
  );
});
