// What a refusal is called in POP3: the response code (RFC 2449 8, RFC 3206 4, RFC 6856 5) that tells a program whose
// fault it is, and the words for its user. RFC 3206 4: AUTH says that the credentials are the problem; SYS/TEMP that
// trying again later helps; SYS/PERM that someone must see to it. Without a code it is the command that was wrong.

import type { Problem } from "../model/problem.ts";
import type { Texts } from "./language/texts.ts";

export type ResponseCode = "IN-USE" | "LOGIN-DELAY" | "SYS/TEMP" | "SYS/PERM" | "AUTH";

export interface Answer {
  readonly code: ResponseCode | null;
  readonly text: (say: Texts) => string;
}

type Answers = { readonly [K in Problem["kind"]]: Answer | ((problem: Extract<Problem, { kind: K }>) => Answer) };

const maildropMissing: Answer = { code: "SYS/PERM", text: (say) => say.maildropMissing };
const unavailable: Answer = { code: "SYS/TEMP", text: (say) => say.unavailable };
/** POP3 asks for nothing that could be refused like this. */
const refused: Answer = { code: "SYS/PERM", text: (say) => say.refused };

const answers: Answers = {
  "mailbox-missing": maildropMissing,
  "mailbox-not-selectable": maildropMissing,
  "account-missing": maildropMissing,
  "message-missing": { code: null, text: (say) => say.messageGone },
  "read-only": { code: "SYS/PERM", text: (say) => say.readOnly },
  "disk-full": { code: "SYS/TEMP", text: (say) => say.diskFull },
  "store-unavailable": unavailable,
  // RFC 2449 8.1.1: the password was right, "but the user's maildrop is currently in use".
  "limit-reached": { code: "IN-USE", text: (say) => say.tooManySessions },
  "data-damaged": { code: "SYS/PERM", text: (say) => say.damaged },
  "credentials-wrong": { code: "AUTH", text: (say) => say.credentialsWrong },
  "account-disabled": { code: "AUTH", text: (say) => say.accountDisabled },
  // Not AUTH: the password may be right, and a client must not ask its user for another.
  "credentials-throttled": ({ retryAfterMs }) => ({
    code: "SYS/TEMP",
    text: (say) => say.loginThrottled(Math.ceil(retryAfterMs / 1_000)),
  }),
  "sasl-response-invalid": { code: null, text: (say) => say.exchangeUnreadable },
  // Of a move to Trash.
  "destination-missing": unavailable,
  "mailbox-full": refused,
  "over-quota": refused,
  "metadata-value-too-large": refused,
  "metadata-too-many": refused,
  "mailbox-exists": refused,
  "mailbox-name-invalid": refused,
  "mailbox-fixed": refused,
  "role-taken": refused,
  "too-many-mailboxes": refused,
  "too-many-keywords": refused,
  "message-too-large": refused,
  "no-permission": refused,
  "subject-unknown": refused,
  "owner-has-all-rights": refused,
  "account-shared": refused,
  "account-exists": refused,
  "address-missing": refused,
  "address-exists": refused,
  "address-invalid": refused,
  "address-primary": refused,
  "domain-missing": refused,
  "domain-exists": refused,
  "domain-in-use": refused,
  "sender-not-owned": refused,
  "recipient-unknown": refused,
  "relay-denied": refused,
};

/** How POP3 answers a problem. */
export function answerTo<K extends Problem["kind"]>(problem: Extract<Problem, { kind: K }>): Answer {
  const answer: Answers[K] = answers[problem.kind];
  return typeof answer === "function" ? answer(problem) : answer;
}
