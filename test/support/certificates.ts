// Certificates for tests, made on the spot (RFC 5280 4.1): they sign themselves. Just enough DER for that.

import { generateKeyPairSync, sign } from "node:crypto";
import type { TlsPair } from "../../src/net/tls-pair.ts";

export interface CertificateWish {
  /** DNS names; the first is the common name too. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const dayMs = 86_400_000;
const oid = {
  commonName: "0603550403",
  subjectAltName: "0603551d11",
  ecdsaWithSha256: "06082a8648ce3d040302",
} as const;

export function makeTlsPair({ names = ["localhost"], ...wish }: CertificateWish = {}): TlsPair {
  const [name = ""] = names;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(hex(oid.ecdsaWithSha256));
  const own = sequence(tlv(0x31, sequence(hex(oid.commonName), tlv(0x0c, Buffer.from(name)))));
  const alternatives = sequence(...names.map((dnsName) => tlv(0x82, Buffer.from(dnsName))));
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, Buffer.from(crypto.getRandomValues(new Uint8Array(8)).with(0, 1))),
    algorithm,
    own,
    sequence(time(wish.notBefore ?? new Date(Date.now() - dayMs)), time(wish.notAfter ?? new Date(Date.now() + dayMs))),
    own,
    publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(sequence(hex(oid.subjectAltName), tlv(0x04, alternatives)))),
  );
  const signature = sign("sha256", tbs, privateKey);
  const certificate = sequence(tbs, algorithm, tlv(0x03, Buffer.concat([Buffer.of(0), signature])));
  const base64 = certificate.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return {
    certificate: Buffer.from(`-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`),
    key: Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" })),
    certificateFrom: `${name}.crt`,
    keyFrom: `${name}.key`,
  };
}

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...header), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

// GeneralizedTime
function time(date: Date): Buffer {
  return tlv(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\..*/g, "")}Z`));
}

function hex(digits: string): Buffer {
  return Buffer.from(digits, "hex");
}
