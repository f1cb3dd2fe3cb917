// Addresses on their way to another server: a domain goes in A-labels (RFC 5890 2.3.2.1), so that only a local part
// beyond ASCII needs SMTPUTF8 (RFC 6531 3.2).

import { parseDomain } from "../directory/address.ts";

export function wireAddress(address: string): string {
  const at = address.lastIndexOf("@");
  const domain = at < 0 ? undefined : parseDomain(address.slice(at + 1));
  return domain === undefined ? address : `${address.slice(0, at)}@${domain}`;
}

export function needsSmtpUtf8(wire: string): boolean {
  return /[^\x00-\x7f]/.test(wire);
}
