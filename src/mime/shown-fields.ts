// The fields of an envelope as people read them, which is what SUBJECT, FROM, TO, CC and BCC search (RFC 9051 6.4.4: "the
// specified string in the envelope structure's FROM field").

import { domainToUnicode } from "node:url";
import { type Address, missingHost, missingMailbox } from "./address-list.ts";
import { decodeHeaderText } from "./encoded-word.ts";
import type { EnvelopeFields } from "./envelope.ts";
import { isEightBit } from "./octets.ts";

export const shownFields = ["subject", "from", "to", "cc", "bcc"] as const;
/** Fields of the envelope that are searched as people read them. */
export type ShownField = (typeof shownFields)[number];

/** A field as it is read, or null when there is none. `charset` is asked for where there are raw octets. */
export function shownField(envelope: EnvelopeFields, field: ShownField, charset: () => string | null): string | null {
  const decoded = (text: string): string => decodeHeaderText(text, isEightBit(text) ? charset() : null);
  if (field === "subject") return envelope.subject === null ? null : decoded(envelope.subject);
  const addresses = envelope[field];
  if (addresses.length === 0) return null;
  return addresses.map((address) => shownAddress(address, decoded)).join(", ");
}

/** As mail programs show it: `Rahela <rahela@example.org>`. A domain in A-labels is found by its U-labels too. */
function shownAddress(address: Address, decoded: (text: string) => string): string {
  if (address.kind === "group-end") return ";";
  if (address.kind === "group-start") return `${decoded(address.name)}:`;
  const mailbox = address.mailbox === missingMailbox ? "" : decoded(address.mailbox);
  const host = address.host === missingHost ? "" : decoded(address.host);
  const shown = address.name === null ? [] : [decoded(address.name)];
  if (host !== "") shown.push(`<${mailbox}@${host}>`);
  else if (mailbox !== "") shown.push(`<${mailbox}>`);
  if (/(?:^|\.)xn--/i.test(host)) shown.push(`<${mailbox}@${domainToUnicode(host)}>`);
  return shown.join(" ");
}
