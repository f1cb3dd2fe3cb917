// What a refusal is called on the wire: one reply code and status (RFC 5321 4.2.3, RFC 3463, RFC 5248) for each kind.

import type { LetterProblem } from "../delivery/letter-refusal.ts";
import { LetterRefusal } from "../delivery/letter-refusal.ts";
import { type Problem, ProblemRefusal } from "../model/problem.ts";
import { type Reply, reply } from "./wire/reply.ts";

type Code = readonly [code: number, status: string, text: string];

const unavailable: Code = [451, "4.3.0", "The server cannot do this at the moment; try again later"];
const unfiled: Code = [451, "4.3.5", "The mailbox is not set up; try again later"];
const nonsense: Code = [554, "5.3.5", "The server is not set up for this"];

const problemCodes = {
  "recipient-unknown": [550, "5.1.1", "No such mailbox here"],
  "relay-denied": [550, "5.7.1", "Mail for other servers is not taken here"],
  "address-invalid": [550, "5.1.3", "Not an address that mail can be sent to"],
  "sender-not-owned": [550, "5.7.1", "The sender is not an address of the account that has logged in"],
  "message-too-large": [552, "5.3.4", "The message is too large"],
  "over-quota": [452, "4.2.2", "The mailbox is full"],
  "mailbox-full": [452, "4.2.2", "The mailbox is full"],
  "disk-full": [452, "4.3.1", "The server has no room at the moment; try again later"],
  "store-unavailable": unavailable,
  "data-damaged": unavailable,
  "credentials-wrong": [535, "5.7.8", "User name or password is wrong"],
  "credentials-throttled": [454, "4.7.0", "Too many failed logins; try again later"],
  "sasl-response-invalid": [501, "5.5.2", "That is no response in the form of this mechanism"],
  "account-disabled": [525, "5.7.13", "The account is disabled"],
  "account-missing": [550, "5.1.1", "No such mailbox here"],
  "limit-reached": [452, "4.5.3", "Too many at once; try again later"],
  "address-missing": [550, "5.1.1", "No such mailbox here"],
  "domain-missing": [550, "5.1.2", "No such domain here"],
  "mailbox-missing": unfiled,
  "destination-missing": unfiled,
  "mailbox-not-selectable": unfiled,
  "read-only": unfiled,
  "message-missing": unavailable,
  "mailbox-exists": nonsense,
  "metadata-value-too-large": nonsense,
  "metadata-too-many": nonsense,
  "mailbox-name-invalid": nonsense,
  "mailbox-fixed": nonsense,
  "role-taken": nonsense,
  "too-many-mailboxes": nonsense,
  "too-many-keywords": nonsense,
  "no-permission": nonsense,
  "subject-unknown": nonsense,
  "owner-has-all-rights": nonsense,
  "account-shared": nonsense,
  "account-exists": nonsense,
  "address-exists": nonsense,
  "address-primary": nonsense,
  "domain-exists": nonsense,
  "domain-in-use": nonsense,
} as const satisfies Record<Problem["kind"], Code>;

const letterCodes = {
  "mail-loop": [554, "5.4.6", "The message goes in circles"],
  "author-unclear": [550, "5.6.0", "From or Sender does not say clearly who wrote the message"],
  "queue-full": [452, "4.3.1", "Too much mail waits to be delivered; try again later"],
} as const satisfies Record<LetterProblem["kind"], Code>;

/** Undefined for what is no refusal: a bug. */
export function refusalReply(error: unknown): Reply | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : reply(...code);
}

function codeOf(error: unknown): Code | undefined {
  if (error instanceof ProblemRefusal) return problemCodes[error.problem.kind];
  if (error instanceof LetterRefusal) return letterCodes[error.problem.kind];
  return undefined;
}
