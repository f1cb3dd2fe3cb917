// The addresses by which messages are sorted: the mailbox of the first one (RFC 5256 3), or what a mail program shows of
// it (RFC 5957 3).

import { baseSubjectCharactersMax } from "../base/limits.ts";
import { type Address, missingHost, missingMailbox } from "../mime/address-list.ts";
import { decodeHeaderText } from "../mime/encoded-word.ts";
import { isEightBit } from "../mime/octets.ts";
import { readStoredEnvelope, storedTextCharset } from "../mime/stored-envelope.ts";
import type { ContentFacts } from "./open-mailbox.ts";

export type AddressKey = "from" | "to" | "cc" | "displayFrom" | "displayTo";

/** The keys of one message, as they compare. */
export function addressKeys(
  facts: ContentFacts,
  keys: readonly AddressKey[],
  keyOf: (text: string) => string,
): string[] {
  const envelope = readStoredEnvelope(facts.envelope);
  const decoded = (text: string): string =>
    decodeHeaderText(
      text.slice(0, baseSubjectCharactersMax),
      isEightBit(text) ? storedTextCharset(facts.bodyStructure) : null,
    );
  return keys.map((key) => {
    const [first] = envelope[fields[key]];
    if (first === undefined) return "";
    const shown = key === "displayFrom" || key === "displayTo" ? displayed(first, decoded) : mailboxOf(first, decoded);
    return keyOf(shown);
  });
}

const fields = { from: "from", to: "to", cc: "cc", displayFrom: "from", displayTo: "to" } as const;

export function isAddressKey(key: string): key is AddressKey {
  return Object.hasOwn(fields, key);
}

/** RFC 5256 3: "[IMAP] addr-mailbox of the first "From" address", which for a group is its name. */
function mailboxOf(address: Address, decoded: (text: string) => string): string {
  if (address.kind === "group-end") return "";
  if (address.kind === "group-start") return decoded(address.name);
  const { mailbox } = address;
  if (mailbox === missingMailbox) return "";
  // Nothing but UTF-8 (RFC 6532) is to be decoded in the mailbox of an address (RFC 2047 5).
  return isEightBit(mailbox) ? decoded(mailbox) : mailbox.slice(0, baseSubjectCharactersMax);
}

/** RFC 5957 3: the display name, decoded, if there is one; else mailbox@host. */
function displayed(address: Address, decoded: (text: string) => string): string {
  if (address.kind !== "mailbox") return mailboxOf(address, decoded).trim();
  const name = address.name === null ? "" : decoded(address.name).trim();
  if (name !== "") return name;
  const mailbox = mailboxOf(address, decoded);
  return address.host === missingHost ? mailbox : `${mailbox}@${decoded(address.host)}`;
}
