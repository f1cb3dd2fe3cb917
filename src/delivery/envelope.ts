// The envelope of a message (RFC 5321 2.3.1), and what is known of the session that brought it.

import type { AccountId } from "../model/ids.ts";

/** "" is the null reverse-path of RFC 5321 4.5.5: no report is ever made about such a message. */
export type ReversePath = string;

/** RFC 3461 4.3: how much of the message a report brings back. */
export type ReturnedContent = "FULL" | "HDRS";

/** RFC 3461 4.1: what the sender wants to hear of; none for NEVER. */
export type NotifyEvent = "SUCCESS" | "FAILURE" | "DELAY";

/** RFC 3461 4.1: without NOTIFY, failures are reported; delays may be, and are not. */
export function wantsReport(notify: readonly NotifyEvent[] | undefined, event: NotifyEvent): boolean {
  return notify === undefined ? event === "FAILURE" : notify.includes(event);
}

export interface Recipient {
  /** As it was given in RCPT: local@domain. */
  readonly address: string;
  /** Undefined when the sender said nothing. */
  readonly notify: readonly NotifyEvent[] | undefined;
  /** RFC 3461 4.2: "addr-type;address", decoded. */
  readonly originalRecipient: string | undefined;
}

/** Where a recipient's mail goes. */
export type Route =
  | { readonly kind: "account"; readonly account: AccountId }
  /** Another server's: to the smarthost. */
  | { readonly kind: "smarthost" };

export interface RoutedRecipient extends Recipient {
  readonly route: Route;
}

export interface Envelope {
  readonly sender: ReversePath;
  readonly returned: ReturnedContent | undefined;
  /** RFC 3461 4.4: the sender's name for this message. */
  readonly envelopeId: string | undefined;
  /** RFC 6531: an address or the header is not ASCII. */
  readonly international: boolean;
  /** RFC 4865: when it is to go; undefined for at once. */
  readonly release?: ReleaseRequest | undefined;
  readonly recipients: readonly RoutedRecipient[];
}

/** RFC 4865 4: HOLDFOR, counted from when the message has come, or HOLDUNTIL. */
export type ReleaseRequest =
  | { readonly kind: "for"; readonly seconds: number }
  | { readonly kind: "until"; readonly atMs: number };

/** How a message came in, for its Received field. */
export interface Reception {
  /** What identifies the message in logs and replies. */
  readonly id: string;
  /** What the client called itself in EHLO; undefined when that is no name. */
  readonly helloName: string | undefined;
  /** The client's IP address, or "local". */
  readonly remoteAddress: string;
  /** The "with" of Received: SMTP, ESMTPSA, LMTP (RFC 3848, RFC 6531 4.3). */
  readonly protocol: string;
  /** The cipher suite; undefined without TLS. */
  readonly cipher: string | undefined;
  readonly receivedAtMs: number;
}

/** On whose word a message is taken: anybody's for local mailboxes, or a logged-in account's. */
export type Origin =
  | { readonly kind: "stranger" }
  | {
      readonly kind: "account";
      readonly account: AccountId;
      /** The account's primary address: its author when the message names none. */
      readonly address: string;
    };
