// NOTIFY's arguments (RFC 5465 8), with the examples of the RFC as errata 1804 and 2318 have them.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { argumentsOf } from "../../../test/support/imap-arguments.ts";
import { notifyGroupsMax, notifyNamesMax } from "../../base/limits.ts";
import { type EventGroup, type NotifyArgs, readNotify } from "./notify-args.ts";
import { SyntaxFault } from "./syntax-fault.ts";

function groupsOf(text: string): readonly EventGroup[] {
  const args = readNotify(argumentsOf(text));
  assert.equal(args.kind, "set");
  return args.kind === "set" ? args.groups : [];
}

/** `selected MessageNew[UID BODY[]] MessageExpunge`, for comparing. */
function written({ filter, events, fetch, hasUnknownEvents }: EventGroup): string {
  const names = "names" in filter ? ` ${filter.names.join(",")}` : "";
  const items = fetch === null ? "" : ` [${fetch.map(({ label }) => label).join(" ")}]`;
  return `${filter.specifier}${names}: ${[...events].join(" ")}${items}${hasUnknownEvents ? " ?" : ""}`;
}

suite("NOTIFY", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [
      "set status (selected (MessageNew (uid body.peek[header.fields (from to subject)]) MessageExpunge)) (subtree Lists (MessageNew MessageExpunge))",
      [
        "SELECTED: MessageNew MessageExpunge [UID BODY[HEADER.FIELDS (from to subject)]]",
        "SUBTREE Lists: MessageNew MessageExpunge",
      ],
    ],
    [
      "SET (mailboxes INBOX (Messagenew messageExpunge)) (personal (SubscriptionChange))",
      ["MAILBOXES INBOX: MessageNew MessageExpunge", "PERSONAL: SubscriptionChange"],
    ],
    [
      'SET (subtree (a "b c" INBOX/x) (MailboxName)) (subscribed NONE) (selected-delayed NONE)',
      ["SUBTREE a,b c,INBOX/x: MailboxName", "SUBSCRIBED: ", "SELECTED-DELAYED: "],
    ],
    ["SET (inboxes (MessageExpunge FlagChange MessageNew)) ", ["INBOXES: MessageExpunge FlagChange MessageNew"]],
    ["SET (mailboxes {5+}\r\nINBOX (MailboxName Invented))", ["MAILBOXES INBOX: MailboxName ?"]],
    ["SET (selected (MessageNew (UID UID FLAGS) MessageExpunge))", ["SELECTED: MessageNew MessageExpunge [UID FLAGS]"]],
  ];
  for (const [text, groups] of cases)
    test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(groupsOf(text).map(written), groups));

  test("reads NONE, and whether STATUS is asked for", () => {
    assert.deepEqual(readNotify(argumentsOf("none")), { kind: "none" } satisfies NotifyArgs);
    const statusOf = (text: string): unknown => {
      const args = readNotify(argumentsOf(text));
      return args.kind === "set" && args.status;
    };
    assert.equal(statusOf("SET (personal NONE)"), "not-asked");
    assert.equal(statusOf("SET STATUS (personal NONE)"), "told");
  });

  const faults = [
    "",
    "NONE x",
    "SET",
    "SET STATUS",
    "SET ()",
    "SET (personal)",
    "SET (personal ())",
    "SET (personal (MailboxName",
    "SET (personal (MailboxName)",
    "SET (personal (MailboxName))(personal NONE)",
    "SET (mailboxes () (MailboxName))",
    "SET (selected (MessageNew () MessageExpunge))",
    "SET (selected (MessageNew (UID MessageExpunge))",
    "SET (selected (MessageNew(UID) MessageExpunge))",
  ];
  for (const text of faults)
    test(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(
        () => readNotify(argumentsOf(text)),
        (error) => error instanceof SyntaxFault && error.status === "BAD",
      ));

  test("refuses as too much what has too many groups or names", () => {
    const isTooMuch = (error: unknown): boolean =>
      error instanceof SyntaxFault && error.status === "NO" && error.code === "NOTIFICATIONOVERFLOW";
    const group = " (personal NONE)";
    assert.equal(groupsOf(`SET${group.repeat(notifyGroupsMax)}`).length, notifyGroupsMax);
    assert.throws(() => groupsOf(`SET${group.repeat(notifyGroupsMax + 1)}`), isTooMuch);
    const names = (count: number): string => Array.from({ length: count }, (_, at) => `m${at}`).join(" ");
    assert.equal(groupsOf(`SET (mailboxes (${names(notifyNamesMax)}) NONE)`).length, 1);
    assert.throws(() => groupsOf(`SET (mailboxes (${names(notifyNamesMax)}) NONE) (subtree x NONE)`), isTooMuch);
  });
});
