// What the verbs do, and what they say when they are refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { adminFixture } from "../../test/support/admin.ts";
import { stage } from "../../test/support/embedded.ts";
import { noFlags } from "../model/flags.ts";
import { inboxName } from "../model/mailbox-name.ts";
import { uidSet } from "../model/uid-set.ts";
import { sinceMsOf } from "./verbs/account-recover.ts";
import { verbs } from "./verbs.ts";

const asha = { address: "asha@example.org" };

test("a domain, an account and an alias are made, listed and removed", async () => {
  await using admin = await adminFixture();
  assert.equal((await admin.say("domain add", { domain: "example.org" })).verdict, "good");
  assert.equal((await admin.say("account add", { ...asha, name: "Asha Roy", password: "secret" })).verdict, "good");
  await admin.say("address add", { address: "post@example.org", account: asha.address });
  await admin.say("address add", { address: "@example.org", account: "post@example.org" });
  assert.deepEqual((await admin.say("domain list")).data, [
    { domain: "example.org", asciiDomain: "example.org", addresses: 3 },
  ]);
  assert.deepEqual((await admin.say("address list", { account: asha.address })).data, [
    { address: "@example.org", kind: "catch-all", account: "asha@example.org" },
    { address: "asha@example.org", kind: "primary", account: "asha@example.org" },
    { address: "post@example.org", kind: "alias", account: "asha@example.org" },
  ]);
  const { data } = await admin.say("account list");
  assert.ok(Array.isArray(data) && data.length === 1);
  assert.equal((await admin.say("domain remove", { domain: "example.org" })).verdict, "domain-in-use");
  assert.equal((await admin.say("address remove", { address: "@example.org" })).verdict, "good");
  assert.equal((await admin.say("account remove", asha)).verdict, "good");
  assert.equal((await admin.say("domain remove", { domain: "example.org" })).verdict, "good");
  assert.deepEqual((await admin.say("domain list")).data, []);
  assert.deepEqual(await admin.stores.accountIds(), []);
});

test("an account that is refused leaves no mail behind", async () => {
  await using admin = await adminFixture();
  assert.equal((await admin.say("account add", { ...asha, password: "secret" })).verdict, "domain-missing");
  await admin.say("domain add", { domain: "example.org" });
  await admin.say("account add", { ...asha, password: "secret" });
  assert.equal((await admin.say("account add", { ...asha, password: "secret" })).verdict, "address-exists");
  assert.equal((await admin.say("account add", { address: "asha", password: "secret" })).verdict, "address-invalid");
  assert.equal((await admin.say("account add", { address: "x@example.org", password: "\u0007" })).verdict, "usage");
  assert.equal((await admin.stores.accountIds()).length, 1);
});

test("a password that was made is told once, and logs in", async () => {
  await using admin = await adminFixture();
  await admin.say("domain add", { domain: "example.org" });
  const { data, text } = await admin.say("account add", asha);
  assert.ok(typeof data === "object" && data !== null && "password" in data);
  const { password } = data;
  assert.ok(typeof password === "string");
  assert.match(password, /^(?:[2-9a-hj-km-np-z]{4}-){3}[2-9a-hj-km-np-z]{4}$/);
  assert.ok(text.includes(password));
  const source = { remoteAddress: "192.0.2.1", protocol: "imap" } as const;
  await admin.directory.verifyPassword(asha.address, password, source);
  assert.ok(!JSON.stringify(await admin.say("account show", asha)).includes(password));
});

test("whoever loses the right to be logged in is logged out", async () => {
  await using admin = await adminFixture();
  await admin.say("domain add", { domain: "example.org" });
  await admin.say("account add", asha);
  await admin.say("account disable", asha);
  await admin.say("account enable", asha);
  await admin.say("account passwd", { ...asha, password: "another" });
  await admin.say("account remove", asha);
  assert.deepEqual(
    admin.ended.map(([, text]) => text),
    ["the account has been disabled", "the password has been changed", "the account has been removed"],
  );
});

test("settings of an account change one by one, and nonsense is a fault of usage", async () => {
  await using admin = await adminFixture();
  await admin.say("domain add", { domain: "example.org" });
  await admin.say("account add", asha);
  await admin.say("account set", { ...asha, "pop3-deletion": "trash" });
  const { data } = await admin.say("account set", { ...asha, "copy-sent": "yes", name: "আশা" });
  assert.ok(typeof data === "object" && data !== null && "name" in data);
  assert.deepEqual([data["pop3Deletion"], data["copySent"], data["name"]], ["trash", true, "আশা"]);
  const limited = await admin.say("account set", { ...asha, quota: "5GiB", "quota-messages": "100" });
  assert.ok(typeof limited.data === "object" && limited.data !== null && "quota" in limited.data);
  assert.deepEqual(limited.data["quota"], { bytes: 5 * 1_024 ** 3, messages: 100, mailboxes: null });
  const shown = await admin.say("account show", asha);
  assert.match(shown.text, /^mail: +0 messages \(of 100\), 0\.0 MB \(of 5 GiB\), in 7 mailboxes$/m);
  const freed = await admin.say("account set", { ...asha, quota: "default", "quota-messages": "none" });
  assert.match(freed.text, /^mail: +0 messages, 0\.0 MB, in 7 mailboxes$/m);
  for (const given of [{ quota: "much" }, { "quota-messages": "-1" }, { "quota-mailboxes": "5GiB" }])
    assert.equal((await admin.say("account set", { ...asha, ...given })).verdict, "usage");
  for (const given of [asha, { ...asha, "copy-sent": "maybe" }, { ...asha, "pop3-deletion": "" }, { ...asha, x: "y" }])
    assert.equal((await admin.say("account set", given)).verdict, "usage");
});

test("an account is made an administrator's, and an ordinary one again", async () => {
  await using admin = await adminFixture();
  await admin.say("domain add", { domain: "example.org" });
  await admin.say("account add", asha);
  const isAdministrator = async () => (await admin.directory.accountAt(asha.address)).settings.administrator;
  assert.equal(await isAdministrator(), false);
  const said = await admin.say("account set", { ...asha, administrator: "yes" });
  assert.match(said.text, /^administrator: +yes$/m);
  await admin.say("account set", { ...asha, "copy-sent": "yes" });
  assert.equal(await isAdministrator(), true);
  await admin.say("account set", { ...asha, administrator: "no" });
  assert.equal(await isAdministrator(), false);
  assert.equal((await admin.say("account set", { ...asha, administrator: "true" })).verdict, "usage");
});

test("capabilities are switched off and on again, and only those that can be", async () => {
  await using admin = await adminFixture();
  await admin.say("domain add", { domain: "example.org" });
  await admin.say("account add", asha);
  const said = await admin.say("account set", { ...asha, "without-capability": "sort, IMAP4rev2 QRESYNC" });
  assert.match(said.text, /^switched off: +SORT IMAP4rev2 QRESYNC$/m);
  await admin.say("account set", { ...asha, "copy-sent": "yes" });
  await admin.say("account set", { ...asha, "with-capability": "IMAP4rev2", "without-capability": "SORT" });
  const { settings } = await admin.directory.accountAt(asha.address);
  assert.deepEqual(settings.withoutCapabilities, ["SORT", "QRESYNC"]);
  for (const name of ["IMAP4rev1", "ENABLE", "X-NONE"])
    assert.equal((await admin.say("account set", { ...asha, "without-capability": name })).verdict, "usage");
});

test("deleted mail comes back to where it was, and only what was asked for", async () => {
  await using admin = await adminFixture();
  await admin.say("domain add", { domain: "example.org" });
  await admin.say("account add", asha);
  const { id } = await admin.directory.accountAt(asha.address);
  {
    using mail = await admin.mail.open(id);
    const inbox = await mail.find(inboxName);
    for (const text of ["Subject: one\r\n\r\n", "Subject: two\r\n\r\n"])
      await mail.append(inbox.id, [{ message: await stage(mail, text), flags: noFlags }]);
    using opened = await mail.open(inbox.id, "read-write");
    await opened.remove(opened.uidsWithin(uidSet([[1, 100]])));
  }
  const text = "Would come back:\n      2  INBOX\n";
  assert.equal((await admin.say("account recover", { ...asha, "dry-run": true })).text, text);
  assert.deepEqual((await admin.say("account recover", { ...asha, mailbox: "Sent" })).data, { recovered: 0 });
  assert.deepEqual((await admin.say("account recover", { ...asha, mailbox: "INBOX", since: "2h" })).data, {
    recovered: 2,
  });
  const shown = (await admin.say("account show", asha)).text;
  assert.match(shown, /2 messages/);
  assert.equal((await admin.say("account recover", { ...asha, since: "yesterday" })).verdict, "usage");
});

for (const [text, ms] of [
  ["90m", -5_400_000],
  ["2h", -7_200_000],
  ["3d", -259_200_000],
  ["1w", -604_800_000],
] as const)
  test(`--since ${text} is a span before now`, () => assert.equal(sinceMsOf(text, 0), ms));

for (const [text, iso] of [
  ["2026-11-24", "2026-11-24T00:00:00.000Z"],
  ["2026-11-24T08:30", "2026-11-24T08:30:00.000Z"],
  ["2026-11-24 08:30:10Z", "2026-11-24T08:30:10.000Z"],
  ["2026-11-24T08:30+06:00", "2026-11-24T02:30:00.000Z"],
] as const)
  test(`--since ${text} is a moment`, () => assert.equal(new Date(sinceMsOf(text, 0)).toISOString(), iso));

test("check finds all well, an account whose mail is gone, and mail that is nobody's", async () => {
  await using admin = await adminFixture();
  await admin.say("domain add", { domain: "example.org" });
  await admin.say("account add", asha);
  assert.deepEqual((await admin.say("check")).data, { accounts: 1, problems: [] });
  const stray = admin.directory.newAccountId();
  await admin.mail.create(stray);
  const found = await admin.say("check");
  assert.equal(found.verdict, "problem");
  assert.match(found.text, new RegExp(`accounts/${stray} .*no account`));
  await admin.mail.remove(stray);
  const { id } = await admin.directory.accountAt(asha.address);
  await admin.mail.remove(id);
  assert.match((await admin.say("check", asha)).text, /Its mail is missing/);
});

test("settings are a table for people, safest first, and facts for scripts", async () => {
  await using admin = await adminFixture();
  await admin.say("domain add", { domain: "example.org" });
  await admin.say("account add", asha);
  const { text, data } = await admin.say("settings", asha);
  assert.deepEqual(
    text.split("\n").map((line) => line.trimEnd().split(/ {2,}/)),
    [
      ["", "Server", "Port", "Encryption", "User name", "Password"],
      ["Incoming mail (IMAP)", "mail.example.org", "993", "SSL/TLS", "asha@example.org", "your password"],
      ["Incoming mail (IMAP)", "mail.example.org", "143", "STARTTLS", "asha@example.org", "your password"],
      ["Outgoing mail (SMTP)", "mail.example.org", "465", "SSL/TLS", "asha@example.org", "your password"],
      [""],
    ],
  );
  assert.ok(typeof data === "object" && data !== null && "user" in data);
  assert.equal(data["user"], "asha@example.org");
});

test("a bug is told by its id alone", async () => {
  await using admin = await adminFixture();
  const broken = () => Promise.reject(new Error("/secret/path"));
  Object.defineProperty(admin.context.directory, "domains", { value: broken });
  const said = await admin.say("domain list");
  assert.equal(said.verdict, "broken");
  assert.equal(said.text, "Something is broken; the log has it under b1.");
  assert.equal(admin.bugs.length, 1);
});

test("every verb has a summary, an example that names it, and arguments that are explained", () => {
  for (const verb of verbs) {
    assert.ok(verb.summary !== "" && verb.examples.length > 0, verb.name);
    for (const example of verb.examples) assert.ok(example.startsWith(verb.name), example);
    for (const parameter of verb.parameters) assert.ok(parameter.help !== "", `${verb.name}: ${parameter.name}`);
  }
});
