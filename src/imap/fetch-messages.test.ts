// FETCH of more than one slice holds: each message once, in order, whole, whatever lies in rows and what in files.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { stage } from "../../test/support/embedded.ts";
import { ImapClient } from "../../test/support/imap-client.ts";
import { PostOffice } from "../../test/support/post-office.ts";
import { imapCopiedOctetsMax, imapFetchSliceBytesMax, imapFetchSliceMax, inlineBodyBytesMax } from "../base/limits.ts";
import { noFlags } from "../model/flags.ts";

const message = (number: number, bytes: number): string =>
  `Subject: number ${number}\r\n\r\n${`${number} `.repeat(Math.ceil(bytes / 4)).slice(0, bytes)}\r\n`;

test("FETCH tells each of many messages once and whole, small ones and large ones", async () => {
  const small = Array.from({ length: imapFetchSliceMax + 20 }, (_, at) => message(at, 100));
  const middle = Array.from({ length: 14 }, (_, at) => message(at, imapFetchSliceBytesMax / 6));
  const large = [message(0, inlineBodyBytesMax + 1), message(1, imapFetchSliceBytesMax + 1)];
  const messages = [...small, ...large, ...middle, ...small.slice(0, 5), ...large];
  await using office = await PostOffice.open({});
  using client = await readerOf(office, messages);
  await client.ok("SELECT INBOX");
  const { untagged } = await client.ok("UID FETCH 1:* BODY.PEEK[]");
  assert.deepEqual(
    untagged.map(({ text }) => text.replace(/\d+\}/, "}")),
    messages.map((_, at) => `* ${at + 1} FETCH (UID ${at + 1} BODY[] {})`),
  );
  for (const [at, { literals }] of untagged.entries()) assert.equal(String(literals[0]), messages[at]);
});

test("messages that are told at once are as those read one by one, whatever their size, twice in a mailbox, and for a slow client", async () => {
  const copied = imapCopiedOctetsMax;
  const sizes = [1, 1_000, copied - 40, copied - 1, copied, copied + 1, 2 * copied, inlineBodyBytesMax, 100];
  const octets = (size: number, number: number): string =>
    `Subject: ${number}\r\n\r\n${"0123456789".repeat(size / 10 + 1)}`.slice(-size);
  const messages = Array.from({ length: 4 }, (_, round) =>
    sizes.map((size, at) => octets(size, 100 * round + at)),
  ).flat();
  await using office = await PostOffice.open({});
  using client = await readerOf(office, messages);
  await client.ok("SELECT INBOX");
  // Contents that come twice within one slice.
  await client.ok("COPY 1:* INBOX");
  await client.ok("NOOP");
  const wanted: string[] = [];
  for (let uid = 1; uid <= 2 * messages.length; uid++) {
    const [answer] = (await client.ok(`UID FETCH ${uid} (BODY.PEEK[]<0.1000000> RFC822.SIZE)`)).untagged;
    wanted.push(String(answer?.literals[0]));
  }
  assert.deepEqual(wanted, [...messages, ...messages]);
  // More than the kernel takes for a client that does not read: pieces wait, and are not overwritten.
  const tags = Array.from({ length: 6 }, () =>
    client.send("UID FETCH 1:* (UID FLAGS ENVELOPE BODY.PEEK[] RFC822.SIZE)"),
  );
  client.wire.stopReading();
  await setTimeout(500);
  client.wire.readOn();
  for (const tag of tags) {
    const { untagged } = await client.completion(tag);
    assert.equal(untagged.length, wanted.length);
    for (const [at, { text, literals }] of untagged.entries()) {
      assert.ok(text.startsWith(`* ${at + 1} FETCH (UID ${at + 1} FLAGS (`), text);
      assert.ok(text.endsWith(` RFC822.SIZE ${wanted[at]?.length})`), text);
      assert.equal(String(literals.at(-1)), wanted[at]);
    }
  }
});

/** Somebody who has these messages in INBOX, logged in. */
async function readerOf(office: PostOffice, messages: readonly string[]): Promise<ImapClient> {
  const account = await office.newAccount("alice@example.org");
  using mail = await office.openMail(account);
  const inbox = await mail.byRole("inbox");
  assert.ok(inbox !== undefined);
  for (const text of messages) await mail.append(inbox.id, [{ message: await stage(mail, text), flags: noFlags }]);
  return ImapClient.logIn({ port: await office.portOf("imap") }, "alice@example.org", "secret");
}
