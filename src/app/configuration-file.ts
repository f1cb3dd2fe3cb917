// The configuration file on the disk: read, decoded and checked against the files it names; all faults at once.

import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Configuration, decodeConfiguration } from "../config/configuration.ts";
import { type FileState, fileFaults } from "../config/file-faults.ts";
import { ConfigurationFault } from "./configuration-fault.ts";

/** "settings" for a command that serves nothing: the files that it names are then not looked for. */
export async function readConfiguration(path: string, use: "settings" | "server"): Promise<Configuration> {
  const file = resolve(path);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? whyNot[String(error.code)] : undefined;
    throw new ConfigurationFault(path, [{ path: "", line: undefined, text: why ?? "cannot be read" }]);
  }
  const decoded = decodeConfiguration(text, dirname(file));
  if ("faults" in decoded) throw new ConfigurationFault(path, decoded.faults);
  const faults = use === "server" ? await fileFaults(decoded.configuration, lookAtFile) : [];
  if (faults.length > 0) throw new ConfigurationFault(path, faults);
  return decoded.configuration;
}

const whyNot: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file; `dakghar init` writes one",
  EACCES: "this user may not read it",
  EISDIR: "is a folder, not a file",
};

async function lookAtFile(path: string): Promise<FileState> {
  try {
    if (!(await stat(path)).isFile()) return "not-a-file";
    await access(path, constants.R_OK);
    return "readable";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ENOENT" || code === "ENOTDIR" ? "missing" : "not-readable";
  }
}
