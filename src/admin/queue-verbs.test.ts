// What the verbs of the queue say and do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { adminFixture } from "../../test/support/admin.ts";
import type { Json } from "./verb.ts";

const hello = "Subject: হ্যালো\r\nX-Evil: \x1b[2J\r\n\r\nHello\r\n";

function field(data: Json | undefined, name: string): Json | undefined {
  assert.ok(typeof data === "object" && data !== null && !Array.isArray(data));
  return Object.entries(data).find(([key]) => key === name)?.[1];
}

test("what waits is listed a page at a time, and the end of a page tells how to go on", async () => {
  await using admin = await adminFixture();
  assert.equal((await admin.say("queue list")).text, "Nothing waits.\n");
  await admin.put("one", hello, ["a@one.example", "b@two.example"]);
  await admin.put("two", hello, ["c@one.example"], "");
  const first = await admin.say("queue list", { limit: "2" });
  assert.match(first.text, /^ID +Queued +Size +Sender +Recipient +Attempts +Next attempt +Last reply\n/);
  assert.match(first.text, /^one +2023-11-14 22:13:20Z .* asha@example\.org +a@one\.example +0 /m);
  const after = /^There is more: go on with --after (\d+)\.$/m.exec(first.text)?.[1];
  const second = await admin.say("queue list", { limit: "2", after: after ?? "" });
  assert.match(second.text, /^two .* <> +c@one\.example /m);
  assert.doesNotMatch(second.text, /^one|more/m);
  const some = await admin.say("queue list", { domain: "ONE.example" });
  assert.equal(some.text.split("\n").length, 4);
  assert.match((await admin.say("queue list", { sender: "<>" })).text, /^two/m);
  assert.equal((await admin.say("queue list", { limit: "0" })).verdict, "usage");
});

test("a message is shown with its header, which cannot steer a terminal, or as it is", async () => {
  await using admin = await adminFixture();
  await admin.put("one", hello, ["a@one.example"]);
  const shown = await admin.say("queue show", { id: "one" });
  assert.match(shown.text, /^ID: +one\nsender: +asha@example\.org\n/);
  assert.match(shown.text, /^a@one\.example +smarthost +0 +- /m);
  assert.match(shown.text, /^ {2}Subject: হ্যালো\n {2}X-Evil: {2}\[2J\n$/m);
  assert.equal((await admin.say("queue show", { id: "one", message: true })).text, hello);
  assert.equal((await admin.say("queue show", { id: "none" })).verdict, "message-missing");
  const raw = Uint8Array.of(0x58, 0x3a, 0xff, 0x0d, 0x0a, 0x0d, 0x0a, 0x00);
  await admin.put("raw", raw, ["a@one.example"]);
  const { data } = await admin.say("queue show", { id: "raw", message: true });
  assert.equal(field(data, "message"), raw.toBase64());
});

test("what is held stays until it is released, and a retry passes over it", async () => {
  await using admin = await adminFixture();
  await admin.put("one", hello, ["a@one.example", "b@two.example"]);
  assert.equal((await admin.say("queue hold", { domain: "one.example" })).text, "Held: one recipient.\n");
  assert.match((await admin.say("queue list")).text, /a@one\.example +0 +held/);
  assert.equal((await admin.say("queue list", { held: true })).text.split("\n").length, 3);
  const retried = await admin.say("queue retry", { id: "one" });
  assert.equal(retried.text, "Due now: one recipient.\nLeft alone, held or scheduled: one recipient.\n");
  assert.equal((await admin.say("queue release", { all: true })).text, "Released: one recipient.\n");
  assert.equal((await admin.say("queue release", { all: true })).text, "Released: no recipients.\n");
});

test("mail is taken out of the queue by ID, sender or domain, and the sender hears of it when asked for", async () => {
  await using admin = await adminFixture();
  await admin.say("domain add", { domain: "example.org" });
  await admin.say("account add", { address: "asha@example.org" });
  await admin.put("one", hello, ["a@one.example", "b@two.example"]);
  await admin.put("two", hello, ["c@one.example"], "");
  assert.equal((await admin.say("queue cancel", { sender: "<>" })).text, "Taken out of the queue: one recipient.\n");
  assert.equal((await admin.say("queue cancel", { domain: "two.example", report: true })).verdict, "good");
  const { text } = await admin.say("queue list");
  assert.match(text, /^one .* a@one\.example/m);
  assert.match(text, /^[0-9a-f]{20} .* <> +asha@example\.org/m);
  assert.equal(text.split("\n").length, 4);
  assert.equal((await admin.say("queue cancel", { id: "two" })).verdict, "message-missing");
});

for (const [what, given] of [
  ["nothing", {}],
  ["two things", { id: "one", all: true }],
  ["a domain and a sender", { domain: "one.example", sender: "a@b.example" }],
] as const) {
  test(`who says ${what} of which mail is meant is asked again`, async () => {
    await using admin = await adminFixture();
    for (const verb of ["hold", "release", "retry", "cancel"]) {
      assert.equal((await admin.say(`queue ${verb}`, given)).verdict, "usage");
    }
  });
}
