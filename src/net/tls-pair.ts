// A certificate and its key, read and checked before anything is served with them, so that a bad pair is a sentence at
// start or reload and not a failed handshake.

import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

/** PEM bytes and where they came from. */
export interface TlsPair {
  /** The certificate, and after it those that lead to a root (RFC 8446 4.4.2). */
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
  /** What to call the two in a message: usually their paths. */
  readonly certificateFrom: string;
  readonly keyFrom: string;
}

/** A pair that can serve. */
export interface CheckedPair {
  readonly pair: TlsPair;
  /** DNS names in the certificate, lower case, `*.example.org` among them. */
  readonly names: readonly string[];
  /** When it ends, as milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** What serves but will be complained about: expired, not begun, a chain out of order. */
  readonly warnings: readonly string[];
}

/** Why a pair cannot serve, in a sentence for whoever runs the server. */
export class TlsFault extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "TlsFault";
  }
}

/** Throws TlsFault. */
export function checkTlsPair(pair: TlsPair, nowMs: number): CheckedPair {
  const chain = readChain(pair);
  const [own] = chain;
  if (own === undefined) throw new TlsFault(`${pair.certificateFrom}: holds no certificate in PEM form`);
  if (!own.checkPrivateKey(readKey(pair))) {
    throw new TlsFault(`${pair.keyFrom}: is not the key of the certificate in ${pair.certificateFrom}`);
  }
  return {
    pair,
    names: dnsNames(own),
    expiresAtMs: own.validToDate.getTime(),
    warnings: [...chainWarnings(pair, chain), ...dateWarnings(pair, own, nowMs)],
  };
}

const pemCertificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

function readChain(pair: TlsPair): X509Certificate[] {
  const blocks = new TextDecoder("latin1").decode(pair.certificate).match(pemCertificate) ?? [];
  return blocks.map((block, at) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw new TlsFault(`${pair.certificateFrom}: certificate ${at + 1} cannot be read`, { cause });
    }
  });
}

function readKey(pair: TlsPair): KeyObject {
  const text = new TextDecoder("latin1").decode(pair.key);
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new TlsFault(`${pair.keyFrom}: holds no private key in PEM form`);
  }
  if (/ENCRYPTED/.test(text)) {
    throw new TlsFault(`${pair.keyFrom}: is protected by a passphrase; store it without one, readable by us alone`);
  }
  try {
    return createPrivateKey(text);
  } catch (cause) {
    throw new TlsFault(`${pair.keyFrom}: the private key cannot be read`, { cause });
  }
}

function chainWarnings({ certificateFrom }: TlsPair, chain: readonly X509Certificate[]): string[] {
  return chain.flatMap((certificate, at) => {
    const issuer = chain[at + 1];
    if (issuer === undefined || certificate.checkIssued(issuer)) return [];
    return [
      `${certificateFrom}: certificate ${at + 2} did not issue certificate ${at + 1}; some clients will not trust it`,
    ];
  });
}

function dateWarnings({ certificateFrom }: TlsPair, own: X509Certificate, nowMs: number): string[] {
  if (own.validToDate.getTime() < nowMs) return [`${certificateFrom}: the certificate ended on ${own.validTo}`];
  if (own.validFromDate.getTime() > nowMs) return [`${certificateFrom}: the certificate begins on ${own.validFrom}`];
  return [];
}

function dnsNames(certificate: X509Certificate): string[] {
  const names = (certificate.subjectAltName ?? "").split(", ").filter((name) => name.startsWith("DNS:"));
  return names.map((name) => name.slice("DNS:".length).toLowerCase());
}
