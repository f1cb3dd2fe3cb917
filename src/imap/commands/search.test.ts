// What a transcript of SEARCH and ESEARCH cannot say: that a long one holds up nobody, and that its client may leave.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stage } from "../../../test/support/embedded.ts";
import { ImapClient } from "../../../test/support/imap-client.ts";
import { memoryPassword } from "../../../test/support/memory-directory.ts";
import { PostOffice } from "../../../test/support/post-office.ts";
import { noFlags } from "../../model/flags.ts";
import { mailboxName } from "../../model/mailbox-name.ts";

const user = "alice@example.org";
const messagesCount = 100;

/** An INBOX whose text takes a second to search, and two clients that have selected it. */
async function withTwo(run: (one: ImapClient, other: ImapClient) => Promise<void>): Promise<void> {
  await using office = await PostOffice.open();
  const id = await office.newAccount(user);
  {
    using account = await office.openMail(id);
    const inbox = await account.find(mailboxName("INBOX"));
    const text = "আমার সোনার বাংলা, আমি তোমায় ভালোবাসি।\r\n".repeat(1_000);
    const items = [];
    for (let at = 0; at < messagesCount; at++)
      items.push({
        message: await stage(account, `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}`),
        flags: noFlags,
      });
    await account.append(inbox.id, items);
  }
  const port = await office.portOf("imap");
  const one = await ImapClient.logIn({ port }, user, memoryPassword);
  const other = await ImapClient.logIn({ port }, user, memoryPassword);
  await one.ok("SELECT INBOX");
  await other.ok("SELECT INBOX");
  await run(one, other);
  one[Symbol.dispose]();
  other[Symbol.dispose]();
  // Resolves when no connection stands any more, and so nobody searches.
  await office.quiet();
  assert.deepEqual(office.faults, []);
}

for (const [what, command, answer] of [
  ["a search", "SEARCH BODY nowhere", ["* SEARCH"]],
  ["a search of several mailboxes", "ESEARCH IN (personal) BODY nowhere", []],
] as const) {
  test(`others are answered while ${what} goes on`, () =>
    withTwo(async (one, other) => {
      let answered = 0;
      let searching = true;
      const search = one.ok(command).finally(() => {
        searching = false;
      });
      while (searching) {
        await other.ok("NOOP");
        answered++;
      }
      const { untagged } = await search;
      assert.deepEqual(
        untagged.map(({ text }) => text),
        answer,
      );
      // 4 million characters: forty turns at the least, of which each NOOP may take some.
      assert.ok(answered >= 10, `${answered} commands were answered meanwhile`);
    }));

  test(`a client that leaves while ${what} goes on leaves no trouble behind`, () =>
    withTwo(async (one, other) => {
      one.send(command);
      await other.ok("NOOP");
      one[Symbol.dispose]();
      await other.ok("NOOP");
    }));
}

test("a mailbox that is deleted while it is searched among others has no matches", () =>
  withTwo(async (one, other) => {
    await other.ok("CREATE elsewhere");
    await other.ok("COPY 1:* elsewhere");
    const search = one.ok("ESEARCH IN (mailboxes elsewhere) NOT BODY nowhere");
    await other.ok("DELETE elsewhere");
    assert.deepEqual((await search).untagged, []);
  }));
