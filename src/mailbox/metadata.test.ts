// Metadata as the mail service keeps it: limits, all or nothing, what deletion leaves, and the change log.

import assert from "node:assert/strict";
import { test } from "node:test";
import { embedded, testAccount } from "../../test/support/embedded.ts";
import { metadataEntriesMax, metadataValueBytesMax } from "../base/limits.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { type EntryName, type MetadataNotice, parseEntryName } from "../model/metadata.ts";
import { ProblemRefusal } from "../model/problem.ts";

function entry(text: string): EntryName {
  const name = parseEntryName(text);
  assert.ok(name !== undefined, text);
  return name;
}

const refused = (kind: string) => (error: unknown) => error instanceof ProblemRefusal && error.problem.kind === kind;
const x = new TextEncoder().encode("x");

test("a mailbox takes so many entries, and one too many leaves it as it was", async () => {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using mail = await world.mail.open(testAccount);
  const { id, modSeq } = await mail.create(mailboxName("Work"));
  const many = Array.from({ length: metadataEntriesMax }, (_, at) => ({ name: entry(`/shared/${at}`), value: x }));
  await mail.changeMetadata(id, many);
  assert.ok((await mail.find(mailboxName("Work"))).modSeq > modSeq);
  const more = [
    { name: entry("/shared/0"), value: null },
    { name: entry("/private/1"), value: x },
    { name: entry("/private/2"), value: x },
  ];
  await assert.rejects(mail.changeMetadata(id, more), refused("metadata-too-many"));
  assert.equal((await mail.metadata(id)).length, metadataEntriesMax);
  assert.ok((await mail.metadata(id)).some(({ name }) => name === "/shared/0"));
  await mail.changeMetadata(id, more.slice(0, 2));
  await mail.changeMetadata(null, [{ name: entry("/shared/0"), value: x }]);
  const large = { name: entry("/shared/0"), value: new Uint8Array(metadataValueBytesMax + 1) };
  await assert.rejects(mail.changeMetadata(id, [large]), refused("metadata-value-too-large"));
  assert.deepEqual(await mail.check(() => undefined), []);
});

test("entries of a deleted mailbox are gone, also where its name stays", async () => {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using mail = await world.mail.open(testAccount);
  const above = await mail.create(mailboxName("Work"));
  const below = await mail.create(mailboxName("Work/Letters"));
  for (const { id } of [above, below]) await mail.changeMetadata(id, [{ name: entry("/shared/a"), value: x }]);
  await mail.remove(mailboxName("Work"));
  assert.deepEqual([...(await mail.metadataOfMailboxes(entry("/shared/a"))).keys()], [below.id]);
  await mail.changeMetadata(above.id, [{ name: entry("/shared/a"), value: x }]);
  await mail.create(mailboxName("Work"));
  await mail.remove(mailboxName("Work/Letters"));
  assert.deepEqual([...(await mail.metadataOfMailboxes(entry("/shared/a"))).keys()], []);
  await assert.rejects(
    mail.changeMetadata(below.id, [{ name: entry("/shared/a"), value: x }]),
    refused("mailbox-missing"),
  );
  assert.deepEqual(await mail.check(() => undefined), []);
});

test("other leases hear which entries changed, and not when none did", async () => {
  await using world = await embedded();
  await world.mail.create(testAccount);
  using mail = await world.mail.open(testAccount);
  using other = await world.mail.open(testAccount);
  const heard: MetadataNotice[] = [];
  const own: MetadataNotice[] = [];
  using _other = other.watchMetadata((notice) => heard.push(notice));
  using _own = mail.watchMetadata((notice) => own.push(notice));
  await mail.changeMetadata(null, [{ name: entry("/shared/a"), value: null }]);
  await mail.changeMetadata(null, [{ name: entry("/SHARED/A"), value: x }]);
  assert.deepEqual(
    heard.map(({ owner, names }) => [owner, names]),
    [[null, ["/shared/a"]]],
  );
  assert.deepEqual(own, []);
});

test("names of entries lie below /private or /shared", () => {
  for (const name of ["/private/a", "/shared/vendor/x y/z", "/private", '/shared/"q"'])
    assert.ok(parseEntryName(name) !== undefined, name);
  for (const name of [
    "",
    "/",
    "/a",
    "private/a",
    "/privates/a",
    "/shared/",
    "/shared//a",
    "/shared/%",
    "/shared/é",
    "/shared/\u0007",
  ])
    assert.equal(parseEntryName(name), undefined, name);
  assert.equal(parseEntryName(`/shared/${"x".repeat(300)}`), undefined);
});
