// Everything a service may refuse, as closed data. Each adapter answers each kind from one total table, so that a new
// kind breaks every adapter's build until it is answered.

import { Refusal } from "../base/refusal.ts";
import type { NameFault } from "./mailbox-name.ts";
import type { QuotaResource } from "./quota.ts";

export type Problem =
  | { readonly kind: "mailbox-missing" }
  /** The mailbox to put messages into is missing; creating it would help. */
  | { readonly kind: "destination-missing" }
  | { readonly kind: "mailbox-exists" }
  | { readonly kind: "mailbox-name-invalid"; readonly fault: NameFault }
  | { readonly kind: "mailbox-not-selectable" }
  /** INBOX cannot be deleted; a name cannot become its own child. */
  | { readonly kind: "mailbox-fixed" }
  | { readonly kind: "role-taken" }
  | { readonly kind: "too-many-mailboxes" }
  | { readonly kind: "too-many-keywords" }
  | { readonly kind: "mailbox-full" }
  | { readonly kind: "message-too-large"; readonly limitBytes: number }
  | { readonly kind: "message-missing" }
  | { readonly kind: "over-quota"; readonly resource: QuotaResource }
  | { readonly kind: "metadata-value-too-large" }
  /** Of one mailbox, or of the account. */
  | { readonly kind: "metadata-too-many" }
  | { readonly kind: "read-only" }
  /** The rights to the mailbox do not allow it (RFC 4314). */
  | { readonly kind: "no-permission" }
  /** Nobody of that name can be given rights. */
  | { readonly kind: "subject-unknown" }
  /** The owner of a mailbox has every right to it. */
  | { readonly kind: "owner-has-all-rights" }
  | { readonly kind: "disk-full" }
  /** The disk failed, the account is being repaired, or the server is stopping: trying again later helps. */
  | { readonly kind: "store-unavailable" }
  /** Part of the account's data is damaged on the disk. */
  | { readonly kind: "data-damaged" }
  | { readonly kind: "credentials-wrong" }
  | { readonly kind: "credentials-throttled"; readonly retryAfterMs: number }
  /** The client's part of a SASL exchange cannot be read: a syntax fault, not a wrong password. */
  | { readonly kind: "sasl-response-invalid" }
  | { readonly kind: "account-disabled" }
  | { readonly kind: "account-missing" }
  /** Nobody can log in to it. */
  | { readonly kind: "account-shared" }
  | { readonly kind: "account-exists" }
  | { readonly kind: "address-missing" }
  | { readonly kind: "address-exists" }
  | { readonly kind: "address-invalid" }
  /** An account keeps its primary address as long as it lives. */
  | { readonly kind: "address-primary" }
  | { readonly kind: "domain-missing" }
  | { readonly kind: "domain-exists" }
  | { readonly kind: "domain-in-use" }
  | { readonly kind: "sender-not-owned" }
  | { readonly kind: "recipient-unknown" }
  | { readonly kind: "relay-denied" }
  | { readonly kind: "limit-reached"; readonly what: string };

export type ProblemKind = Problem["kind"];

/** The refusal every service throws. `cause` is for the log and never crosses the wire. */
export class ProblemRefusal extends Refusal<Problem> {}

/** `throw refuse({ kind: "read-only" })`. */
export function refuse(problem: Problem, cause?: unknown): ProblemRefusal {
  return new ProblemRefusal(problem, cause === undefined ? undefined : { cause });
}
