// The authority and the server certificate of trial mode, kept in the data folder: made at the first start, renewed
// under the same authority before they end, so that a client that trusts it goes on trusting.

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Entropy } from "../../base/clock.ts";
import { replaceFile } from "../../store/sqlite/data-folder.ts";
import { issueCertificate, type Names } from "./certificate.ts";

/** What the certificate is valid for. */
export const trialNames: Names = { dns: ["localhost"], ips: ["127.0.0.1", "::1"] };

export interface TrialCertificateFiles {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

const authorityName = "Dakghar trial authority of this machine";
const dayMs = 86_400_000;
const authorityDays = 3_650;
// Apple's programs refuse server certificates that last longer than 825 days.
const serverDays = 800;
const renewBeforeDays = 60;

/** Makes what is missing or ends soon. */
export async function trialCertificates(
  dataFolder: string,
  { clock, entropy }: { readonly clock: Clock; readonly entropy: Entropy },
): Promise<TrialCertificateFiles> {
  const at = (name: string): string => join(dataFolder, name);
  const files = { caFile: at("ca.pem"), certificateFile: at("certificate.pem"), keyFile: at("key.pem") };
  const caKeyFile = at("ca-key.pem");
  const fresh = clock.nowMs() + renewBeforeDays * dayMs;
  const kept = await keptAuthority(files.caFile, caKeyFile, fresh);
  if (kept !== undefined && (await isGood(files, kept.certificate, fresh))) return files;

  const span = { notBeforeMs: clock.nowMs() - dayMs, notAfterMs: clock.nowMs() + authorityDays * dayMs };
  const serial = (): Uint8Array => entropy.bytes(16).with(0, 1);
  const caKey = kept?.key ?? newKey();
  const caPublicKey = createPublicKey(caKey);
  const issuer = { issuerName: authorityName, issuerPublicKey: caPublicKey, issuerKey: caKey, names: trialNames };
  if (kept === undefined) {
    const own = { commonName: authorityName, publicKey: caPublicKey, use: "authority" } as const;
    await replaceFile(caKeyFile, pemOf(caKey));
    await replaceFile(files.caFile, issueCertificate({ ...issuer, ...own, ...span, serialNumber: serial() }));
  }
  const key = newKey();
  const server = { commonName: "localhost", publicKey: createPublicKey(key), use: "server" } as const;
  const serverSpan = { ...span, notAfterMs: clock.nowMs() + serverDays * dayMs };
  await replaceFile(files.keyFile, pemOf(key));
  await replaceFile(
    files.certificateFile,
    issueCertificate({ ...issuer, ...server, ...serverSpan, serialNumber: serial() }),
  );
  return files;
}

interface Authority {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

async function keptAuthority(caFile: string, keyFile: string, validAtMs: number): Promise<Authority | undefined> {
  try {
    const certificate = new X509Certificate(await readFile(caFile));
    const key = createPrivateKey(await readFile(keyFile));
    const good = certificate.checkPrivateKey(key) && certificate.validToDate.getTime() > validAtMs;
    return good ? { certificate, key } : undefined;
  } catch {
    // Missing or damaged: made anew.
    return undefined;
  }
}

async function isGood(files: TrialCertificateFiles, ca: X509Certificate, validAtMs: number): Promise<boolean> {
  try {
    const certificate = new X509Certificate(await readFile(files.certificateFile));
    const key = createPrivateKey(await readFile(files.keyFile));
    const names = trialNames.dns.every((name) => certificate.checkHost(name) !== undefined);
    const ips = trialNames.ips.every((ip) => certificate.checkIP(ip) !== undefined);
    return (
      names &&
      ips &&
      certificate.checkPrivateKey(key) &&
      certificate.verify(ca.publicKey) &&
      certificate.validToDate.getTime() > validAtMs
    );
  } catch {
    return false;
  }
}

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function pemOf(key: KeyObject): string {
  return String(key.export({ type: "pkcs8", format: "pem" }));
}
