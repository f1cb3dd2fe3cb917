// Mailbox filters: read from the wire and held against a list of mailboxes (RFC 5465 6, RFC 7377 2.2).

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { argumentsOf } from "../../test/support/imap-arguments.ts";
import type { MailboxId } from "../model/ids.ts";
import { mailboxName } from "../model/mailbox-name.ts";
import { filteredMailboxes } from "./filtered-mailboxes.ts";
import { readMailboxFilter } from "./wire/mailbox-filter.ts";
import { SyntaxFault } from "./wire/syntax-fault.ts";

const names = ["INBOX", "INBOX/new", "a", "a/b", "a/b/c", "ab", "কাজ/চিঠি", "Sent"];
const mailboxes = names.map((name, at) => ({
  id: (at + 1) as MailboxId,
  name: mailboxName(name),
  role: name === "INBOX" ? ("inbox" as const) : null,
  subscribed: name === "a/b" || name === "Sent",
  selectable: name !== "ab",
}));

function found(input: string, selected: string | null): string {
  const filter = readMailboxFilter(argumentsOf(input), "SELECTED-DELAYED");
  const id = mailboxes.find(({ name }) => name === selected)?.id ?? null;
  return filteredMailboxes([filter], mailboxes, id)
    .map(({ name }) => name)
    .join(" ");
}

suite("mailbox filters", () => {
  for (const [input, expected] of [
    ["selected", "Sent"],
    ["Inboxes", "INBOX"],
    ["personal", "INBOX INBOX/new a a/b a/b/c কাজ/চিঠি Sent"],
    ["SUBSCRIBED", "a/b Sent"],
    ["subtree a", "a a/b a/b/c"],
    ["subtree-one a", "a a/b"],
    ["subtree-one (a/b inbox)", "INBOX INBOX/new a/b a/b/c"],
    ['subtree ""', "INBOX INBOX/new a a/b a/b/c কাজ/চিঠি Sent"],
    ['subtree-one ""', "INBOX a Sent"],
    ["subtree &CagJvgmH-", ""],
    // A name without a mailbox: what is below it is there.
    ["subtree &CZUJvgmc-", "কাজ/চিঠি"],
    ["mailboxes inbox", "INBOX"],
    ['mailboxes (a "ab" nowhere a/b a)', "a a/b"],
    // RFC 5465 6.6: no wildcards.
    ['mailboxes ("*" "a/%")', ""],
    ['mailboxes ""', ""],
  ] as const)
    test(input, () => assert.equal(found(input, "Sent"), expected));

  test("without a selected mailbox, selected means none", () => {
    assert.equal(found("selected", null), "");
  });

  test("a mailbox that several filters mean comes once", () => {
    const filters = ["subtree a", "mailboxes (a/b INBOX)"].map((input) =>
      readMailboxFilter(argumentsOf(input), "SELECTED-DELAYED"),
    );
    const once = filteredMailboxes(filters, mailboxes, null).map(({ name }) => name);
    assert.deepEqual(once, ["INBOX", "a", "a/b", "a/b/c"]);
  });

  for (const input of ["", "everything", "subtree", "mailboxes ()", "mailboxes", "selected-delayed", "subtree(a)"])
    test(`"${input}" is refused`, () => {
      assert.throws(() => readMailboxFilter(argumentsOf(input), "SELECTED-DELAYED"), SyntaxFault);
    });

  test("each command has its own specifiers", () => {
    assert.throws(() => readMailboxFilter(argumentsOf("subtree-one a"), "SUBTREE-ONE"), SyntaxFault);
    assert.deepEqual(readMailboxFilter(argumentsOf("selected-delayed"), "SUBTREE-ONE"), {
      specifier: "SELECTED-DELAYED",
    });
  });
});
