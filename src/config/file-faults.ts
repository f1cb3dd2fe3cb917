// Whether the files that the configuration names are there and ours to read: a pass of its own, since it asks the disk.

import type { ConfigFault } from "./config-fault.ts";
import type { Configuration } from "./configuration.ts";

/** What the disk says of a file. */
export type FileState = "readable" | "missing" | "not-readable" | "not-a-file";
export type LookAtFile = (path: string) => Promise<FileState>;

const sentences: Readonly<Record<Exclude<FileState, "readable">, string>> = {
  missing: "there is no such file",
  "not-readable": "the server may not read it; give its user the right to",
  "not-a-file": "is not a file",
};

/** Faults carry no line: by now the text is gone, and the path of the file tells the place. */
export async function fileFaults(configuration: Configuration, look: LookAtFile): Promise<readonly ConfigFault[]> {
  const looked = await Promise.all(
    namedFiles(configuration).map(async ([path, file]) => ({ path, file, state: await look(file) })),
  );
  return looked.flatMap(({ path, file, state }) =>
    state === "readable" ? [] : [{ path, line: undefined, text: `${file}: ${sentences[state]}` }],
  );
}

function namedFiles({ tls, smarthost }: Configuration): (readonly [path: string, file: string])[] {
  const others = tls?.others.flatMap(({ certificateFile, keyFile }, at) => [
    [`tls.others[${at}].certificate`, certificateFile] as const,
    [`tls.others[${at}].key`, keyFile] as const,
  ]);
  return [
    ...(tls === undefined
      ? []
      : [["tls.certificate", tls.standard.certificateFile] as const, ["tls.key", tls.standard.keyFile] as const]),
    ...(others ?? []),
    ...(smarthost?.login === undefined ? [] : [["smarthost.passwordFile", smarthost.login.passwordFile] as const]),
    ...(smarthost?.trustedFile === undefined ? [] : [["smarthost.trustedFile", smarthost.trustedFile] as const]),
  ];
}
