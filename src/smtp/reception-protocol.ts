// How a message came in, as Received says it (RFC 3848; RFC 6531 4.3 when it is international).

import type { InTransaction } from "./session.ts";

export function receptionProtocol({ parts, client, hello, identity, transaction }: InTransaction): string {
  const secure = client.secure ? "S" : "";
  const authenticated = identity === undefined ? "" : "A";
  if (hello.verb === "HELO") return "SMTP";
  const base = hello.verb === "LHLO" ? "LMTP" : "SMTP";
  const extended = transaction.international ? `UTF8${base}` : base === "LMTP" ? base : `E${base}`;
  return parts.service === "lmtp" ? `${extended}${secure}` : `${extended}${secure}${authenticated}`;
}
