// Certificates and keys from files.

import { readFile } from "node:fs/promises";
import { TlsFault, type TlsPair } from "./tls-pair.ts";

/** Reads both; throws TlsFault with a sentence that names the file. */
export async function readTlsPair(certificateFile: string, keyFile: string): Promise<TlsPair> {
  const [certificate, key] = await Promise.all([readPem(certificateFile), readPem(keyFile)]);
  return { certificate, key, certificateFrom: certificateFile, keyFrom: keyFile };
}

const sentences: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "the server may not read it",
  EISDIR: "is a folder, not a file",
};

async function readPem(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    throw new TlsFault(`${file}: ${sentences[code] ?? "cannot be read"}`, { cause });
  }
}
