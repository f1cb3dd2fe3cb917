// Issues the two certificates of trial mode (RFC 5280): an authority that may vouch for this machine's own names alone
// (name constraints, 4.2.1.10), so that trusting it costs nothing, and a server certificate under it. EC keys on P-256.

import { createHash, type KeyObject, sign } from "node:crypto";
import {
  bitString,
  boolean,
  context,
  contextPrimitive,
  integer,
  ipOctets,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from "./der.ts";

export interface Names {
  readonly dns: readonly string[];
  readonly ips: readonly string[];
}

export interface Issue {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly issuerName: string;
  readonly issuerPublicKey: KeyObject;
  readonly issuerKey: KeyObject;
  /** What the certificate is good for: these names as a server, or vouching for these names. */
  readonly use: "server" | "authority";
  readonly names: Names;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Up to 20 unpredictable octets (RFC 5280 4.1.2.2). */
  readonly serialNumber: Uint8Array;
}

/** The certificate in PEM. */
export function issueCertificate(issue: Issue): string {
  const algorithm = sequence(objectIdentifier("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256 (RFC 5758 3.2)
  const toBeSigned = sequence(
    context(0, integer(Buffer.of(2))), // v3
    integer(issue.serialNumber),
    algorithm,
    distinguishedName(issue.issuerName),
    sequence(time(issue.notBeforeMs), time(issue.notAfterMs)),
    distinguishedName(issue.commonName),
    issue.publicKey.export({ type: "spki", format: "der" }),
    context(3, sequence(...extensionsOf(issue))),
  );
  const certificate = sequence(toBeSigned, algorithm, bitString(sign("sha256", toBeSigned, issue.issuerKey)));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(objectIdentifier("2.5.4.3"), utf8String(commonName))));
}

function extensionsOf({ use, names, publicKey, issuerPublicKey }: Issue): Buffer[] {
  const identifiers = [
    extension("2.5.29.14", "optional", octetString(keyIdentifier(publicKey))),
    extension("2.5.29.35", "optional", sequence(contextPrimitive(0, keyIdentifier(issuerPublicKey)))),
  ];
  if (use === "authority")
    return [
      // cA with a path length of 0: no authority below this one.
      extension("2.5.29.19", "critical", sequence(boolean("true"), integer(Buffer.of(0)))),
      extension("2.5.29.15", "critical", bitString(Buffer.of(0b0000_0110), 1)), // keyCertSign, cRLSign
      extension("2.5.29.30", "critical", sequence(context(0, Buffer.concat(permittedSubtrees(names))))),
      ...identifiers,
    ];
  return [
    extension("2.5.29.19", "critical", sequence()),
    extension("2.5.29.15", "critical", bitString(Buffer.of(0b1000_0000), 7)), // digitalSignature
    extension("2.5.29.37", "optional", sequence(objectIdentifier("1.3.6.1.5.5.7.3.1"))), // serverAuth
    extension("2.5.29.17", "optional", sequence(...generalNames(names, ipOctets))),
    ...identifiers,
  ];
}

function extension(id: string, weight: "critical" | "optional", value: Uint8Array): Buffer {
  const critical = weight === "critical" ? [boolean("true")] : [];
  return sequence(objectIdentifier(id), ...critical, octetString(value));
}

function permittedSubtrees(names: Names): Buffer[] {
  // RFC 5280 4.2.1.10: an address with its mask; these stand for themselves alone.
  const alone = (ip: string): Buffer => {
    const octets = ipOctets(ip);
    return Buffer.concat([octets, Buffer.alloc(octets.length, 0xff)]);
  };
  return generalNames(names, alone).map((name) => sequence(name));
}

function generalNames({ dns, ips }: Names, ipForm: (ip: string) => Buffer): Buffer[] {
  return [
    ...dns.map((name) => contextPrimitive(2, Buffer.from(name))),
    ...ips.map((ip) => contextPrimitive(7, ipForm(ip))),
  ];
}

/** RFC 5280 4.2.1.2 (1): the SHA-1 of the public key's bits, which on P-256 are the last 65 octets of the SPKI. */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const bits = publicKey.export({ type: "spki", format: "der" }).subarray(-65);
  return createHash("sha1").update(bits).digest();
}
