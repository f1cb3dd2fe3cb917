// The certificates of trial mode, as other programs judge them.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { connect, createServer } from "node:tls";
import { realEntropy, TestClock } from "../../../test/support/stored-directory.ts";
import { tempDir } from "../../../test/support/temp-dir.ts";
import { trialCertificates } from "./trial-certificates.ts";

const dayMs = 86_400_000;

function parts() {
  const clock = new TestClock();
  clock.ms = Date.now();
  return { clock, entropy: realEntropy };
}

test("a client that trusts the authority reaches the server by name and by address, and no other name", async () => {
  await using folder = await tempDir();
  const files = await trialCertificates(folder.path, parts());
  const [ca, cert, key] = await Promise.all(
    [files.caFile, files.certificateFile, files.keyFile].map((file) => readFile(file)),
  );
  const server = createServer({ cert, key }, (socket) => socket.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const reach = async (servername: string): Promise<string> => {
    const options = { host: "127.0.0.1", port: address.port, ca };
    const socket = connect({ ...options, ...(servername === "127.0.0.1" ? {} : { servername }) });
    try {
      await once(socket, "secureConnect");
      return "reached";
    } catch (error) {
      return error instanceof Error && "code" in error ? String(error.code) : "?";
    } finally {
      socket.destroy();
    }
  };
  assert.equal(await reach("localhost"), "reached");
  assert.equal(await reach("127.0.0.1"), "reached");
  assert.equal(await reach("example.org"), "ERR_TLS_CERT_ALTNAME_INVALID");
  server.close();
});

test("OpenSSL verifies the chain strictly", async (t) => {
  await using folder = await tempDir();
  const { caFile, certificateFile } = await trialCertificates(folder.path, parts());
  try {
    execFileSync("openssl", ["version"]);
  } catch {
    t.skip("openssl is not installed");
    return;
  }
  const said = execFileSync("openssl", [
    "verify",
    "-x509_strict",
    "-purpose",
    "sslserver",
    "-verify_hostname",
    "localhost",
    "-CAfile",
    caFile,
    certificateFile,
  ]);
  assert.match(said.toString(), /OK/);
});

test("keys are for the owner alone", async () => {
  await using folder = await tempDir();
  const { keyFile } = await trialCertificates(folder.path, parts());
  for (const file of [keyFile, join(folder.path, "ca-key.pem")]) assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test("the next start goes on with the same certificates", async () => {
  await using folder = await tempDir();
  const { certificateFile, caFile } = await trialCertificates(folder.path, parts());
  const before = await Promise.all([readFile(certificateFile), readFile(caFile)]);
  await trialCertificates(folder.path, parts());
  assert.deepEqual(await Promise.all([readFile(certificateFile), readFile(caFile)]), before);
});

test("a server certificate that ends soon is renewed under the same authority", async () => {
  await using folder = await tempDir();
  const at = parts();
  const { certificateFile, caFile } = await trialCertificates(folder.path, at);
  const [before, ca] = await Promise.all([readFile(certificateFile), readFile(caFile)]);
  at.clock.ms += 760 * dayMs;
  await trialCertificates(folder.path, at);
  const after = await readFile(certificateFile);
  assert.notDeepEqual(after, before);
  assert.deepEqual(await readFile(caFile), ca);
  assert.ok(new X509Certificate(after).verify(new X509Certificate(ca).publicKey));
});

test("a damaged key is replaced", async () => {
  await using folder = await tempDir();
  const { keyFile, certificateFile } = await trialCertificates(folder.path, parts());
  await writeFile(keyFile, "no key");
  await trialCertificates(folder.path, parts());
  const certificate = new X509Certificate(await readFile(certificateFile));
  assert.match(await readFile(keyFile, "utf8"), /PRIVATE KEY/);
  assert.ok(certificate.subject.includes("localhost"));
});
