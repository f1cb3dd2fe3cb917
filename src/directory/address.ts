// Mail addresses as people write them and as they are compared (RFC 5321 4.1.2, RFC 6531 3.3, RFC 5890).
// Two spellings are one address when their local parts agree in NFKC and lower case and their domains are one name in
// the IDNA sense. Liberties: RFC 5321 2.4 leaves the case of a local part to its host, and here it means nothing; nor do
// invisible joiners and compatibility forms, since SASLprep takes them out of every user name (RFC 4013 2.1, 2.2).

import { domainToASCII, domainToUnicode } from "node:url";
import type { Brand } from "../base/brand.ts";
import { utf8 } from "../base/bytes.ts";
import { addressBytesMax, domainBytesMax, localPartBytesMax } from "../base/limits.ts";

/** A domain in A-labels and lower case: what is stored and compared. */
export type DomainName = Brand<string, "DomainName">;
/** A local part as it is compared. */
export type LocalKey = Brand<string, "LocalKey">;

export interface Address {
  /** The local part as it was written, unquoted, in NFC. */
  readonly localPart: string;
  readonly localKey: LocalKey;
  readonly domain: DomainName;
}

/** Reads `local@domain` in any spelling; undefined for what cannot be an address of a mailbox on any host. */
export function parseAddress(text: string): Address | undefined {
  if (!text.isWellFormed() || utf8(text).length > addressBytesMax) return undefined;
  // A quoted local part may hold "@"; a domain never does.
  const at = text.lastIndexOf("@");
  if (at < 1) return undefined;
  const domain = parseDomain(text.slice(at + 1));
  const local = domain === undefined ? undefined : parseLocalPart(text.slice(0, at));
  return domain === undefined || local === undefined ? undefined : { ...local, domain };
}

/** Reads a local part alone, as in `RCPT TO:<Postmaster>` (RFC 5321 4.5.1). */
export function parseLocalPart(text: string): Pick<Address, "localPart" | "localKey"> | undefined {
  const localPart = unquoted(text.normalize("NFC"));
  if (localPart === "" || utf8(localPart).length > localPartBytesMax || unfit.test(localPart)) return undefined;
  const key = localPart.replace(invisible, "").normalize("NFKC").toLowerCase().normalize("NFKC");
  // oxlint-disable-next-line no-unsafe-type-assertion -- the one place where this brand is made
  return key === "" ? undefined : { localPart, localKey: key as LocalKey };
}

/** Reads a domain in U-labels, A-labels or a mixture; undefined for address literals and what no host can be called. */
export function parseDomain(text: string): DomainName | undefined {
  if (text === "" || urlSyntax.test(text) || !text.isWellFormed()) return undefined;
  const ascii = domainToASCII(text);
  // The URL parser turns "1" and "0x7f.1" into IPv4 addresses: no domain ends with a number.
  if (ascii.length > domainBytesMax || !hostName.test(ascii) || /(?:^|\.)\d+$/.test(ascii)) return undefined;
  // oxlint-disable-next-line no-unsafe-type-assertion -- the one place where this brand is made
  return ascii as DomainName;
}

/** The address for people's eyes: the local part as it was first written, the domain in U-labels. */
export function formatAddress(address: Pick<Address, "localPart" | "domain">): string {
  return `${quotedIfNeeded(address.localPart)}@${formatDomain(address.domain)}`;
}

/** The domain in U-labels. */
export function formatDomain(domain: DomainName): string {
  return domainToUnicode(domain);
}

/**
 * `you+shop` is `you` with the tag `shop` (RFC 5233's subaddress) where the separator is "+"; undefined without a tag.
 * An empty separator stands for no tags at all.
 */
export function splitTag(
  address: Address,
  separator: string,
): { readonly address: Address; readonly tag: string } | undefined {
  const at = separator === "" ? -1 : address.localPart.indexOf(separator);
  const local = at < 1 ? undefined : parseLocalPart(address.localPart.slice(0, at));
  return local === undefined
    ? undefined
    : { address: { ...local, domain: address.domain }, tag: address.localPart.slice(at + separator.length) };
}

/** The local part of a catch-all's row. No local part is empty. */
// oxlint-disable-next-line no-unsafe-type-assertion -- the one key that no address has
export const catchAllKey = "" as LocalKey;

// Controls, line separators and what reorders text on a screen: no mailbox is called so.
const unfit = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
// RFC 3454 B.1, as src/sasl/saslprep.ts maps it to nothing.
const invisible = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200b-\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/g;
// What the URL parser would cut at, decode or refuse.
const urlSyntax = /[\p{Cc}\s/\\?#:@%[\]<>^|]/u;
const hostName = /^(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*$/;

// RFC 5321 4.1.2: the quoted and the plain form of a local part are one.
function unquoted(localPart: string): string {
  if (!/^".*"$/su.test(localPart) || localPart.length < 2) return localPart;
  return localPart.slice(1, -1).replace(/\\(.)/gsu, "$1");
}

// RFC 5321 4.1.2: Dot-string of atoms; RFC 6531 3.3 adds every character beyond ASCII to them.
const dotString =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+)*$/u;

function quotedIfNeeded(localPart: string): string {
  return dotString.test(localPart) ? localPart : `"${localPart.replace(/["\\]/g, "\\$&")}"`;
}
