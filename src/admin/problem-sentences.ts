// What the command line says when a service refuses: one sentence a kind, total, so that a new kind must be answered.

import type { Problem, ProblemKind } from "../model/problem.ts";

const sentences = {
  "mailbox-missing": "There is no such mailbox.",
  "destination-missing": "There is no such mailbox to put messages into.",
  "mailbox-exists": "There is a mailbox of this name already.",
  "mailbox-name-invalid": "This cannot be the name of a mailbox.",
  "mailbox-not-selectable": "This name only holds other mailboxes.",
  "mailbox-fixed": "This mailbox stays where it is.",
  "role-taken": "Another mailbox serves this purpose already.",
  "too-many-mailboxes": "The account has as many mailboxes as it may.",
  "too-many-keywords": "The mailbox has as many keywords as it may.",
  "mailbox-full": "The mailbox has given out all its message numbers.",
  "message-too-large": "The message is larger than the server takes.",
  "message-missing": "There is no such message.",
  "over-quota": "This would be more than the account may hold: `dakghar account set` raises its limits.",
  "metadata-value-too-large": "This is too large a value of metadata.",
  "metadata-too-many": "The mailbox, or the account, has as much metadata as it may.",
  "no-permission": "The rights to the mailbox do not allow it.",
  "subject-unknown": "There is no account with this address to share with.",
  "owner-has-all-rights": "The owner of a mailbox has every right to it already.",
  "read-only": "The mailbox is open for reading only.",
  "disk-full": "The disk is full.",
  "store-unavailable": "The data folder cannot be written now; the log tells why. Try again later.",
  "data-damaged": "Part of the account's data is damaged: `dakghar check` tells more.",
  "credentials-wrong": "The user name or the password is wrong.",
  "credentials-throttled": "Too much at once. Try again in some seconds.",
  "sasl-response-invalid": "The log-in cannot be read.",
  "account-disabled": "The account is disabled.",
  "account-shared": "Nobody logs in to a shared account: `dakghar share grant` lets people work in it.",
  "account-missing": "There is no account with this address.",
  "account-exists": "There is such an account already.",
  "address-missing": "There is no such address.",
  "address-exists": "This address is taken.",
  "address-invalid": "This is no mail address that a server like this can have.",
  "address-primary": "This is the account's primary address: it goes with the account only.",
  "domain-missing": "This domain is not served here: add it first with `dakghar domain add`.",
  "domain-exists": "This domain is served here already.",
  "domain-in-use": "The domain still has addresses: remove them and their accounts first.",
  "sender-not-owned": "The sender's address belongs to somebody else.",
  "recipient-unknown": "There is no such recipient.",
  "relay-denied": "Mail to this address is not passed on.",
  "limit-reached": "A limit is reached.",
} as const satisfies Readonly<Record<ProblemKind, string>>;

export function problemSentence(problem: Problem): string {
  return sentences[problem.kind];
}
