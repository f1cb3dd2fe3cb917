// Who a message says it is from (RFC 5322 3.6.2), read strictly: what two readers could understand differently is no
// answer at all. The obsolete forms, routes and groups are not accepted here; src/mime/address-list.ts reads those.

import { latin1 } from "../base/bytes.ts";
import { HeaderScanner } from "../mime/header-scanner.ts";

/** The addresses of a mailbox-list (an octet string, unfolded) as local@domain; undefined when it is not strictly one. */
export function authorAddresses(value: string): readonly string[] | undefined {
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) return undefined;
  const scanner = new HeaderScanner(value);
  const addresses: string[] = [];
  do {
    if (!scanner.skipCfws()) return undefined;
    const address = readMailbox(scanner);
    if (address === undefined || !scanner.skipCfws()) return undefined;
    addresses.push(address);
  } while (scanner.skip(comma));
  if (!scanner.atEnd) return undefined;
  return decoded(addresses);
}

const quote = 34;
const comma = 44;
const dot = 46;
const lessThan = 60;
const greaterThan = 62;
const at = 64;
const openBracket = 91;

/** mailbox = name-addr / addr-spec */
function readMailbox(scanner: HeaderScanner): string | undefined {
  const start = scanner.at;
  const bare = readAddrSpec(scanner);
  if (bare !== undefined) return bare;
  scanner.at = start;
  while (scanner.peek() !== lessThan) if (!skipWord(scanner)) return undefined;
  scanner.at++;
  if (!scanner.skipCfws()) return undefined;
  const address = readAddrSpec(scanner);
  return address !== undefined && scanner.skipCfws() && scanner.skip(greaterThan) ? address : undefined;
}

/** A word of a display name, or one of the dots that RFC 5322 4.1 lets stand in it. */
function skipWord(scanner: HeaderScanner): boolean {
  const word = scanner.peek() === quote ? scanner.quotedString() : (scanner.atom() ?? (scanner.skip(dot) ? "." : null));
  return word !== null && scanner.skipCfws();
}

/** addr-spec = local-part "@" domain, without comments inside. */
function readAddrSpec(scanner: HeaderScanner): string | undefined {
  const local = scanner.peek() === quote ? quoted(scanner.quotedString()) : readDotAtom(scanner);
  if (local === undefined || !scanner.skip(at)) return undefined;
  const domain = scanner.peek() === openBracket ? readDomainLiteral(scanner) : readDotAtom(scanner);
  return domain === undefined ? undefined : `${local}@${domain}`;
}

function readDotAtom(scanner: HeaderScanner): string | undefined {
  let text = scanner.atom();
  while (text !== null && scanner.skip(dot)) {
    const next = scanner.atom();
    text = next === null ? null : `${text}.${next}`;
  }
  return text ?? undefined;
}

function readDomainLiteral(scanner: HeaderScanner): string | undefined {
  const found = /^\[[!-Z^-~]*\]/.exec(scanner.text.slice(scanner.at, scanner.at + 64))?.[0];
  scanner.at += found?.length ?? 0;
  return found;
}

function quoted(content: string | null): string | undefined {
  return content === null ? undefined : `"${content.replace(/["\\]/g, "\\$&")}"`;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// RFC 6532 3.2: beyond ASCII there is UTF-8 only.
function decoded(addresses: readonly string[]): readonly string[] | undefined {
  try {
    return addresses.map((address) => strictUtf8.decode(latin1(address)));
  } catch {
    return undefined;
  }
}
