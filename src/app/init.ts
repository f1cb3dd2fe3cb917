// `dakghar init`: a configuration file with every setting explained, and the data folder.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { exampleConfiguration } from "../config/example.ts";

export interface Initialized {
  readonly configFile: string;
  readonly dataFolder: string;
  /** "kept": it was there already and has not been touched. */
  readonly outcome: "written" | "kept";
}

const usualDataFolder = "/var/lib/dakghar";

export async function initialize(configFile: string, dataFolder: string | undefined): Promise<Initialized> {
  const file = resolve(configFile);
  const folder = dataFolder === undefined ? usualDataFolder : resolve(dataFolder);
  await mkdir(dirname(file), { recursive: true });
  const outcome = await writeNew(
    file,
    withDataFolder(exampleConfiguration(), dataFolder === undefined ? undefined : folder),
  );
  if (outcome === "written") await mkdir(folder, { recursive: true, mode: 0o700 });
  return { configFile: file, dataFolder: folder, outcome };
}

async function writeNew(file: string, text: string): Promise<"written" | "kept"> {
  try {
    await writeFile(file, text, { flag: "wx", mode: 0o600 });
    return "written";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return "kept";
    throw error;
  }
}

/** Takes the place of the default, which stands as a comment. */
function withDataFolder(text: string, folder: string | undefined): string {
  if (folder === undefined) return text;
  const setting = /^# data = .*$/m;
  if (!setting.test(text)) throw new Error("the example has no data folder to set");
  // A JSON string is a basic string of TOML.
  return text.replace(setting, () => `data = ${JSON.stringify(folder)}`);
}
