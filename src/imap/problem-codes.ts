// How IMAP tells each refusal: status, response code (RFC 9051 7.1, RFC 5530, RFC 6154 3, RFC 7889 5) and a fixed text.
// A new kind of problem breaks this table's build until it is answered.

import { metadataValueBytesMax } from "../base/limits.ts";
import type { Problem, ProblemKind } from "../model/problem.ts";
import type { Completion } from "./completion.ts";
import type { Sentence } from "./language/speech.ts";

interface Answer {
  readonly status: "NO" | "BAD";
  readonly code: string | null;
  readonly text: Sentence;
}

const no = (code: string | null, text: Sentence): Answer => ({ status: "NO", code, text });

const answers: Readonly<Record<ProblemKind, Answer>> = {
  "mailbox-missing": no("NONEXISTENT", "No such mailbox"),
  // RFC 9051 6.3.12, 6.4.7: only where creating the mailbox would help.
  "destination-missing": no("TRYCREATE", "No such mailbox to put messages into"),
  "mailbox-exists": no("ALREADYEXISTS", "A mailbox of that name exists"),
  "mailbox-name-invalid": no("CANNOT", "Not a possible mailbox name"),
  "mailbox-not-selectable": no("CANNOT", "This name holds other mailboxes, but no messages"),
  "mailbox-fixed": no("CANNOT", "This cannot be done to this mailbox"),
  "role-taken": no("USEATTR", "Another mailbox has this use"),
  "too-many-mailboxes": no("LIMIT", "Too many mailboxes"),
  "too-many-keywords": no("LIMIT", "Too many keywords in this mailbox"),
  "mailbox-full": no("LIMIT", "This mailbox can take no more messages"),
  "message-too-large": no("TOOBIG", "The message is too large"),
  "message-missing": no("EXPUNGEISSUED", "The message is gone"),
  "over-quota": no("OVERQUOTA", "This would be more than the account may hold"),
  // RFC 5464 4.3: the largest value that can be set.
  "metadata-value-too-large": no(`METADATA MAXSIZE ${metadataValueBytesMax}`, "The value is too large"),
  "metadata-too-many": no("METADATA TOOMANY", "Too many entries, or too much in them"),
  "no-permission": no("NOPERM", "Your rights to this mailbox do not allow it"),
  "subject-unknown": no("CANNOT", "Nobody here has this name"),
  "owner-has-all-rights": no("CANNOT", "The owner of a mailbox has every right to it"),
  "read-only": no("READ-ONLY", "The mailbox is open for reading only"),
  "disk-full": no("UNAVAILABLE", "The server has no room at the moment"),
  "store-unavailable": no("UNAVAILABLE", "The mail store is not available at the moment"),
  "data-damaged": no("CORRUPTION", "Part of the account's data is damaged"),
  "credentials-wrong": no("AUTHENTICATIONFAILED", "Wrong user name or password"),
  "credentials-throttled": no("UNAVAILABLE", "Too many failed attempts; try again later"),
  "sasl-response-invalid": { status: "BAD", code: null, text: "The response cannot be read" },
  "account-disabled": no("CONTACTADMIN", "The account is disabled"),
  "account-shared": no("CANNOT", "Nobody logs in to this account"),
  "account-missing": no("UNAVAILABLE", "The account's mail is not available"),
  "account-exists": no("ALREADYEXISTS", "The account exists"),
  "address-missing": no("NONEXISTENT", "No such address"),
  "address-exists": no("ALREADYEXISTS", "The address exists"),
  "address-invalid": no("CANNOT", "Not a possible address"),
  "address-primary": no("CANNOT", "The account needs this address"),
  "domain-missing": no("NONEXISTENT", "No such domain"),
  "domain-exists": no("ALREADYEXISTS", "The domain exists"),
  "domain-in-use": no("INUSE", "The domain is in use"),
  "sender-not-owned": no("NOPERM", "Not an address of this account"),
  "recipient-unknown": no("NONEXISTENT", "No such recipient"),
  "relay-denied": no("NOPERM", "Mail to that domain is not taken here"),
  "limit-reached": no("LIMIT", "A limit of this server is reached"),
};

/** The completion that tells a refusal. */
export function completionOf(problem: Problem): Completion {
  return answers[problem.kind];
}
