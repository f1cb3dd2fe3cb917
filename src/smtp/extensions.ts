// What EHLO and LHLO offer (RFC 5321 4.1.1.1), in one table; docs/protocols/smtp.md lists the same.

import { futureReleaseMsMax, smtpRecipientsMax } from "../base/limits.ts";
import { mechanismsWithoutPlus } from "../sasl/quirks/mutt-plus-without-binding.ts";
import type { Session } from "./session.ts";

interface Extension {
  readonly keyword: string;
  /** The parameters after the keyword; undefined when the session is not offered it. */
  readonly offer: (session: Session) => string | undefined;
}

export const extensions: readonly Extension[] = [
  { keyword: "PIPELINING", offer: () => "" }, // RFC 2920
  { keyword: "SIZE", offer: ({ parts }) => String(parts.messageBytesMax) }, // RFC 1870
  // RFC 3207 4.2: not inside TLS.
  {
    keyword: "STARTTLS",
    offer: ({ parts, client }) => (parts.startTls === "possible" && !client.secure ? "" : undefined),
  },
  { keyword: "AUTH", offer: authMechanisms }, // RFC 4954
  { keyword: "ENHANCEDSTATUSCODES", offer: () => "" }, // RFC 2034
  { keyword: "8BITMIME", offer: () => "" }, // RFC 6152
  { keyword: "CHUNKING", offer: () => "" }, // RFC 3030
  { keyword: "SMTPUTF8", offer: () => "" }, // RFC 6531
  { keyword: "DSN", offer: (session) => (offersDsn(session) ? "" : undefined) }, // RFC 3461
  // RFC 4865 4: the longest interval in seconds, and the latest time.
  {
    keyword: "FUTURERELEASE",
    offer: ({ parts }) => (parts.service === "submission" ? futureReleaseBounds(parts.clock.nowMs()) : undefined),
  },
  // RFC 9422 4: what is not named has no limit.
  { keyword: "LIMITS", offer: () => `RCPTMAX=${smtpRecipientsMax}` },
];

function futureReleaseBounds(nowMs: number): string {
  const latest = new Date(nowMs + futureReleaseMsMax).toISOString().replace(/\.\d+Z$/, "Z");
  return `${futureReleaseMsMax / 1_000} ${latest}`;
}

/**
 * RFC 3461 5: who takes a message with a wish for reports owes them. Without a way to the sender we do not offer to, and the
 * server that brings the message tells the sender that it knows no more.
 */
export function offersDsn({ parts }: Session): boolean {
  // Who submits is one of our own.
  return parts.service === "submission" || parts.reportsReach === "anybody";
}

export function extensionsOf(session: Session): string[] {
  const lines: string[] = [];
  for (const { keyword, offer } of extensions) {
    const parameters = offer(session);
    if (parameters !== undefined) lines.push(parameters === "" ? keyword : `${keyword} ${parameters}`);
  }
  return lines;
}

/** RFC 4954 4: nothing once somebody has logged in; nothing that would send a password in the clear. */
function authMechanisms({ parts, client, identity }: Session): string | undefined {
  if (parts.service !== "submission" || identity !== undefined) return undefined;
  const offered = mechanismsWithoutPlus(client.secure ? "allowed" : parts.plaintext);
  return offered.length === 0 ? undefined : offered.map(({ name }) => name).join(" ");
}
