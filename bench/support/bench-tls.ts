// One certificate for both servers.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTlsPair } from "../../test/support/certificates.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import type { TlsFiles } from "./dovecot-server.ts";

export async function benchTls(): Promise<TlsFiles & AsyncDisposable> {
  const folder = await tempDir();
  const certificateFile = join(folder.path, "certificate.pem");
  const keyFile = join(folder.path, "key.pem");
  const { certificate, key } = makeTlsPair({ names: ["localhost"] });
  writeFileSync(certificateFile, certificate);
  writeFileSync(keyFile, key, { mode: 0o600 });
  return {
    certificateFile,
    keyFile,
    caFile: certificateFile,
    host: "localhost",
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
