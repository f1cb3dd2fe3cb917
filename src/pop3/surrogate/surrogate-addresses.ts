// Address fields for clients without UTF-8 (RFC 6858 2.1): an internationalized address gives way to one that can
// belong to nobody, with a display name that says what it was. ASCII addresses keep working; their names are encoded.

import {
  type Address,
  type MailboxAddress,
  missingHost,
  missingMailbox,
  parseAddressList,
} from "../../mime/address-list.ts";
import { decodeHeaderText } from "../../mime/encoded-word.ts";
import { encodePhrase } from "../../mime/header-encode.ts";
import { isEightBit } from "../../mime/octets.ts";

/** RFC 6858 2.1, its own example; RFC 2606 keeps .invalid free for ever. */
const invalidAddress = "<invalid@internationalized-address.invalid>";
const dotAtom = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const domain = /^(?:[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*|\[[!-Z^-~]*\])$/;

/** The field's value in ASCII, folded; `value` is an octet string, unfolded. */
export function surrogateAddresses(value: string, fieldName: string): string {
  // RFC 5322 3.6.7: a path has no display name.
  if (fieldName === "return-path") return invalidAddress;
  const list = parseAddressList(value);
  // What cannot be taken apart safely becomes one name.
  if (list.length === 0 || list.some(isBroken)) return `${phrase(value)}\r\n ${invalidAddress}`;
  let text = "";
  let between = "";
  for (const address of list) {
    if (address.kind === "group-end") text += ";";
    else if (address.kind === "group-start") text += `${between}${phrase(address.name)}:`;
    else text += between + mailbox(address);
    between = address.kind === "group-start" ? "\r\n " : ",\r\n ";
  }
  return text;
}

function mailbox({ name, mailbox: local, host }: MailboxAddress): string {
  if (!isEightBit(local) && !isEightBit(host)) {
    const address = `${dotAtom.test(local) ? local : quoted(local)}@${host}`;
    return name === null || name === "" ? address : `${phrase(name)}\r\n <${address}>`;
  }
  const address = `${local}@${host}`;
  return `${phrase(name === null || name === "" ? address : `${name} <${address}>`)}\r\n ${invalidAddress}`;
}

function isBroken(address: Address): boolean {
  if (address.kind !== "mailbox") return false;
  const { mailbox: local, host } = address;
  if (local === missingMailbox || host === missingHost) return true;
  return !isEightBit(host) && !domain.test(host);
}

function phrase(octetText: string): string {
  return encodePhrase(decodeHeaderText(octetText, "utf-8"));
}

function quoted(local: string): string {
  return `"${local.replace(/[^ -~]/g, "").replace(/["\\]/g, "\\$&")}"`;
}
