// Certificates and keys: a bad pair is a sentence that names the file.

import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeTlsPair } from "../../test/support/certificates.ts";
import { readTlsPair } from "./tls-files.ts";
import { checkTlsPair, type TlsPair } from "./tls-pair.ts";

const good = makeTlsPair({ names: ["mail.example.org", "*.Example.net"] });
const other = makeTlsPair({ names: ["other.example.org"] });
const now = Date.now();
const bytes = (text: string) => new TextEncoder().encode(text);

test("a good pair tells its names and its end", () => {
  const { names, warnings, expiresAtMs } = checkTlsPair(good, now);
  assert.deepEqual(names, ["mail.example.org", "*.example.net"]);
  assert.deepEqual(warnings, []);
  assert.ok(expiresAtMs > now);
});

for (const [why, pair, sentence] of [
  ["no certificate", { certificate: bytes("hello") }, "mail.example.org.crt: holds no certificate in PEM form"],
  [
    "a key where the certificate should be",
    { certificate: good.key },
    "mail.example.org.crt: holds no certificate in PEM form",
  ],
  [
    "a damaged certificate",
    { certificate: bytes("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----") },
    "mail.example.org.crt: certificate 1 cannot be read",
  ],
  ["no key", { key: bytes("") }, "mail.example.org.key: holds no private key in PEM form"],
  [
    "a damaged key",
    { key: bytes("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----") },
    "mail.example.org.key: the private key cannot be read",
  ],
  [
    "a key behind a passphrase",
    { key: bytes("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----") },
    "mail.example.org.key: is protected by a passphrase; store it without one, readable by us alone",
  ],
  [
    "another's key",
    { key: other.key },
    "mail.example.org.key: is not the key of the certificate in mail.example.org.crt",
  ],
] satisfies [string, Partial<TlsPair>, string][]) {
  test(`a pair with ${why} is refused`, () => {
    assert.throws(() => checkTlsPair({ ...good, ...pair }, now), { name: "TlsFault", message: sentence });
  });
}

test("an ended certificate, one that has not begun and a chain out of order serve under a warning", () => {
  const past = makeTlsPair({ notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2020-02-01T00:00:00Z") });
  assert.match(checkTlsPair(past, now).warnings.join(), /^localhost.crt: the certificate ended on Feb {2}1 /);
  const future = makeTlsPair({
    notBefore: new Date("2098-01-01T00:00:00Z"),
    notAfter: new Date("2099-01-01T00:00:00Z"),
  });
  assert.match(checkTlsPair(future, now).warnings.join(), /the certificate begins on Jan {2}1 /);
  const chain = { ...good, certificate: Buffer.concat([good.certificate, other.certificate]) };
  assert.match(checkTlsPair(chain, now).warnings.join(), /certificate 2 did not issue certificate 1/);
});

test("files that cannot be read are named", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dakghar-tls-"));
  try {
    const [certificateFile, keyFile] = [join(folder, "a.crt"), join(folder, "a.key")];
    await writeFile(certificateFile, good.certificate);
    await assert.rejects(readTlsPair(certificateFile, keyFile), { message: `${keyFile}: there is no such file` });
    await assert.rejects(readTlsPair(certificateFile, folder), { message: `${folder}: is a folder, not a file` });
    await writeFile(keyFile, good.key);
    await chmod(keyFile, 0o600);
    const pair = await readTlsPair(certificateFile, keyFile);
    assert.equal(checkTlsPair(pair, now).pair.keyFrom, keyFile);
  } finally {
    await rm(folder, { recursive: true });
  }
});
