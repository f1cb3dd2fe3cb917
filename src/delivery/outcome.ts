// What became of one recipient in one attempt, in the terms of reports (RFC 3464 2.3).

export type Outcome =
  /** In the mailbox. */
  | { readonly kind: "delivered" }
  /** Another server has taken it, and reports (RFC 3461 5.2.1) or knows no reports (5.2.2). */
  | { readonly kind: "relayed"; readonly reports: "theirs" | "none"; readonly reply: RemoteReply }
  | { readonly kind: "deferred"; readonly fault: Fault }
  | { readonly kind: "failed"; readonly fault: Fault };

export interface RemoteReply {
  /** The server that said it. */
  readonly host: string;
  /** Code and text: "250 2.0.0 Ok". */
  readonly text: string;
}

export interface Fault {
  /** RFC 3463. */
  readonly status: string;
  /** For people: what went wrong. */
  readonly text: string;
  readonly remote: RemoteReply | undefined;
}
