// Sharing from the command line: accounts that are nobody's own, and rights in plain words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { adminFixture } from "../../test/support/admin.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { changeAcl } from "../store/work/acl.ts";

const [info, asha, bimal] = ["info@example.org", "asha@example.org", "বিমল@example.org"];

async function withPeople(body: (admin: Awaited<ReturnType<typeof adminFixture>>) => Promise<void>): Promise<void> {
  await using admin = await adminFixture();
  await admin.say("domain add", { domain: "example.org" });
  for (const address of [asha, bimal]) await admin.say("account add", { address, password: "secret" });
  assert.equal((await admin.say("account add", { address: info, shared: true })).verdict, "good");
  await body(admin);
  assert.equal((await admin.say("check")).verdict, "good");
}

const rows = async (admin: Awaited<ReturnType<typeof adminFixture>>, address?: string) => {
  const { text } = await admin.say("share list", address === undefined ? {} : { address });
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(/ {2,}/).join(" | "));
};

test("nobody logs in to a shared account", () =>
  withPeople(async (admin) => {
    const source = { remoteAddress: "192.0.2.1", protocol: "imap" } as const;
    for (const password of ["", "secret"])
      await assert.rejects(admin.directory.verifyPassword(info, password, source), /credentials-wrong/);
    assert.equal((await admin.say("account passwd", { address: info, password: "secret" })).verdict, "account-shared");
    const wrong = { address: "x@example.org", shared: true, password: "secret" } as const;
    assert.equal((await admin.say("account add", wrong)).verdict, "usage");
    assert.match((await admin.say("account list")).text, /info@example\.org +shared/);
  }));

test("rights are given in words, listed, and taken away", () =>
  withPeople(async (admin) => {
    await admin.say("share grant", { owner: info, who: asha, may: "write" });
    await admin.say("share grant", { owner: info, who: bimal, mailbox: "INBOX", rights: "lrsa" });
    await admin.say("share grant", { owner: asha, who: "anyone", mailbox: "Archive" });
    assert.deepEqual(await rows(admin, bimal), [`info@example.org | INBOX | ${bimal} | lrsa`]);
    assert.deepEqual(await rows(admin, asha), [
      "asha@example.org | Archive | anyone | read",
      ...["INBOX", "Archive", "Drafts", "Junk", "Notes", "Sent", "Trash"].map(
        (name) => `info@example.org | ${name} | asha@example.org | write`,
      ),
    ]);
    const { id } = await admin.directory.accountAt(asha);
    using mail = await admin.context.sharing.open(id, asha);
    assert.equal(await mail.myRights(mailboxName("Shared/info@example.org/INBOX")), "lrswipte");
    await admin.say("share revoke", { owner: info, who: asha });
    await assert.rejects(mail.myRights(mailboxName("Shared/info@example.org/INBOX")), /mailbox-missing/);
    assert.deepEqual(await rows(admin, asha), ["asha@example.org | Archive | anyone | read"]);
  }));

test("what makes no sense is refused", () =>
  withPeople(async (admin) => {
    const grant = async (given: Record<string, string>) =>
      (await admin.say("share grant", { owner: info, who: asha, ...given })).verdict;
    assert.equal(await grant({ may: "everything" }), "usage");
    assert.equal(await grant({ rights: "q" }), "usage");
    assert.equal(await grant({ rights: "l", may: "read" }), "usage");
    assert.equal(await grant({ mailbox: "a//b" }), "usage");
    assert.equal(await grant({ mailbox: "Nowhere" }), "mailbox-missing");
    assert.equal(await grant({ owner: asha, who: bimal }), "usage");
    assert.equal(await grant({ who: "nobody@example.org" }), "subject-unknown");
    assert.equal(await grant({ who: info }), "owner-has-all-rights");
    assert.deepEqual(await rows(admin), []);
  }));

test("an account that is removed takes along what it shared and what was shared with it", () =>
  withPeople(async (admin) => {
    await admin.say("share grant", { owner: info, who: asha });
    await admin.say("share grant", { owner: asha, who: bimal, mailbox: "INBOX" });
    assert.equal((await admin.say("account remove", { address: asha, yes: true })).verdict, "good");
    assert.deepEqual(await rows(admin), []);
  }));

test("check finds rights of somebody who would not find them", async () => {
  await using admin = await adminFixture();
  await admin.say("domain add", { domain: "example.org" });
  for (const address of [asha, bimal]) await admin.say("account add", { address, password: "secret" });
  const [owner, other] = [await admin.directory.accountAt(asha), await admin.directory.accountAt(bimal)];
  using mail = await admin.context.mail.open(owner.id);
  const { id, rights } = await mail.find(mailboxName("INBOX"));
  const store = await admin.stores.account(owner.id);
  await store.write(() => changeAcl(id, { subject: other.id, sign: "grants", how: "replace", rights }), "flushed");
  const { verdict, text } = await admin.say("check");
  assert.equal(verdict, "problem");
  assert.match(text, /It shares mailboxes with [0-9a-f]{16}, which the directory does not know of/);
});
