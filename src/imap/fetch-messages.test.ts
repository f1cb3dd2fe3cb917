// FETCH of more than one slice holds: each message once, in order, whole, whatever lies in rows and what in files.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stage } from "../../test/support/embedded.ts";
import { ImapClient } from "../../test/support/imap-client.ts";
import { PostOffice } from "../../test/support/post-office.ts";
import { imapFetchSliceBytesMax, imapFetchSliceMax, inlineBodyBytesMax } from "../base/limits.ts";
import { noFlags } from "../model/flags.ts";

const message = (number: number, bytes: number): string =>
  `Subject: number ${number}\r\n\r\n${`${number} `.repeat(Math.ceil(bytes / 4)).slice(0, bytes)}\r\n`;

test("FETCH tells each of many messages once and whole, small ones and large ones", async () => {
  const small = Array.from({ length: imapFetchSliceMax + 20 }, (_, at) => message(at, 100));
  const middle = Array.from({ length: 14 }, (_, at) => message(at, imapFetchSliceBytesMax / 6));
  const large = [message(0, inlineBodyBytesMax + 1), message(1, imapFetchSliceBytesMax + 1)];
  const messages = [...small, ...large, ...middle, ...small.slice(0, 5), ...large];
  await using office = await PostOffice.open({});
  const account = await office.newAccount("alice@example.org");
  {
    using mail = await office.openMail(account);
    const inbox = await mail.byRole("inbox");
    assert.ok(inbox !== undefined);
    for (const text of messages) await mail.append(inbox.id, [{ message: await stage(mail, text), flags: noFlags }]);
  }
  using client = await ImapClient.logIn({ port: await office.portOf("imap") }, "alice@example.org", "secret");
  await client.ok("SELECT INBOX");
  const { untagged } = await client.ok("UID FETCH 1:* BODY.PEEK[]");
  assert.deepEqual(
    untagged.map(({ text }) => text.replace(/\d+\}/, "}")),
    messages.map((_, at) => `* ${at + 1} FETCH (UID ${at + 1} BODY[] {})`),
  );
  for (const [at, { literals }] of untagged.entries()) assert.equal(String(literals[0]), messages[at]);
});
